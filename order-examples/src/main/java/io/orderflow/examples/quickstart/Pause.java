package io.orderflow.examples.quickstart;

import io.orderflow.Order;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.OrderStatus;
import io.orderflow.SubmitResult;
import io.orderflow.WorkerConfig;
import io.orderflow.WorkerRunner;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * What happened to orders that came while no worker was running.
 *
 * @param accepted how many were accepted without a worker
 * @param pending how many of them were PENDING before a worker came back
 * @param decided how many of them the new worker completed
 * @param seconds from the new worker's start to the last verdict
 */
record Pause(int accepted, int pending, int decided, double seconds) {
    private static final int ORDERS = 5;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Submits orders while no worker runs, then starts one. */
    static Pause of(OrderProcessor orders, String run) throws InterruptedException {
        List<UUID> accepted = IntStream.range(0, ORDERS)
                .mapToObj(i -> orders.submit(OrderRequest.of(SmallShop.ADA)
                        .line(SmallShop.TEA, 1)
                        .idempotencyKey("pause-" + run + "-" + i)
                        .build()))
                .filter(SubmitResult.Accepted.class::isInstance)
                .map(SubmitResult::orderId)
                .toList();
        int pending = count(orders, accepted, OrderStatus.PENDING, Duration.ZERO);
        long start = System.nanoTime();
        WorkerRunner worker = orders.workers(WorkerConfig.defaults()).start();
        try {
            int decided = count(orders, accepted, OrderStatus.COMPLETED, PATIENCE);
            return new Pause(accepted.size(), pending, decided, (System.nanoTime() - start) / 1e9);
        } finally {
            worker.close();
        }
    }

    private static int count(OrderProcessor orders, List<UUID> ids, OrderStatus status, Duration patience)
            throws InterruptedException {
        int found = 0;
        for (UUID id : ids) {
            if (orders.await(id, patience).map(Order::status).orElse(null) == status) {
                found++;
            }
        }
        return found;
    }

    int lost() {
        return accepted - decided;
    }

    boolean asExpected() {
        return accepted == ORDERS && pending == ORDERS && decided == ORDERS;
    }
}
