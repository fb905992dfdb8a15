package io.orderflow.internal.intake;

import static io.orderflow.internal.intake.Rig.assertOpen;
import static io.orderflow.internal.intake.Rig.now;
import static io.orderflow.internal.intake.Rig.order;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.Acceptance;
import io.orderflow.OrderRequest;
import io.orderflow.SubmitResult;
import io.orderflow.SubmitResult.Accepted;
import io.orderflow.SubmitResult.Overloaded;
import io.orderflow.SubmitResult.Unavailable;
import io.orderflow.SubmitResult.Unknown;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A full buffer, deadlines in line and in flight, and closing. */
class DeadlineTest {
    private static final Duration TIMEOUT = Rig.DEFAULTS.submitTimeout();
    private static final Duration MS = Duration.ofMillis(1);

    private final Rig rig = new Rig(Rig.changed(Acceptance.ROW_JOURNAL, false, 2, 500, Duration.ZERO));

    @Test
    void whatIsStillInLineAtItsDeadlineIsOverloadedAndNeverWritten() throws InterruptedException {
        OrderRequest request = order();
        CompletableFuture<SubmitResult> answer = rig.submit(request);
        rig.advance(TIMEOUT.minus(MS));
        rig.intake.stepWatchdog();
        assertOpen(answer);
        rig.advance(MS);
        rig.intake.stepWatchdog();
        assertEquals(new Overloaded(request.id(), Duration.ofSeconds(1)), now(answer));
        rig.run();
        assertTrue(rig.journal.rows.isEmpty());
        assertTrue(rig.queue.stored.isEmpty());
    }

    @Test
    void theWriterDoesNotTakeWhatIsTooLate() {
        CompletableFuture<SubmitResult> answer = rig.submit(order());
        rig.advance(TIMEOUT);
        rig.intake.stepJournal();
        assertInstanceOf(Overloaded.class, now(answer));
        assertTrue(rig.journal.rows.isEmpty());
    }

    @Test
    void aFullBufferLetsFuturesStandInLineUpToItsOverflow() throws InterruptedException {
        List<CompletableFuture<SubmitResult>> inRoom = rig.submit(List.of(order(), order()));
        List<CompletableFuture<SubmitResult>> inOverflow = rig.submit(List.of(order(), order()));
        assertInstanceOf(Overloaded.class, now(rig.submit(order())));
        assertEquals(4, rig.intake.health().waiting());
        rig.run();
        inRoom.forEach(answer -> assertInstanceOf(Accepted.class, now(answer)));
        inOverflow.forEach(answer -> assertInstanceOf(Accepted.class, now(answer)));
        assertEquals(0, rig.intake.health().waiting());
        assertInstanceOf(Accepted.class, rig.answer(order()));
    }

    @Test
    void aDeadlineInFlightIsUnknown() {
        rig.queue.becomes(FakeQueue.Mood.REFUSES);
        CompletableFuture<SubmitResult> answer = rig.submit(order());
        rig.journal.mood = () -> {
            rig.advance(TIMEOUT);
            rig.intake.stepWatchdog();
            assertInstanceOf(Unknown.class, now(answer));
            return FakeJournal.Mood.WORKS;
        };
        rig.intake.stepJournal();
        assertEquals(1, rig.journal.rows.size());
        assertEquals(0, rig.intake.health().waiting());
    }

    @Test
    void aBlockingCallerLooksAfterItsOwnDeadline() {
        IntakeSettings settings = new IntakeSettings(
                Acceptance.ROW_JOURNAL,
                false,
                Duration.ofMillis(50),
                1,
                500,
                Duration.ZERO,
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                Rig.FRAMES);
        Intake still = Rig.intake(settings, rig.journal, rig.queue, System::nanoTime);
        OrderRequest request = order();
        long start = System.nanoTime();
        assertEquals(new Overloaded(request.id(), Duration.ofSeconds(1)), still.submit(request));
        assertTrue(System.nanoTime() - start >= settings.submitTimeout().toNanos());
        List<SubmitResult> results = still.submitAll(List.of(order(), order(), order()));
        results.forEach(result -> assertInstanceOf(Overloaded.class, result));
        assertEquals(0, still.health().waiting());
    }

    @Test
    void closingAnswersWhatIsLeft() throws InterruptedException {
        OrderRequest never = order();
        CompletableFuture<SubmitResult> inLine = rig.submit(never);
        rig.intake.close(Duration.ZERO);
        rig.intake.close(Duration.ZERO);
        Unavailable answer = assertInstanceOf(Unavailable.class, now(inLine));
        assertEquals(never.id(), answer.orderId());
        assertInstanceOf(Unavailable.class, now(rig.submit(order())));
        assertFalse(rig.intake.health().accepting());
        rig.run();
        assertTrue(rig.journal.rows.isEmpty());
    }

    @Test
    void anIntakeWithThreadsIsNotSteppedAndNotUsedBeforeItsStart() {
        Intake fresh = Rig.threaded(Rig.DEFAULTS, rig.journal, rig.queue);
        assertThrows(IllegalStateException.class, fresh::stepJournal);
        assertThrows(IllegalStateException.class, () -> fresh.submit(order()));
        assertThrows(IllegalStateException.class, () -> fresh.submitAsync(order()));
        fresh.close(Duration.ZERO);
        assertThrows(IllegalStateException.class, fresh::start);
        assertThrows(IllegalStateException.class, rig.intake::start);
    }
}
