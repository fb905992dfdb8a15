package io.orderflow.examples.loadtest.driving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.OrderEvent;
import io.orderflow.OrderListener.Decision;
import io.orderflow.OrderRequest;
import io.orderflow.OrderStatus;
import io.orderflow.RejectReason;
import io.orderflow.SubmitResult;
import io.orderflow.examples.common.BareOrders;
import io.orderflow.examples.loadtest.Plans;
import io.orderflow.examples.loadtest.counting.FeedEvents;
import io.orderflow.examples.loadtest.counting.Latency;
import io.orderflow.examples.loadtest.counting.Moments;
import io.orderflow.examples.loadtest.counting.Reply;
import io.orderflow.examples.loadtest.counting.Reply.Kind;
import io.orderflow.examples.loadtest.counting.RunLedger;
import io.orderflow.examples.loadtest.orders.LineRange;
import io.orderflow.examples.loadtest.orders.LoadData;
import io.orderflow.examples.loadtest.orders.Mix;
import io.orderflow.examples.loadtest.orders.Skew;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PhaseTest {
    private static final long START = -7_000_000_000L;

    private final Phase phase =
            new Phase(new LoadData(Plans.small().orderPlan(), "run"), 50, 3, Duration.ofSeconds(2), Phase.Bearings.ALL);

    @BeforeEach
    void begin() {
        phase.begin(START);
    }

    @Test
    void anOrderIsSettledOnceAcceptedAndDecidedWhicheverIsFirst() {
        UUID first = submit(0, START);
        accept(0, first, START + 2_000_000);
        assertEquals(1, phase.unsettled());
        phase.heard(List.of(decision(first)), START + 5_000_000);
        assertEquals(0, phase.unsettled());

        UUID second = submit(1, START + 1_000_000);
        phase.heard(List.of(decision(second)), START + 4_000_000);
        assertEquals(1, phase.settled());
        accept(1, second, START + 6_000_000);
        assertEquals(2, phase.settled());
        assertEquals(0, phase.unsettled());
    }

    @Test
    void timesRunFromJustBeforeTheSubmission() {
        UUID id = submit(0, START + 1_000_000);
        accept(0, id, START + 3_000_000);
        phase.heard(List.of(decision(id)), START + 8_000_000);
        assertEquals(2, phase.acceptances().latency().p50(), 0.01);
        assertEquals(7, phase.decisions().latency().p50(), 0.01);
        assertEquals(0.003, phase.acceptances().secondsToLastAnswer(), 1e-9);
        assertEquals(0.008, phase.decisions().secondsToLast(), 1e-9);
    }

    @Test
    void aDecisionHeardAgainIsCounted() {
        UUID id = submit(0, START);
        accept(0, id, START);
        phase.heard(List.of(decision(id)), START);
        assertEquals(0, phase.decisions().toldTwice());
        phase.heard(List.of(decision(id)), START);
        assertEquals(1, phase.decisions().toldTwice());
        assertEquals(1, phase.settled());
    }

    @Test
    void aVerdictReadInTheDatabaseSettlesWithoutATime() {
        UUID id = submit(0, START);
        accept(0, id, START);
        phase.read(0, START + 9_000_000);
        assertEquals(1, phase.settled());
        assertEquals(1, phase.decisions().unheard());
        assertEquals(
                new Latency(0, 0, 0, 0, 0, 0, 0, Map.of()), phase.decisions().latency());
        assertEquals(0.009, phase.decisions().secondsToLast(), 1e-9);

        phase.heard(List.of(decision(id)), START + 9_500_000);
        assertEquals(0, phase.decisions().unheard());
        assertEquals(9.5, phase.decisions().latency().p50(), 0.01);
        assertEquals(0, phase.decisions().toldTwice());
        assertEquals(1, phase.settled());
    }

    @Test
    void whoListensHearsEachOrderOnceWhicheverWayItsVerdictCame() {
        List<String> told = new ArrayList<>();
        phase.tell(new Moments() {
            @Override
            public void accepted(long nanos) {
                told.add("accepted after " + nanos);
            }

            @Override
            public void decided(long nanos) {
                told.add("decided after " + nanos);
            }

            @Override
            public void decidedUnheard() {
                told.add("decided unheard");
            }
        });
        UUID heard = submit(0, START + 1);
        accept(0, heard, START + 3);
        phase.heard(List.of(decision(heard)), START + 8);
        phase.heard(List.of(decision(heard)), START + 9);
        UUID read = submit(1, START);
        phase.read(1, START + 9);
        phase.read(1, START + 9);
        phase.heard(List.of(decision(read)), START + 10);
        assertEquals(List.of("accepted after 2", "decided after 7", "decided unheard"), told);
    }

    @Test
    void eachEventOfTheFeedCountsOnceAndAConfirmationIsAnotherOne() {
        phase.feed(new FeedEvents());
        UUID id = submit(0, START);
        accept(0, id, START);
        assertTrue(phase.told(OrderEvent.Type.RESERVED, id, Duration.ofMillis(5)), "before its verdict is known here");
        phase.heard(List.of(decision(id)), START);
        phase.ledger().mark(0, RunLedger.CONFIRMED);
        assertEquals(1, phase.ledger().untold());
        assertTrue(phase.told(OrderEvent.Type.RESERVED, id, Duration.ofMillis(7)));
        assertTrue(phase.told(OrderEvent.Type.CONFIRMED, id, Duration.ofMillis(5)));
        assertFalse(phase.told(OrderEvent.Type.COMPLETED, new UUID(1, 2), Duration.ZERO), "somebody else's");
        assertEquals(0, phase.ledger().untold());
        FeedEvents feed = phase.feed().orElseThrow();
        assertEquals(2, feed.events());
        assertEquals(1, feed.again());
        assertEquals(5, feed.latency().max(), 0.01);
    }

    @Test
    void whoConfirmsIsToldOfEachHeldOrderOnceWhicheverWayItsVerdictCame() {
        Mix held = new Mix(Skew.UNIFORM, new LineRange(1, 1), 0, 0, 0, 0, 1, 0);
        LoadData data = new LoadData(Plans.mixed(3, 3, 20, held).orderPlan(), "run");
        Phase holding = new Phase(data, 0, 3, Duration.ZERO, Phase.Bearings.ALL);
        List<Integer> reserved = new ArrayList<>();
        holding.whenReserved(reserved::add);
        List<UUID> ids = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            OrderRequest request = holding.request(i);
            holding.submitted(i, request, 0);
            holding.answered(i, Reply.accepted(request.id()), 0);
            ids.add(request.id());
        }
        holding.heard(List.of(decision(ids.get(0))), 1);
        holding.read(0, 1);
        holding.read(1, 1);
        holding.heard(List.of(decision(ids.get(1))), 1);
        holding.read(2, 1, Optional.of(RejectReason.INSUFFICIENT_STOCK));
        assertEquals(List.of(0, 1), reserved);
    }

    @Test
    void decisionsOfOtherOrdersArePassedOver() {
        phase.heard(List.of(decision(new UUID(1, 2))), START);
        assertEquals(0, phase.settled());
        assertEquals(0, phase.decisions().toldTwice());
    }

    @Test
    void anOrderThatWasNotTakenIsSubmittedAgainAfterThePauseThatIsAskedFor() {
        UUID id = submit(0, START);
        SubmitResult away = new SubmitResult.Unavailable(id, "both away", Duration.ofMillis(700));
        assertEquals(700_000_000, phase.answered(0, Reply.of(away), START + 1));
        assertEquals(700_000_000, phase.answered(0, Reply.of(away), START + 1_000_000_000));
        assertEquals(Phase.FINAL, phase.answered(0, Reply.of(new SubmitResult.Accepted(id)), START + 1_900_000_000));
        assertEquals(2, phase.acceptances().resubmissions());
        assertEquals(1, phase.acceptances().count(Kind.ACCEPTED));
        assertEquals(1_900, phase.acceptances().latency().max(), 2);
    }

    @Test
    void itIsGivenUpWhenItsTimeIsOver() {
        UUID id = submit(0, START);
        SubmitResult full = new SubmitResult.Overloaded(id, Duration.ofSeconds(1));
        assertEquals(Phase.FINAL, phase.answered(0, Reply.of(full), START + 1_500_000_000));
        assertEquals(1, phase.acceptances().count(Kind.OVERLOADED));
        assertEquals(0, phase.acceptances().unclear());
    }

    @Test
    void duplicateMeansAcceptedOnlyAfterAnUnclearAnswer() {
        UUID first = submit(0, START);
        assertTrue(phase.answered(0, Reply.of(new SubmitResult.Unknown(first, "no answer")), START) > 0);
        assertEquals(Phase.FINAL, phase.answered(0, Reply.of(duplicate(first)), START));
        assertEquals(1, phase.acceptances().count(Kind.ACCEPTED));

        UUID second = submit(1, START);
        SubmitResult full = new SubmitResult.Overloaded(second, Duration.ofMillis(1));
        assertTrue(phase.answered(1, Reply.of(full), START) > 0);
        assertEquals(Phase.FINAL, phase.answered(1, Reply.of(duplicate(second)), START));
        assertEquals(1, phase.acceptances().count(Kind.DUPLICATE));
    }

    @Test
    void anOrderThatMayHaveItsRowIsCounted() {
        UUID id = submit(0, START);
        phase.answered(0, Reply.of(new SubmitResult.Unknown(id, "no answer")), START);
        phase.answered(0, Reply.of(new SubmitResult.Unavailable(id, "away", Duration.ofSeconds(9))), START);
        submit(1, START);
        phase.answered(1, Reply.failed(new IllegalStateException("closed")), START);
        assertEquals(2, phase.acceptances().unclear());
    }

    @Test
    void lastAnswersAreCountedByKindAndTheFirstProblemIsKept() {
        UUID first = submit(0, START);
        submit(1, START);
        UUID third = submit(2, START);
        phase.answered(0, Reply.of(new SubmitResult.Conflict(first)), START);
        phase.answered(1, Reply.failed(new IllegalStateException("closed")), START);
        accept(2, third, START);
        assertEquals(1, phase.acceptances().count(Kind.CONFLICT));
        assertEquals(1, phase.acceptances().count(Kind.FAILED));
        assertEquals(1, phase.acceptances().count(Kind.ACCEPTED));
        assertEquals(
                3,
                phase.acceptances().answers().values().stream()
                        .mapToLong(Long::longValue)
                        .sum());
        assertTrue(
                phase.acceptances().firstProblem().orElse("").contains(first.toString()),
                phase.acceptances().firstProblem() + "");
    }

    private UUID submit(int index, long now) {
        OrderRequest request = phase.request(index);
        phase.submitted(index, request, now);
        return request.id();
    }

    private void accept(int index, UUID id, long now) {
        phase.answered(index, Reply.accepted(id), now);
    }

    private static SubmitResult duplicate(UUID id) {
        return new SubmitResult.Duplicate(BareOrders.of(id, OrderStatus.PENDING, OptionalLong.empty()));
    }

    private static Decision decision(UUID id) {
        return new Decision(id, 1, OrderStatus.COMPLETED, Optional.empty(), 100, 1_000);
    }
}
