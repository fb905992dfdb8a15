package io.orderflow.internal.intake;

import static io.orderflow.internal.intake.Rig.assertOpen;
import static io.orderflow.internal.intake.Rig.now;
import static io.orderflow.internal.intake.Rig.order;
import static io.orderflow.internal.intake.Rig.orders;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.Acceptance;
import io.orderflow.OrderRequest;
import io.orderflow.SubmitResult;
import io.orderflow.SubmitResult.Accepted;
import io.orderflow.SubmitResult.Unavailable;
import io.orderflow.SubmitResult.Unknown;
import io.orderflow.queue.Durability;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One place away, the other, both; refused, frozen, answers lost (A1, A3, A8; P6). */
class OutageTest {
    private static final Duration JOURNAL_TIMEOUT = Rig.DEFAULTS.journalTimeout();
    private static final Duration LATER = Duration.ofMillis(100);

    private final Rig rig = new Rig();

    @Test
    void theDurableQueueAcceptsWhileTheJournalRefuses() throws InterruptedException {
        rig.journal.becomes(FakeJournal.Mood.REFUSES);
        OrderRequest first = order();
        assertEquals(new Accepted(first.id()), rig.answer(first));
        assertTrue(rig.intake.health().journal().away());
        assertEquals("injected: refused", rig.intake.health().journal().lastError());
        OrderRequest later = order();
        assertEquals(new Accepted(later.id()), rig.answer(later));
        assertEquals(1, rig.journal.groups.size(), "later ones do not try the journal");
        assertEquals(Set.of(first.id(), later.id()), rig.queue.stored);
        assertTrue(rig.journal.rows.isEmpty());
    }

    @Test
    void aFrozenJournalIsGivenUpAndItsGroupGoesToTheQueue() throws InterruptedException {
        CompletableFuture<SubmitResult> first = rig.submit(order());
        rig.journal.mood = rig.hangs(
                JOURNAL_TIMEOUT.plusMillis(20),
                () -> {
                    rig.stepPublisher();
                    if (rig.intake.health().journal().away()) {
                        laterOnesAreAcceptedAtOnce();
                    }
                },
                FakeJournal.Mood.REFUSES);
        rig.intake.stepJournal();
        assertInstanceOf(Accepted.class, now(first));
        assertTrue(rig.queue.stored.size() > 1);
        assertTrue(rig.journal.rows.isEmpty());
    }

    private void laterOnesAreAcceptedAtOnce() {
        CompletableFuture<SubmitResult> later = rig.submit(order());
        rig.stepPublisher();
        assertInstanceOf(Accepted.class, now(later));
    }

    @Test
    void aGivenUpWriteThatSucceedsLateIsTheAnswerOfWhatHasNone() {
        rig.queue.becomes(FakeQueue.Mood.REFUSES);
        CompletableFuture<SubmitResult> answer = rig.submit(order());
        // the publisher is not run: the group waits in line when the write comes back
        rig.journal.mood = rig.hangs(JOURNAL_TIMEOUT.plusMillis(20), () -> {}, FakeJournal.Mood.WORKS);
        rig.intake.stepJournal();
        assertInstanceOf(Accepted.class, now(answer));
        assertEquals(0, rig.intake.health().waiting());
    }

    @Test
    void theBreakerClosesByItselfAfterAProbeAndOneOrder() throws InterruptedException {
        rig.journal.becomes(FakeJournal.Mood.REFUSES);
        rig.answer(order());
        rig.live(Duration.ofSeconds(3));
        int probes = rig.journal.probes.get();
        assertTrue(probes >= 4 && probes <= 6, "100, 200, 400, 800, 1000 ms apart: " + probes);
        rig.journal.becomes(FakeJournal.Mood.WORKS);
        rig.live(Duration.ofMillis(1_100));
        assertFalse(rig.intake.health().journal().away());
        List<CompletableFuture<SubmitResult>> answers = rig.submit(orders(10));
        rig.run();
        answers.forEach(answer -> assertInstanceOf(Accepted.class, now(answer)));
        assertFalse(rig.intake.health().journal().away());
        assertEquals(1, rig.journal.groups.get(1).size(), "the trial is one order");
        assertEquals(10, rig.journal.rows.size());
    }

