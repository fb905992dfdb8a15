package io.orderflow.internal.intake;

import static io.orderflow.internal.intake.Rig.now;
import static io.orderflow.internal.intake.Rig.order;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.Acceptance;
import io.orderflow.SubmitResult;
import io.orderflow.SubmitResult.Accepted;
import io.orderflow.internal.loop.Outages;
import io.orderflow.queue.Durability;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Every call of a place hangs, or throws, where the watchdog sees it (A4): the other place takes what waits. */
class WatchedCallsTest {
    private static final Duration JOURNAL_PATIENCE = Rig.DEFAULTS.journalTimeout();
    private static final Duration QUEUE_PATIENCE = Rig.DEFAULTS.publishTimeout().plusMillis(300);
    private static final Duration TICK = Duration.ofMillis(10);

    private final List<CompletableFuture<SubmitResult>> futures = new ArrayList<>();

    @Test
    void aJournalThatFreezesWhileItsConnectionGoesBackIsGivenUp() throws InterruptedException {
        Rig rig = new Rig();
        assertInstanceOf(Accepted.class, rig.answer(order()));
        rig.advance(Duration.ofSeconds(1));
        rig.journal.whileIdling = () -> hang(rig, JOURNAL_PATIENCE.plus(TICK.multipliedBy(2)), rig::stepPublisher);
        rig.intake.stepJournal();
        assertEquals(1, rig.journal.idles.get());
        assertAllAccepted();
        assertTrue(rig.intake.health().journal().away());
        assertTrue(rig.intake.stepJournal() <= Breaker.FIRST_PAUSE, "the journal is probed soon");
    }

    @Test
    void aQueueThatFreezesWhenAskedForItsDurabilityIsGivenUp() throws InterruptedException {
        Rig rig = new Rig(Rig.queueOnly());
        assertInstanceOf(Accepted.class, rig.answer(order()));
        rig.queue.level = () -> {
            hang(rig, QUEUE_PATIENCE, rig::stepJournal);
            return Durability.Level.DURABLE;
        };
        futures.add(rig.submit(order()));
        int publishedBefore = rig.queue.stored.size();
        rig.intake.stepPublisher();
        assertAllAccepted();
        assertTrue(rig.intake.health().queue().away());
        assertEquals(publishedBefore, rig.queue.stored.size(), "nothing goes to a queue that was given up");
    }

    /** A submission comes before the hang, others during it; time passes as the watchdog and the other place see it. */
    private void hang(Rig rig, Duration time, Runnable others) {
        futures.add(rig.submit(order()));
        rig.hangs(time, others, null).get();
        futures.add(rig.submit(order()));
        others.run();
    }

    private void assertAllAccepted() {
        assertTrue(futures.size() > 1);
        futures.forEach(future -> assertInstanceOf(Accepted.class, now(future)));
    }

    @Test
    void aProbeThatThrowsWhateverItIsOpensTheBreaker() {
        for (Throwable thrown : List.of(new IllegalStateException("as the test wants"), new NoSuchMethodError("x"))) {
            FakeJournal journal = new FakeJournal();
            journal.probeMood = () -> sneaky(thrown);
            Intake intake = Rig.intake(Rig.DEFAULTS, journal, new FakeQueue(), () -> 0);
            CompletableFuture<SubmitResult> early = intake.submitAsync(order());
            assertEquals(thrown, assertThrows(thrown.getClass(), intake::stepJournal));
            assertTrue(intake.health().journal().away());
            stepPublisher(intake);
            assertInstanceOf(Accepted.class, now(early));
        }
    }

    @Test
    void whatIsThrownWhileAGroupIsAnsweredLeavesNoneWithoutAnAnswer() {
        for (Acceptance acceptance : Acceptance.values()) {
            AtomicBoolean fails = new AtomicBoolean(true);
            IntakeListener listener = new IntakeListener() {
                @Override
                public void unpublished(int orders) {}

                @Override
                public void grouped(int orders) {
                    if (fails.getAndSet(false)) {
                        throw new IllegalStateException("as the test wants");
                    }
                }
            };
            FakeQueue queue = new FakeQueue();
            Intake intake = Intake.manual(
                    Rig.changed(acceptance, false, 10, 500, Duration.ZERO),
                    new FakeJournal(),
                    queue,
                    () -> 0,
                    Clock.systemUTC(),
                    listener,
                    new Outages(System::nanoTime));
            intake.stepJournal();
            CompletableFuture<SubmitResult> future = intake.submitAsync(order());
            assertThrows(
                    IllegalStateException.class,
                    acceptance == Acceptance.QUEUE_ONLY ? intake::stepPublisher : intake::stepJournal);
            stepPublisher(intake);
            intake.stepJournal();
            assertInstanceOf(Accepted.class, now(future));
            assertEquals(0, intake.health().waiting());
        }
    }

    @Test
    void aDurabilityQuestionThatThrowsAnErrorIsANo() throws InterruptedException {
        Rig rig = new Rig();
        rig.journal.becomes(FakeJournal.Mood.REFUSES);
        rig.queue.level = () -> sneaky(new NoClassDefFoundError("as the test wants"));
        assertInstanceOf(SubmitResult.Unavailable.class, rig.answer(order()));
        rig.queue.becomes(Durability.Level.DURABLE);
        rig.advance(Duration.ofMillis(150));
        assertInstanceOf(Accepted.class, rig.answer(order()));
    }

    private static void stepPublisher(Intake intake) {
        try {
            while (intake.stepPublisher() == 0) {
                // until it wants to sleep
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @SuppressWarnings("unchecked")
    private static <T, E extends Throwable> T sneaky(Throwable thrown) throws E {
        throw (E) thrown;
    }
}
