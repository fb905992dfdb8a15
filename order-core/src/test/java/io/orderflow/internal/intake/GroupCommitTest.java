package io.orderflow.internal.intake;

import static io.orderflow.internal.intake.Rig.keyed;
import static io.orderflow.internal.intake.Rig.now;
import static io.orderflow.internal.intake.Rig.order;
import static io.orderflow.internal.intake.Rig.orders;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.Acceptance;
import io.orderflow.Limits;
import io.orderflow.Order;
import io.orderflow.OrderLine;
import io.orderflow.OrderRequest;
import io.orderflow.OrderStatus;
import io.orderflow.SubmitResult;
import io.orderflow.SubmitResult.Accepted;
import io.orderflow.SubmitResult.Conflict;
import io.orderflow.SubmitResult.Duplicate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Groups, and what becomes of the same id in one group and in two. */
class GroupCommitTest {
    private final Rig rig = new Rig();

    @Test
    void whatWaitsIsWrittenTogetherAndPublishedAsOneFrame() throws InterruptedException {
        List<OrderRequest> requests = orders(40);
        List<CompletableFuture<SubmitResult>> answers = rig.submit(requests);
        rig.run();
        answers.forEach(answer -> assertInstanceOf(Accepted.class, now(answer)));
        assertEquals(List.of(ids(requests)), rig.journal.groups);
        assertEquals(List.of(ids(requests)), rig.queue.frames);

        assertEquals(0, rig.intake.health().waiting());
        assertEquals(rig.clock.instant(), rig.intake.health().lastWrite().orElseThrow());
    }

    @Test
    void aGroupHasAtMostSoManyOrdersAsSet() throws InterruptedException {
        Rig small = new Rig(Rig.changed(Acceptance.ROW_JOURNAL, false, 1_000, 7, Duration.ZERO));
        small.submit(orders(20));
        small.run();
        assertEquals(
                List.of(7, 7, 6),
                small.journal.groups.stream().map(Collection::size).toList());
    }

