package io.orderflow.examples.loadtest.driving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.OrderRequest;
import io.orderflow.examples.loadtest.LoadPlan;
import io.orderflow.examples.loadtest.Plans;
import io.orderflow.examples.loadtest.counting.Lateness;
import io.orderflow.examples.loadtest.counting.Reply;
import io.orderflow.examples.loadtest.orders.LoadData;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class PacerTest {
    private static final long MILLI = 1_000_000;

    @Test
    void eachOrderIsDueAnEqualTimeAfterTheOneBeforeAndNeverEarlier() {
        Lateness lateness = new Lateness();
        long start = System.nanoTime();
        Pacer pacer = Pacer.constant(500, start, lateness);
        for (int i = 0; i < 20; i++) {
            assertEquals(start + i * 2 * MILLI, pacer.await(i));
            assertTrue(System.nanoTime() - start >= i * 2 * MILLI, "order " + i + " is early");
        }
    }

    @Test
    void ordersThatAreOverdueAreDueWhenTheyWereAndCountAsLate() {
        Lateness lateness = new Lateness();
        long start = System.nanoTime() - 1_000 * MILLI;
        Pacer pacer = Pacer.constant(1_000, start, lateness);
        for (int i = 0; i < 100; i++) {
            assertEquals(start + i * MILLI, pacer.await(i));
        }
        assertEquals(100, lateness.late());
        assertFalse(lateness.keptUp());
        assertTrue(lateness.latency().max() >= 1_000, lateness.latency()::toString);
    }

    @Test
    void oneLateOrderInAHundredIsKeepingUp() {
        Lateness lateness = new Lateness();
        assertTrue(lateness.keptUp());
        for (int i = 0; i < 99; i++) {
            lateness.add(MILLI);
        }
        lateness.add(11 * MILLI);
        assertTrue(lateness.keptUp());
        lateness.add(11 * MILLI);
        assertFalse(lateness.keptUp());
    }

    @Test
    void aStallOfTheSystemIsInTheTimesOfAllOrdersThatWereDueInIt() {
        int orders = 200;
        LoadPlan plan = Plans.submitting(orders, new Pace(1, 0, OptionalInt.of(1_000)), 0);
        Phase phase = new Phase(new LoadData(plan.orderPlan(), "run"), 0, orders, Duration.ZERO, Phase.Bearings.ALL);
        new Submitters(new StallingIntake(100 * MILLI), plan.pace(), plan.resubmitSeconds()).run(phase);
        assertEquals(orders, phase.acceptances().count(Reply.Kind.ACCEPTED));
        // what was due in the stall was submitted after it
        assertTrue(
                phase.acceptances().latency().max() >= 100, phase.acceptances().latency()::toString);
        assertTrue(phase.lateness().late() >= 80, "late: " + phase.lateness().late());
        assertFalse(phase.lateness().keptUp());
    }

    /** Holds the caller up in its first submission, and takes everything. */
    private static final class StallingIntake implements OrderIntake {
        private final long nanos;
        private boolean stalled;

        StallingIntake(long nanos) {
            this.nanos = nanos;
        }

        @Override
        public Reply submit(OrderRequest request) {
            return Reply.accepted(request.id());
        }

        @Override
        public CompletableFuture<Reply> submitAsync(OrderRequest request) {
            if (!stalled) {
                stalled = true;
                long end = System.nanoTime() + nanos;
                while (System.nanoTime() < end) {
                    LockSupport.parkNanos(end - System.nanoTime());
                }
            }
            return CompletableFuture.completedFuture(submit(request));
        }
    }
}