    /** Reads answer while every write hangs, as under a global read lock. */
    @Test
    void aTrialThatHangsDelaysOnlyItself() throws InterruptedException {
        rig.journal.becomes(FakeJournal.Mood.REFUSES);
        rig.answer(order());
        rig.journal.probeMood = () -> FakeJournal.Mood.WORKS;
        rig.live(Duration.ofMillis(200));
        CompletableFuture<SubmitResult> trial = rig.submit(order());
        long[] waited = {0};
        rig.journal.mood = rig.hangs(
                JOURNAL_TIMEOUT.plusMillis(50),
                () -> {
                    CompletableFuture<SubmitResult> other = rig.submit(order());
                    rig.stepPublisher();
                    assertInstanceOf(Accepted.class, now(other));
                    waited[0] += trial.isDone() ? 0 : 10;
                },
                FakeJournal.Mood.REFUSES);
        rig.intake.stepJournal();
        assertInstanceOf(Accepted.class, now(trial));
        assertTrue(waited[0] < LATER.toMillis(), "the trial waited " + waited[0] + " ms");
        assertTrue(rig.intake.health().journal().away());
    }

    @Test
    void aSlowTrialThatReturnsInTimeClosesTheBreaker() throws InterruptedException {
        rig.journal.becomes(FakeJournal.Mood.REFUSES);
        rig.answer(order());
        rig.journal.probeMood = () -> FakeJournal.Mood.WORKS;
        rig.live(Duration.ofMillis(200));
        CompletableFuture<SubmitResult> trial = rig.submit(order());
        rig.journal.mood = rig.hangs(Duration.ofMillis(300), rig::stepPublisher, FakeJournal.Mood.WORKS);
        rig.intake.stepJournal();
        assertInstanceOf(Accepted.class, now(trial));
        assertFalse(rig.intake.health().journal().away());
    }

    @Test
    void withBothAwayNothingIsAcceptedAndTheDoorIsShut() throws InterruptedException {
        rig.journal.becomes(FakeJournal.Mood.REFUSES);
        rig.queue.becomes(FakeQueue.Mood.REFUSES);
        OrderRequest first = order();
        Unavailable answer = assertInstanceOf(Unavailable.class, rig.answer(first));
        assertEquals(first.id(), answer.orderId());
        assertEquals(Duration.ofSeconds(1), answer.retryAfter());
        assertEquals("journal: injected: refused; queue: injected: refused", answer.cause());
        assertInstanceOf(Unavailable.class, now(rig.submit(order())));
        assertFalse(rig.intake.health().accepting());
        assertTrue(rig.journal.rows.isEmpty());
        assertTrue(rig.queue.stored.isEmpty());
    }

    /** A pool that waits for a connection says nothing for a long time; nothing was sent, so nothing is unknown. */
    @Test
    void anOutageThatBeganWhileNobodySubmittedIsAClearNo() throws InterruptedException {
        rig.queue.becomes(Durability.Level.WEAK);
        assertInstanceOf(Accepted.class, rig.answer(order()));
        rig.live(Duration.ofMillis(1_100));
        assertEquals(1, rig.journal.idles.get());
        rig.journal.probeMood = rig.hangs(JOURNAL_TIMEOUT.plusMillis(20), rig::stepPublisher, FakeJournal.Mood.REFUSES);
        CompletableFuture<SubmitResult> first = rig.submit(order());
        rig.intake.stepJournal();
        assertInstanceOf(Unavailable.class, now(first));
        assertEquals(1, rig.journal.groups.size());
    }