    @Test
    void aGroupFitsOneFrame() throws InterruptedException {
        List<OrderRequest> large = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            large.add(OrderRequest.of(i)
                    .line(1, 1)
                    .hostData(new byte[Limits.HOST_DATA])
                    .build());
        }
        rig.submit(large);
        rig.run();
        assertEquals(2, rig.journal.groups.size(), "each checked for its bytes by the journal");
        assertEquals(new HashSet<>(ids(large)), rig.queue.stored);
    }

    @Test
    void theAnswerDoesNotWaitForThePublishing() {
        CompletableFuture<SubmitResult> answer = rig.submit(order());
        rig.intake.stepJournal();
        assertInstanceOf(Accepted.class, now(answer));
        assertEquals(List.of(), rig.queue.frames);
        assertEquals(1, rig.intake.health().backlog());
    }

    @Test
    void journaledGroupsShareAFrameWhenThePublisherLagsAndStayWhole() throws InterruptedException {
        for (int i = 0; i < 5; i++) {
            rig.submit(orders(130));
            rig.intake.stepJournal();
        }
        assertEquals(5, rig.journal.groups.size());
        rig.run();
        assertEquals(
                List.of(390, 260),
                rig.queue.frames.stream().map(Collection::size).toList());
    }

    @Test
    void theSameRequestInOneGroupIsADuplicateThatIsPending() throws InterruptedException {
        OrderRequest request = keyed(2);
        CompletableFuture<SubmitResult> first = rig.submit(request);
        CompletableFuture<SubmitResult> second = rig.submit(keyed(2));
        rig.run();
        assertInstanceOf(Accepted.class, now(first));
        Order order = assertInstanceOf(Duplicate.class, now(second)).order();
        assertEquals(request.id(), order.id());
        assertEquals(OrderStatus.PENDING, order.status());
        assertEquals(List.of(OrderLine.of(1, 2)), order.lines());
        assertEquals(rig.clock.instant(), order.createdAt());
        assertEquals(1, rig.journal.groups.size());
    }

    @Test
    void otherContentUnderTheSameIdInOneGroupIsAConflict() throws InterruptedException {
        CompletableFuture<SubmitResult> first = rig.submit(keyed(2));
        CompletableFuture<SubmitResult> second = rig.submit(keyed(3));
        rig.run();
        assertInstanceOf(Accepted.class, now(first));
        assertEquals(new Conflict(keyed(3).id()), now(second));
        assertEquals(
                List.of(OrderLine.of(1, 2)), rig.journal.rows.get(keyed(2).id()).lines());
    }

    @Test
    void theSameRequestLaterIsADuplicateAsTheRowHasIt() throws InterruptedException {
        OrderRequest request = keyed(2);
        assertInstanceOf(Accepted.class, rig.answer(request));
        rig.journal.decided.add(request.id());
        CompletableFuture<SubmitResult> again = rig.submit(request);
        CompletableFuture<SubmitResult> twin = rig.submit(keyed(2));
        CompletableFuture<SubmitResult> other = rig.submit(keyed(3));
        rig.run();
        assertEquals(OrderStatus.COMPLETED, duplicate(again).order().status());
        assertEquals(OrderStatus.COMPLETED, duplicate(twin).order().status());
        assertInstanceOf(Conflict.class, now(other));
    }

    /**
     * The first of the group conflicts with the row; its twin has the row's content and must not be told a conflict.
     */
    @Test
    void aTwinOfAConflictIsComparedWithTheRow() throws InterruptedException {
        assertInstanceOf(Accepted.class, rig.answer(keyed(2)));
        CompletableFuture<SubmitResult> conflict = rig.submit(keyed(3));
        CompletableFuture<SubmitResult> sameConflict = rig.submit(keyed(3));
        CompletableFuture<SubmitResult> original = rig.submit(keyed(2));
        rig.run();
        assertInstanceOf(Conflict.class, now(conflict));
        assertInstanceOf(Conflict.class, now(sameConflict));
        assertInstanceOf(Duplicate.class, now(original));
    }

    @Test
    void aGroupWaitsForMoreWhenItIsToldTo() throws InterruptedException {
        Duration wait = Duration.ofMillis(5);
        Rig patient = new Rig(Rig.changed(Acceptance.ROW_JOURNAL, false, 100, 3, wait));
        patient.submit(order());
        assertEquals(wait.toNanos(), patient.intake.stepJournal());
        patient.advance(Duration.ofMillis(3));
        patient.submit(order());
        assertEquals(Duration.ofMillis(2).toNanos(), patient.intake.stepJournal());
        assertEquals(List.of(), patient.journal.groups);
        patient.advance(Duration.ofMillis(2));
        patient.run();
        assertEquals(
                List.of(2),
                patient.journal.groups.stream().map(Collection::size).toList());

        patient.submit(orders(3));
        assertEquals(0, patient.intake.stepJournal());
        assertEquals(2, patient.journal.groups.size(), "a full group does not wait");
    }

    @Test
    void theFirstContactComesBeforeTheFirstOrderAndAnIdleConnectionIsGivenBack() {
        assertEquals(1, rig.journal.probes.get());
        assertTrue(rig.intake.stepJournal() > 0);
        assertEquals(0, rig.journal.idles.get());
        rig.advance(Duration.ofSeconds(1));
        rig.intake.stepJournal();
        rig.intake.stepJournal();
        assertEquals(1, rig.journal.idles.get());
        assertEquals(1, rig.journal.probes.get());
    }

    private static Duplicate duplicate(CompletableFuture<SubmitResult> answer) {
        return assertInstanceOf(Duplicate.class, now(answer));
    }

    private static List<UUID> ids(List<OrderRequest> requests) {
        return requests.stream().map(OrderRequest::id).toList();
    }
}
