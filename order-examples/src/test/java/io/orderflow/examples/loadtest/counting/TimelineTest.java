package io.orderflow.examples.loadtest.counting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.examples.loadtest.resources.Usage;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TimelineTest {
    private static final long MS = 1_000_000;
    private static final long SECOND = 1_000 * MS;

    /** Begins below 0, as a monotonic clock may. */
    private final AtomicLong clock = new AtomicLong(-5 * SECOND);

    private Map<String, Usage> usage = Map.of();

    private Timeline timeline(int mostSamples) {
        Timeline timeline = new Timeline(() -> usage, clock::get, mostSamples);
        timeline.begin();
        return timeline;
    }

    private void pass(Timeline timeline, long nanos) {
        clock.addAndGet(nanos);
        timeline.tick();
    }

    @Test
    void aSampleHasTheRatesTheBacklogAndThePercentilesOfItsOwnSecond() {
        Timeline timeline = timeline(10);
        for (int i = 1; i <= 100; i++) {
            timeline.accepted(i * MS);
        }
        timeline.decided(20 * MS);
        timeline.decidedUnheard();
        pass(timeline, SECOND);
        timeline.accepted(7 * MS);
        timeline.decided(500 * MS);
        pass(timeline, 2 * SECOND);
        List<Sample> samples = timeline.samples();
        assertEquals(2, samples.size());
        assertEquals(100, samples.get(0).acceptedPerSecond());
        assertEquals(2, samples.get(0).decidedPerSecond());
        assertEquals(98, samples.get(0).backlog());
        assertEquals(50, samples.get(0).accept().orElseThrow().p50(), 0.1);
        assertEquals(99, samples.get(0).accept().orElseThrow().p99(), 0.1);
        assertEquals(20, samples.get(0).decide().orElseThrow().p99(), 0.1);
        assertEquals(1, samples.get(1).from());
        assertEquals(3, samples.get(1).to());
        assertEquals(0.5, samples.get(1).acceptedPerSecond());
        assertEquals(98, samples.get(1).backlog());
        assertEquals(7, samples.get(1).accept().orElseThrow().p99(), 0.1);
    }

    @Test
    void aSecondInWhichNothingHappensHasNoPercentiles() {
        Timeline timeline = timeline(10);
        pass(timeline, SECOND);
        Sample sample = timeline.samples().get(0);
        assertEquals(0, sample.accepted());
        assertEquals(Optional.empty(), sample.accept());
        assertEquals(Optional.empty(), sample.decide());
    }

    @Test
    void aVerdictHeardBeforeTheAnswerIsNoNegativeBacklog() {
        Timeline timeline = timeline(10);
        timeline.decided(MS);
        pass(timeline, SECOND);
        assertEquals(0, timeline.samples().get(0).backlog());
        timeline.accepted(MS);
        timeline.accepted(MS);
        pass(timeline, SECOND);
        assertEquals(1, timeline.samples().get(1).backlog());
    }

    @Test
    void onlyWhatComesBetweenBeginAndCloseCounts() {
        Timeline timeline = new Timeline(Map::of, clock::get, 10);
        timeline.accepted(MS);
        timeline.begin();
        timeline.accepted(MS);
        clock.addAndGet(SECOND);
        timeline.close();
        timeline.accepted(MS);
        clock.addAndGet(SECOND);
        timeline.close();
        assertEquals(1, timeline.samples().size());
        assertEquals(1, timeline.samples().get(0).accepted());
    }

    @Test
    void aShortRestIsAddedToTheSampleBefore() {
        Timeline timeline = timeline(10);
        timeline.accepted(MS);
        pass(timeline, SECOND);
        timeline.accepted(9 * MS);
        clock.addAndGet(SECOND / 4);
        timeline.close();
        Sample only = timeline.samples().get(0);
        assertEquals(1, timeline.samples().size());
        assertEquals(1.25, only.to());
        assertEquals(2, only.accepted());
        assertEquals(9, only.accept().orElseThrow().p50(), 0.1, "the worse of the two");
    }

    @Test
    void aRunShorterThanASecondHasOneSample() {
        Timeline timeline = timeline(10);
        timeline.accepted(MS);
        clock.addAndGet(SECOND / 10);
        timeline.close();
        assertEquals(10, timeline.samples().get(0).acceptedPerSecond(), 1e-6);
    }

    @Test
    void samplesStayWithinTheirBoundHoweverLongItRuns() {
        Timeline timeline = timeline(8);
        for (int i = 0; i < 1_000; i++) {
            timeline.accepted(MS);
            pass(timeline, SECOND);
            assertTrue(timeline.samples().size() < 8);
        }
        timeline.close();
        List<Sample> samples = timeline.samples();
        assertTrue(samples.size() >= 4, samples::toString);
        assertEquals(1_000, samples.stream().mapToLong(Sample::accepted).sum());
        assertEquals(0, samples.get(0).from());
        assertEquals(1_000, samples.get(samples.size() - 1).to());
        for (int i = 1; i < samples.size(); i++) {
            assertEquals(samples.get(i - 1).to(), samples.get(i).from());
        }
    }

    @Test
    void componentsAreSampledAndMergedByTime() {
        Timeline timeline = timeline(10);
        usage = Map.of("api", new Usage(OptionalDouble.of(50), OptionalLong.of(7)));
        pass(timeline, SECOND);
        usage = Map.of("api", new Usage(OptionalDouble.of(100), OptionalLong.empty()));
        clock.addAndGet(SECOND / 4);
        timeline.close();
        Usage merged = timeline.samples().get(0).components().get("api");
        assertEquals(60, merged.cpuPercent().orElseThrow(), 1e-9);
        assertEquals(7, merged.memoryBytes().orElseThrow());
    }

    @Test
    void componentsThatFailLeaveTheRestOfTheSample() {
        Timeline timeline = new Timeline(
                () -> {
                    throw new IllegalStateException("no such process");
                },
                clock::get,
                10);
        timeline.begin();
        timeline.accepted(MS);
        pass(timeline, SECOND);
        assertEquals(1, timeline.samples().get(0).accepted());
        assertEquals(Map.of(), timeline.samples().get(0).components());
    }

    @Test
    void aStartedTimelineTakesSamplesByItself() throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(1);
        try (Timeline timeline = new Timeline(() -> {
            asked.countDown();
            return Map.of();
        })) {
            timeline.start();
            assertTrue(asked.await(10, TimeUnit.SECONDS));
        }
    }

    @Test
    void aBoundThatCanNotBeHalvedIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> timeline(3));
        assertThrows(IllegalArgumentException.class, () -> timeline(0));
    }
}