    @ParameterizedTest
    @EnumSource(
            value = FakeJournal.Mood.class,
            names = {"LOSES_THE_ANSWER_AFTER_COMMIT", "LOSES_THE_ANSWER_BEFORE_COMMIT"})
    void aLostAnswerIsUnknownUnlessTheQueueTakesTheOrder(FakeJournal.Mood lost) throws InterruptedException {
        rig.journal.becomes(lost);
        rig.queue.becomes(FakeQueue.Mood.REFUSES);
        assertInstanceOf(Unknown.class, rig.answer(order()));

        Rig other = new Rig();
        other.journal.becomes(lost);
        assertInstanceOf(Accepted.class, other.answer(order()));
    }

    @Test
    void anUnknownPublishIsUnknown() throws InterruptedException {
        rig.journal.becomes(FakeJournal.Mood.REFUSES);
        rig.queue.becomes(FakeQueue.Mood.LOSES_THE_ANSWER_AFTER_STORING);
        assertInstanceOf(Unknown.class, rig.answer(order()));
        assertInstanceOf(Unavailable.class, now(rig.submit(order())), "now the door is shut, nothing was sent");
    }

    /** The queue's answer was lost, and then the journal works again before anybody was told. */
    @Test
    void anUnknownPublishIsSettledByTheJournalWhenThatIsBack() throws InterruptedException {
        rig.journal.becomes(FakeJournal.Mood.REFUSES);
        rig.answer(order());
        rig.journal.becomes(FakeJournal.Mood.WORKS);
        CompletableFuture<SubmitResult> answer = rig.submit(order());
        rig.queue.mood =
                rig.hangs(Duration.ofMillis(500), rig::stepJournal, FakeQueue.Mood.LOSES_THE_ANSWER_BEFORE_STORING);
        rig.stepPublisher();
        rig.run();
        assertInstanceOf(Accepted.class, now(answer));
    }

    @Test
    void aBugOfTheJournalIsNoFateOfItsGroup() throws InterruptedException {
        rig.journal.becomes(FakeJournal.Mood.THROWS);
        CompletableFuture<SubmitResult> answer = rig.submit(order());
        assertThrows(IllegalStateException.class, rig.intake::stepJournal);
        rig.run();
        assertInstanceOf(Accepted.class, now(answer));
        assertTrue(rig.intake.health().journal().away());
    }

    @Test
    void aBugOfTheQueueIsAnUnknownAnswer() throws InterruptedException {
        rig.journal.becomes(FakeJournal.Mood.REFUSES);
        rig.queue.becomes(FakeQueue.Mood.THROWS);
        assertInstanceOf(Unknown.class, rig.answer(order()));
    }

    @Test
    void aWeakQueueAcceptsNothingUnlessAllowed() throws InterruptedException {
        rig.journal.becomes(FakeJournal.Mood.REFUSES);
        rig.queue.becomes(Durability.Level.WEAK);
        Unavailable answer = assertInstanceOf(Unavailable.class, rig.answer(order()));
        assertEquals("journal: injected: refused; queue: not durable: as the test says", answer.cause());
        assertTrue(rig.queue.stored.isEmpty());

        Rig allowed = new Rig(Rig.changed(Acceptance.ROW_JOURNAL, true, 10, 500, Duration.ZERO));
        allowed.journal.becomes(FakeJournal.Mood.REFUSES);
        allowed.queue.becomes(Durability.Level.WEAK);
        assertInstanceOf(Accepted.class, allowed.answer(order()));
    }

    /** A load balancer that trusts health would send orders to be refused. */
    @Test
    void beforeTheFirstContactNobodySaysThatOrdersAreTaken() throws InterruptedException {
        Intake fresh = Rig.intake(Rig.DEFAULTS, rig.journal, rig.queue, () -> rig.nanos);
        assertEquals(
                new IntakeHealth.Place(true, "no contact yet"), fresh.health().journal());
        assertFalse(fresh.health().accepting());
        fresh.stepJournal();
        assertEquals(new IntakeHealth.Place(false, ""), fresh.health().journal());
        assertTrue(fresh.health().accepting());

        Intake direct = Rig.intake(Rig.queueOnly(), rig.journal, rig.queue, () -> rig.nanos);
        assertFalse(direct.health().accepting());
        direct.stepPublisher();
        assertTrue(direct.health().accepting(), "the queue is enough");
        assertTrue(direct.health().journal().away());
        direct.stepJournal();
        assertFalse(direct.health().journal().away());
    }

