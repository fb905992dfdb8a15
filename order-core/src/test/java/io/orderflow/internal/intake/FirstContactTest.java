package io.orderflow.internal.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.orderflow.SubmitResult;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Before the first contact with the database a frame cannot say which shop it is from. */
class FirstContactTest {
    private final FakeJournal journal = new FakeJournal();
    private final FakeQueue queue = new FakeQueue();
    private final AtomicLong nanos = new AtomicLong(1_000_000_000L);
    private final Intake intake = Rig.intake(Rig.queueOnly(), journal, queue, nanos::get);

    @Test
    void theQueueAloneTakesNothingBeforeTheDatabaseAnswered() throws InterruptedException {
        CompletableFuture<SubmitResult> future = intake.submitAsync(Rig.order());
        publish();
        Rig.assertOpen(future);
        assertEquals(List.of(), queue.frames);
        intake.stepJournal();
        publish();
        assertInstanceOf(SubmitResult.Accepted.class, Rig.now(future));
    }

    @Test
    void theQueueAloneTakesThemWhenTheDatabaseIsAway() throws InterruptedException {
        journal.becomes(FakeJournal.Mood.REFUSES);
        CompletableFuture<SubmitResult> future = intake.submitAsync(Rig.order());
        intake.stepJournal();
        publish();
        assertInstanceOf(SubmitResult.Accepted.class, Rig.now(future));
    }

    private void publish() throws InterruptedException {
        while (intake.stepPublisher() == 0) {
            // until it wants to sleep
        }
    }
}
