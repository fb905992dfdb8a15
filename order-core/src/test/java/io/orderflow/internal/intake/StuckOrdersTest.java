package io.orderflow.internal.intake;

import static io.orderflow.internal.intake.Rig.assertOpen;
import static io.orderflow.internal.intake.Rig.keyed;
import static io.orderflow.internal.intake.Rig.now;
import static io.orderflow.internal.intake.Rig.order;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.OrderRequest;
import io.orderflow.SubmitResult;
import io.orderflow.SubmitResult.Accepted;
import io.orderflow.SubmitResult.Conflict;
import io.orderflow.SubmitResult.Duplicate;
import io.orderflow.SubmitResult.Unknown;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A row that another transaction holds stops nobody but those who want it. */
class StuckOrdersTest {
    private static final Duration TIMEOUT = Rig.DEFAULTS.submitTimeout();

    private final Rig rig = new Rig();
    private final OrderRequest stuck = keyed(2);

    @Test
    void theCulpritWaitsApartAndTheOthersGoOn() throws InterruptedException {
        rig.journal.locked.add(stuck.id());
        CompletableFuture<SubmitResult> culprit = rig.submit(stuck);
        CompletableFuture<SubmitResult> neighbour = rig.submit(order());
        rig.run();
        assertOpen(culprit);
        assertInstanceOf(Accepted.class, now(neighbour));
        rig.live(Duration.ofMillis(500));
        assertInstanceOf(Accepted.class, rig.answer(order()));
        assertOpen(culprit);
        rig.journal.locked.clear();
        rig.live(Duration.ofMillis(60));
        assertInstanceOf(Accepted.class, now(culprit));
        assertEquals(
                1,
                rig.journal.rows.values().stream()
                        .filter(row -> row.id().equals(stuck.id()))
                        .count());
        rig.run();
        assertTrue(rig.queue.stored.contains(stuck.id()));
    }

    @Test
    void itIsUnknownAtItsOwnDeadline() throws InterruptedException {
        rig.journal.locked.add(stuck.id());
        CompletableFuture<SubmitResult> culprit = rig.submit(stuck);
        rig.live(TIMEOUT.minusMillis(10));
        assertOpen(culprit);
        rig.live(Duration.ofMillis(10));
        assertInstanceOf(Unknown.class, now(culprit));
        assertEquals(0, rig.intake.health().waiting());
    }

    /** Whoever hammers the locked key never makes a group wait for the lock again. */
    @Test
    void aKeyThatWasStuckIsNotWrittenWithOthersAgain() throws InterruptedException {
        rig.journal.locked.add(stuck.id());
        for (int round = 0; round < 5; round++) {
            CompletableFuture<SubmitResult> culprit = rig.submit(stuck);
            rig.live(TIMEOUT);
            assertInstanceOf(Unknown.class, now(culprit));
            assertInstanceOf(Accepted.class, rig.answer(order()));
        }
        assertEquals(1, rig.journal.groups.stream().filter(this::hasTheStuckOne).count());
        int looks = rig.journal.settled.size();
        assertTrue(looks >= 100 && looks <= 220, "every 50 ms for 10 s: " + looks);
        rig.journal.locked.clear();
        CompletableFuture<SubmitResult> freed = rig.submit(stuck);
        rig.live(Duration.ofMillis(60));
        assertInstanceOf(Accepted.class, now(freed));
        assertInstanceOf(Duplicate.class, rig.answer(stuck));
        assertTrue(hasTheStuckOne(rig.journal.groups.get(rig.journal.groups.size() - 1)), "cleared of suspicion");
    }

    private boolean hasTheStuckOne(List<UUID> group) {
        return group.contains(stuck.id());
    }

    @Test
    void whoSubmitsAStuckKeyJoinsItAndSharesItsFate() throws InterruptedException {
        rig.journal.locked.add(stuck.id());
        CompletableFuture<SubmitResult> first = rig.submit(stuck);
        rig.run();
        CompletableFuture<SubmitResult> same = rig.submit(keyed(2));
        CompletableFuture<SubmitResult> other = rig.submit(keyed(3));
        rig.live(Duration.ofMillis(100));
        rig.journal.locked.clear();
        rig.live(Duration.ofMillis(100));
        assertInstanceOf(Accepted.class, now(first));
        assertInstanceOf(Duplicate.class, now(same));
        assertInstanceOf(Conflict.class, now(other));
    }

    @Test
    void whenTheJournalGoesAwayTheQueueTakesTheStuckOnes() throws InterruptedException {
        rig.journal.locked.add(stuck.id());
        CompletableFuture<SubmitResult> culprit = rig.submit(stuck);
        rig.run();
        rig.journal.becomes(FakeJournal.Mood.REFUSES);
        rig.live(Duration.ofMillis(100));
        assertInstanceOf(Accepted.class, now(culprit));
        assertTrue(rig.queue.stored.contains(stuck.id()));

        Rig both = new Rig();
        both.journal.locked.add(stuck.id());
        both.queue.becomes(FakeQueue.Mood.REFUSES);
        CompletableFuture<SubmitResult> nowhere = both.submit(stuck);
        both.run();
        both.journal.becomes(FakeJournal.Mood.REFUSES);
        both.live(Duration.ofMillis(1_000));
        assertInstanceOf(Unknown.class, now(nowhere), "the lock's holder may be about to write this very order");
    }
}