    /** The journal went away, or was never there, while nobody submitted. */
    @Test
    void aQueueCountsOnlyOnceItSaidThatItIsDurable() throws InterruptedException {
        for (Durability.Level level : Durability.Level.values()) {
            FakeJournal away = new FakeJournal();
            away.becomes(FakeJournal.Mood.REFUSES);
            FakeQueue queue = new FakeQueue();
            queue.becomes(level);
            Intake fresh = Rig.intake(Rig.DEFAULTS, away, queue, () -> rig.nanos);
            fresh.stepJournal();
            assertFalse(fresh.health().accepting(), level::toString);
            fresh.stepPublisher();
            assertEquals(level == Durability.Level.DURABLE, fresh.health().accepting(), level::toString);
        }
    }

    @Test
    void theQueueIsAskedWhileTheJournalWorks() throws InterruptedException {
        rig.queue.becomes(Durability.Level.WEAK);
        rig.intake.stepPublisher();
        rig.journal.becomes(FakeJournal.Mood.REFUSES);
        CompletableFuture<SubmitResult> first = rig.submit(order());
        rig.stepJournal();
        assertFalse(rig.intake.health().accepting(), "known before anybody asks");
        assertInstanceOf(Unavailable.class, now(first));
    }

    @Test
    void aLostAnswerWithAWeakQueueIsUnknown() throws InterruptedException {
        rig.journal.becomes(FakeJournal.Mood.LOSES_THE_ANSWER_AFTER_COMMIT);
        rig.queue.becomes(Durability.Level.WEAK);
        assertInstanceOf(Unknown.class, rig.answer(order()));
    }

    @Test
    void durabilityIsReadAgainForEachFrame() throws InterruptedException {
        rig.journal.becomes(FakeJournal.Mood.REFUSES);
        assertInstanceOf(Accepted.class, rig.answer(order()));
        rig.queue.becomes(Durability.Level.WEAK);
        assertInstanceOf(Unavailable.class, rig.answer(order()));
        assertInstanceOf(Unavailable.class, now(rig.submit(order())), "refused at the door for 100 ms");
        rig.queue.becomes(Durability.Level.UNKNOWN);
        rig.advance(LATER);
        assertInstanceOf(Unavailable.class, rig.answer(order()));
        rig.queue.becomes(Durability.Level.DURABLE);
        rig.advance(LATER);
        assertInstanceOf(Accepted.class, rig.answer(order()));
    }

    @Test
    void twinsOnTheQueuesWayAreAcceptedAndOtherContentTravelsApart() throws InterruptedException {
        rig.journal.becomes(FakeJournal.Mood.REFUSES);
        rig.answer(order());
        CompletableFuture<SubmitResult> first = rig.submit(Rig.keyed(2));
        CompletableFuture<SubmitResult> same = rig.submit(Rig.keyed(2));
        CompletableFuture<SubmitResult> other = rig.submit(Rig.keyed(3));
        rig.run();
        List.of(first, same, other).forEach(answer -> assertInstanceOf(Accepted.class, now(answer)));
        assertEquals(3, rig.queue.frames.size(), "which of them counts is found at the decision");
    }

    /**
     * The first try was committed, its answer lost; the second try must not call the submitter's own row a duplicate.
     */
    @Test
    void aSecondTryFindsItsOwnRow() throws InterruptedException {
        rig.journal.becomes(FakeJournal.Mood.LOSES_THE_ANSWER_AFTER_COMMIT);
        CompletableFuture<SubmitResult> answer = rig.submit(order());
        rig.intake.stepJournal();
        assertOpen(answer);
        rig.journal.becomes(FakeJournal.Mood.WORKS);
        // the publisher is not run, so the order is still in line when the journal is back
        rig.advance(LATER);
        rig.stepJournal();
        assertInstanceOf(Accepted.class, now(answer));
    }

