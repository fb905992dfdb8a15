package io.orderflow.examples.loadtest;

import static java.util.Objects.requireNonNull;

import io.orderflow.examples.common.Ranges;
import io.orderflow.examples.loadtest.driving.Companions;
import io.orderflow.examples.loadtest.driving.Pace;
import io.orderflow.examples.loadtest.driving.WorkPlan;
import io.orderflow.examples.loadtest.orders.OrderPlan;
import java.util.OptionalInt;

/**
 * What a load test does. Immutable.
 *
 * @param orders orders that are measured; at most, if there is a time
 * @param seconds how long orders are submitted; empty: until all are
 * @param warmup orders that take the same way before, unmeasured
 * @param orderPlan which orders they are
 * @param pace when they are submitted
 * @param work how they are journaled and decided
 * @param resubmitSeconds how long an order that was not accepted is submitted again; 0: never
 * @param feed whether a feed is read beside them
 */
public record LoadPlan(
        int orders,
        OptionalInt seconds,
        int warmup,
        OrderPlan orderPlan,
        Pace pace,
        WorkPlan work,
        int resubmitSeconds,
        boolean feed) {
    /** Refuses what is out of range. */
    public LoadPlan {
        requireNonNull(seconds, "seconds");
        requireNonNull(orderPlan, "orderPlan");
        requireNonNull(pace, "pace");
        requireNonNull(work, "work");
        Ranges.between("orders", orders, 1, Pace.MOST_ORDERS);
        Ranges.between("warmup", warmup, 0, Pace.MOST_ORDERS);
        Ranges.between("resubmit-for", resubmitSeconds, 0, 3_600);
    }

    /** Connections that the test needs. */
    int connections() {
        return work.workers()
                + LoadRun.EXTRA_CONNECTIONS
                + (feed ? Companions.FEED_CONNECTIONS : 0)
                + (orderPlan.mix().holdShare() > 0 ? 1 : 0);
    }

    /** All orders that are submitted. */
    long allOrders() {
        return (long) orders + warmup;
    }
}
