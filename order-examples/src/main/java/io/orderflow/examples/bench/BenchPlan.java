package io.orderflow.examples.bench;

import static java.util.Objects.requireNonNull;

import io.orderflow.Limits;
import io.orderflow.examples.common.Ranges;
import io.orderflow.examples.loadtest.LoadPlan;
import io.orderflow.examples.loadtest.driving.Pace;
import io.orderflow.examples.loadtest.driving.PaceOptions;
import io.orderflow.examples.loadtest.driving.WorkPlan;
import io.orderflow.examples.loadtest.orders.LineRange;
import io.orderflow.examples.loadtest.orders.Mix;
import io.orderflow.examples.loadtest.orders.OrderPlan;
import io.orderflow.examples.loadtest.orders.Skew;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What a comparison measures. Immutable.
 *
 * @param orders orders of the library and of the bare batches in each round
 * @param workers threads that decide batches, the library's
 * @param oneOrders orders of each program that does one at a time, in each round
 * @param oneOrderWorkers threads that decide one order per transaction, the library's and the bare program's
 * @param products products that the orders are spread over
 * @param buyers buyers that the orders are spread over
 * @param rounds how often each program is measured
 * @param minShare least share of the ceiling that the library must reach; empty: any
 */
record BenchPlan(
        int orders,
        int workers,
        int oneOrders,
        int oneOrderWorkers,
        int products,
        int buyers,
        int rounds,
        OptionalDouble minShare) {
    private static final int MOST_ROUNDS = 1_000;
    /** As the load test's, where nothing else is asked for. */
    private static final int BATCH_WAIT_MILLIS = 5;

    private static final int RESUBMIT_SECONDS = 30;
    private static final long SEED = 1;

    BenchPlan {
        requireNonNull(minShare, "minShare");
        Ranges.between("orders", orders, 1, Pace.MOST_ORDERS);
        Ranges.between("workers", workers, 1, 64);
        Ranges.between("one-orders", oneOrders, 1, Pace.MOST_ORDERS);
        Ranges.between("one-order-workers", oneOrderWorkers, 1, 64);
        Ranges.between("products", products, 1, OrderPlan.MOST_IDS);
        Ranges.between("buyers", buyers, 1, OrderPlan.MOST_IDS);
        Ranges.between("rounds", rounds, 1, MOST_ROUNDS);
        Ranges.atLeastZero("min-share", minShare.orElse(0));
    }

    /** Orders that a program does before it is measured, on the same tables. */
    static int warmup(int orders) {
        return orders / 10;
    }

    /** The most threads that decide in any program. */
    int mostWorkers() {
        return Math.max(workers, oneOrderWorkers);
    }

    /** The library's run with orders in batches, or with each in a transaction of its own. */
    LoadPlan library(boolean oneByOne) {
        int count = oneByOne ? oneOrders : orders;
        Mix mix = new Mix(Skew.UNIFORM, new LineRange(1, 1), 0, 0, 0, 0, 0, 0);
        return new LoadPlan(
                count,
                OptionalInt.empty(),
                warmup(count),
                new OrderPlan(products, buyers, OptionalLong.empty(), mix, SEED),
                new Pace(PaceOptions.WINDOW, 0, OptionalInt.empty()),
                new WorkPlan(
                        0,
                        oneByOne ? oneOrderWorkers : workers,
                        oneByOne ? 1 : Limits.BATCH_ORDERS,
                        BATCH_WAIT_MILLIS,
                        0),
                RESUBMIT_SECONDS,
                false);
    }

    /** The fields of the JSON object, by name. */
    Map<String, Object> toMap() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("orders", orders);
        fields.put("workers", workers);
        fields.put("one_orders", oneOrders);
        fields.put("one_order_workers", oneOrderWorkers);
        fields.put("products", products);
        fields.put("buyers", buyers);
        fields.put("rounds", rounds);
        fields.put("warmup", warmup(orders));
        fields.put("one_order_warmup", warmup(oneOrders));
        fields.put("window", PaceOptions.WINDOW);
        fields.put("batch", Limits.BATCH_ORDERS);
        fields.put("batch_wait_ms", BATCH_WAIT_MILLIS);
        fields.put("seed", SEED);
        fields.put("min_share", minShare.isPresent() ? minShare.getAsDouble() : null);
        return fields;
    }
}