    @Test
    void aQueueThatIsAwayDelaysNoAnswer() throws InterruptedException {
        rig.queue.becomes(FakeQueue.Mood.REFUSES);
        for (int i = 0; i < 50; i++) {
            assertInstanceOf(Accepted.class, rig.answer(order()));
            rig.advance(Duration.ofMillis(10));
        }
        assertTrue(rig.intake.health().queue().away());
        assertTrue(rig.intake.health().accepting());
        assertTrue(rig.unpublished.get() > 0, "what waited longer than 300 ms is recovery's");
        rig.queue.becomes(FakeQueue.Mood.WORKS);
        rig.live(Duration.ofSeconds(1));
        assertFalse(rig.intake.health().queue().away());
        assertEquals(50, rig.queue.stored.size() + rig.unpublished.get());
        assertEquals(rig.unpublished.get(), rig.intake.health().unpublished());
    }

    @Test
    void aJournaledFrameOfUnknownFateIsRecoverysAndNotSentAgain() throws InterruptedException {
        rig.queue.becomes(FakeQueue.Mood.LOSES_THE_ANSWER_AFTER_STORING);
        assertInstanceOf(Accepted.class, rig.answer(order()));
        assertEquals(1, rig.unpublished.get());
        rig.queue.becomes(FakeQueue.Mood.WORKS);
        rig.live(Duration.ofSeconds(1));
        assertEquals(1, rig.queue.frames.size());
    }

    @Test
    void aBacklogThatIsFullIsRecoverys() {
        Rig small = new Rig(Rig.changed(Acceptance.ROW_JOURNAL, false, 10, 500, Duration.ZERO));
        for (int i = 0; i < 3; i++) {
            small.submit(orders(4));
            small.intake.stepJournal();
        }
        assertEquals(10, small.intake.health().backlog());
        assertEquals(2, small.unpublished.get());
    }

    @Test
    void queueOnlyNeverTouchesTheJournalWhileTheQueueWorks() throws InterruptedException {
        Rig direct = new Rig(Rig.queueOnly());
        assertInstanceOf(Accepted.class, direct.answer(order()));
        assertEquals(1, direct.queue.stored.size());
        assertEquals(List.of(), direct.journal.groups);
    }

    @ParameterizedTest
    @EnumSource(value = FakeQueue.Mood.class, names = "WORKS", mode = EnumSource.Mode.EXCLUDE)
    void queueOnlyFallsBackToTheJournal(FakeQueue.Mood away) throws InterruptedException {
        Rig direct = new Rig(Rig.queueOnly());
        direct.queue.becomes(away);
        assertInstanceOf(Accepted.class, direct.answer(order()));
        assertEquals(1, direct.journal.rows.size());
        direct.queue.becomes(FakeQueue.Mood.WORKS);
        direct.live(Duration.ofSeconds(1));
        direct.answer(order());
        direct.answer(order());
        assertFalse(direct.intake.health().queue().away());
        int written = direct.journal.rows.size();
        direct.answer(order());
        assertEquals(written, direct.journal.rows.size(), "back to the queue alone");
    }

    @Test
    void queueOnlyWithAWeakQueueFallsBackToTheJournal() throws InterruptedException {
        Rig direct = new Rig(Rig.queueOnly());
        direct.queue.becomes(Durability.Level.WEAK);
        assertInstanceOf(Accepted.class, direct.answer(order()));
        assertEquals(1, direct.journal.rows.size());
        direct.advance(Duration.ofSeconds(1));
        CompletableFuture<SubmitResult> stale = direct.submit(order());
        direct.stepJournal();
        assertOpen(stale);
        direct.run();
        assertInstanceOf(Accepted.class, now(stale));
        assertEquals(2, direct.journal.rows.size());
    }
}
