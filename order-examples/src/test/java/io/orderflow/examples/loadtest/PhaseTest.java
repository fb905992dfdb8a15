package io.orderflow.examples.loadtest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.Order;
import io.orderflow.OrderLine;
import io.orderflow.OrderListener.Decision;
import io.orderflow.OrderRequest;
import io.orderflow.OrderStatus;
import io.orderflow.SubmitResult;
import io.orderflow.examples.loadtest.Phase.Answer;
import io.orderflow.examples.report.Moments;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PhaseTest {
    private static final long START = -7_000_000_000L;

    private final Phase phase = new Phase(new LoadData(Plans.small(), "run"), 50, 3, Duration.ofSeconds(2));

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
        assertEquals(2, phase.accept().p50(), 0.01);
        assertEquals(7, phase.decide().p50(), 0.01);
        assertEquals(0.003, phase.secondsToLastAnswer(), 1e-9);
        assertEquals(0.008, phase.secondsToLastDecision(), 1e-9);
    }

    @Test
    void aDecisionHeardAgainIsCounted() {
        UUID id = submit(0, START);
        accept(0, id, START);
        phase.heard(List.of(decision(id)), START);
        assertEquals(0, phase.toldTwice());
        phase.heard(List.of(decision(id)), START);
        assertEquals(1, phase.toldTwice());
        assertEquals(1, phase.settled());
    }

    @Test
    void aVerdictReadInTheDatabaseSettlesWithoutATime() {
        UUID id = submit(0, START);
        accept(0, id, START);
        phase.read(0, START + 9_000_000);
        assertEquals(1, phase.settled());
        assertEquals(1, phase.unheard());
        assertEquals(new Latency(0, 0, 0), phase.decide());
        assertEquals(0.009, phase.secondsToLastDecision(), 1e-9);

        phase.heard(List.of(decision(id)), START + 9_500_000);
        assertEquals(0, phase.unheard());
        assertEquals(9.5, phase.decide().p50(), 0.01);
        assertEquals(0, phase.toldTwice());
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
    void decisionsOfOtherOrdersArePassedOver() {
        phase.heard(List.of(decision(new UUID(1, 2))), START);
        assertEquals(0, phase.settled());
        assertEquals(0, phase.toldTwice());
    }

    @Test
    void anOrderThatWasNotTakenIsSubmittedAgainAfterThePauseThatIsAskedFor() {
        UUID id = submit(0, START);
        SubmitResult away = new SubmitResult.Unavailable(id, "both away", Duration.ofMillis(700));
        assertEquals(700_000_000, phase.answered(0, away, null, START + 1));
        assertEquals(700_000_000, phase.answered(0, away, null, START + 1_000_000_000));
        assertEquals(Phase.FINAL, phase.answered(0, new SubmitResult.Accepted(id), null, START + 1_900_000_000));
        assertEquals(2, phase.resubmissions());
        assertEquals(1, phase.count(Answer.ACCEPTED));
        assertEquals(1_900, phase.accept().max(), 2);
    }

    @Test
    void itIsGivenUpWhenItsTimeIsOver() {
        UUID id = submit(0, START);
        SubmitResult full = new SubmitResult.Overloaded(id, Duration.ofSeconds(1));
        assertEquals(Phase.FINAL, phase.answered(0, full, null, START + 1_500_000_000));
        assertEquals(1, phase.count(Answer.OVERLOADED));
        assertEquals(0, phase.unclear());
    }

    @Test
    void duplicateMeansAcceptedOnlyAfterAnUnclearAnswer() {
        UUID first = submit(0, START);
        assertTrue(phase.answered(0, new SubmitResult.Unknown(first, "no answer"), null, START) > 0);
        assertEquals(Phase.FINAL, phase.answered(0, duplicate(first), null, START));
        assertEquals(1, phase.count(Answer.ACCEPTED));

        UUID second = submit(1, START);
        SubmitResult full = new SubmitResult.Overloaded(second, Duration.ofMillis(1));
        assertTrue(phase.answered(1, full, null, START) > 0);
        assertEquals(Phase.FINAL, phase.answered(1, duplicate(second), null, START));
        assertEquals(1, phase.count(Answer.DUPLICATE));
    }

    @Test
    void anOrderThatMayHaveItsRowIsCounted() {
        UUID id = submit(0, START);
        phase.answered(0, new SubmitResult.Unknown(id, "no answer"), null, START);
        phase.answered(0, new SubmitResult.Unavailable(id, "away", Duration.ofSeconds(9)), null, START);
        submit(1, START);
        phase.answered(1, null, new IllegalStateException("closed"), START);
        assertEquals(2, phase.unclear());
    }

    @Test
    void lastAnswersAreCountedByKindAndTheFirstProblemIsKept() {
        UUID first = submit(0, START);
        submit(1, START);
        UUID third = submit(2, START);
        phase.answered(0, new SubmitResult.Conflict(first), null, START);
        phase.answered(1, null, new IllegalStateException("closed"), START);
        accept(2, third, START);
        assertEquals(1, phase.count(Answer.CONFLICT));
        assertEquals(1, phase.count(Answer.FAILED));
        assertEquals(1, phase.count(Answer.ACCEPTED));
        assertEquals(
                3, phase.answers().values().stream().mapToLong(Long::longValue).sum());
        assertTrue(phase.firstProblem().orElse("").contains(first.toString()), phase.firstProblem() + "");
    }

    private UUID submit(int index, long now) {
        OrderRequest request = phase.request(index);
        phase.submitted(index, request, now);
        return request.id();
    }

    private void accept(int index, UUID id, long now) {
        phase.answered(index, new SubmitResult.Accepted(id), null, now);
    }

    private static SubmitResult duplicate(UUID id) {
        return new SubmitResult.Duplicate(new Order(
                id,
                1,
                OrderStatus.PENDING,
                Optional.empty(),
                List.of(OrderLine.of(1, 1)),
                0,
                Instant.EPOCH,
                Optional.empty(),
                OptionalLong.empty(),
                new byte[0]));
    }

    private static Decision decision(UUID id) {
        return new Decision(id, 1, OrderStatus.COMPLETED, Optional.empty(), 100, 1_000);
    }
}
