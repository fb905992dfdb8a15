package io.orderflow.examples.loadtest.driving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.OrderRequest;
import io.orderflow.examples.loadtest.LoadPlan;
import io.orderflow.examples.loadtest.Plans;
import io.orderflow.examples.loadtest.counting.Reply;
import io.orderflow.examples.loadtest.counting.Reply.Kind;
import io.orderflow.examples.loadtest.orders.LoadData;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SubmittersTest {
    private static final int ORDERS = 3_000;

    private final AnsweringIntake intake = new AnsweringIntake();

    @AfterEach
    void stop() {
        intake.answering.shutdownNow();
    }

    @Test
    void eachOrderIsSubmittedOnceAndAnsweredBeforeTheEnd() {
        for (int submitters : new int[] {0, 1, 4}) {
            intake.ids.clear();
            Phase phase = run(Plans.submitting(ORDERS, 16, submitters));
            assertEquals(ORDERS, phase.acceptances().count(Kind.ACCEPTED), submitters + " submitters");
            assertEquals(ORDERS, intake.ids.size(), submitters + " submitters");
        }
    }

    @Test
    void noMoreAreOutstandingThanTheWindowAllows() {
        run(Plans.submitting(ORDERS, 16, 0));
        assertTrue(intake.most.get() <= 16, "outstanding: " + intake.most.get());
        intake.most.set(0);
        run(Plans.submitting(ORDERS, 16, 3));
        assertTrue(intake.most.get() <= 3, "outstanding: " + intake.most.get());
    }

    @Test
    void aSubmissionThatThrowsIsCountedAndTheOthersGoOn() {
        intake.failEach = 100;
        for (int submitters : new int[] {0, 2}) {
            Phase phase = run(Plans.submitting(ORDERS, 16, submitters));
            assertEquals(ORDERS / 100, phase.acceptances().count(Kind.FAILED), submitters + " submitters");
            assertEquals(ORDERS - ORDERS / 100, phase.acceptances().count(Kind.ACCEPTED), submitters + " submitters");
        }
    }

    @Test
    void whatIsNotTakenIsSubmittedAgainUntilItIs() {
        intake.refuseEach = 10;
        for (int submitters : new int[] {0, 2}) {
            intake.ids.clear();
            Phase phase = run(Plans.submitting(ORDERS, 16, submitters));
            assertEquals(ORDERS, phase.acceptances().count(Kind.ACCEPTED), submitters + " submitters");
            assertEquals(ORDERS, intake.ids.size(), submitters + " submitters");
            // each tenth call is refused, the repeated ones included
            assertTrue(
                    phase.acceptances().resubmissions() >= ORDERS / 10,
                    "submitted again: " + phase.acceptances().resubmissions());
        }
    }

    @Test
    void aPhaseThatIsLimitedInTimeHasTheOrdersThatWereSubmitted() {
        for (int submitters : new int[] {0, 2}) {
            intake.ids.clear();
            LoadPlan plan = Plans.submitting(2_000_000, 16, submitters);
            Phase phase = new Phase(
                    new LoadData(plan.orderPlan(), "run"), 0, plan.orders(), Duration.ZERO, Phase.Bearings.ALL);
            phase.limit(Duration.ofMillis(50));
            new Submitters(intake, plan.pace(), plan.resubmitSeconds()).run(phase);
            assertTrue(phase.orders() < plan.orders(), "orders: " + phase.orders());
            assertEquals(phase.orders(), phase.acceptances().count(Kind.ACCEPTED), submitters + " submitters");
            assertEquals(phase.orders(), intake.ids.size(), submitters + " submitters");
        }
    }

    private Phase run(LoadPlan plan) {
        Phase phase = new Phase(
                new LoadData(plan.orderPlan(), "run"),
                0,
                plan.orders(),
                Duration.ofSeconds(plan.resubmitSeconds()),
                Phase.Bearings.ALL);
        new Submitters(intake, plan.pace(), plan.resubmitSeconds()).run(phase);
        return phase;
    }

    /** Answers each submission on a thread of its own, and remembers how many waited at once. */
    private static final class AnsweringIntake implements OrderIntake {
        private final ExecutorService answering = Executors.newSingleThreadExecutor();
        private final Set<UUID> ids = ConcurrentHashMap.newKeySet();
        private final AtomicInteger calls = new AtomicInteger();
        private final AtomicInteger outstanding = new AtomicInteger();
        private final AtomicInteger most = new AtomicInteger();
        private volatile int failEach = Integer.MAX_VALUE;
        private volatile int refuseEach = Integer.MAX_VALUE;

        @Override
        public Reply submit(OrderRequest request) {
            most.accumulateAndGet(outstanding.incrementAndGet(), Math::max);
            outstanding.decrementAndGet();
            return answer(request);
        }

        @Override
        public CompletableFuture<Reply> submitAsync(OrderRequest request) {
            most.accumulateAndGet(outstanding.incrementAndGet(), Math::max);
            return CompletableFuture.supplyAsync(
                    () -> {
                        outstanding.decrementAndGet();
                        return answer(request);
                    },
                    answering);
        }

        private Reply answer(OrderRequest request) {
            int call = calls.incrementAndGet();
            if (call % failEach == 0) {
                throw new IllegalStateException("fails on purpose");
            }
            if (call % refuseEach == 0) {
                return Reply.later(Kind.OVERLOADED, Duration.ofMillis(1), "full");
            }
            ids.add(request.id());
            return Reply.accepted(request.id());
        }
    }
}
