package io.orderflow.examples.common;

import io.orderflow.DeadLetter;
import io.orderflow.DeadLetterFilter;
import io.orderflow.Order;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.OrderStatus;
import io.orderflow.PageRequest;
import io.orderflow.SubmitOutcome;
import io.orderflow.WorkerConfig;
import io.orderflow.queue.InMemoryQueue;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.FaultPlan;
import io.orderflow.testing.FaultyDataSource;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;

/** Makes dead letters of a shop as they come about: by workers that meet what cannot be decided. */
public final class LetterMaker {
    private static final Set<SubmitOutcome> ACCEPTED = EnumSet.of(SubmitOutcome.ACCEPTED, SubmitOutcome.DUPLICATE);
    private static final Duration BOUND = Duration.ofSeconds(60);

    private LetterMaker() {}

    /** An order of a buyer and a product that {@link #make} brings into being. */
    public static OrderRequest request() {
        return OrderRequest.of(9_999)
                .line(9_999, 2)
                .hostData("hello".getBytes(StandardCharsets.UTF_8))
                .build();
    }

    /**
     * Has an order parked, and a message set aside that is none, where no other worker is.
     *
     * @param request from {@link #request}
     * @return the dead letters, newest first
     */
    public static List<DeadLetter> make(DataSource shop, OrderRequest request, byte[] noise)
            throws InterruptedException {
        FaultyDataSource pool = new FaultyDataSource(shop, FaultPlan.NONE);
        InMemoryQueue queue = InMemoryQueue.builder().build();
        try (OrderProcessor orders = OrderProcessor.builder(pool)
                .queue(queue)
                .createTables(true)
                .build()
                .start()) {
            orders.inventory().define(9_999, 10, 10, "product");
            orders.wallets().open(9_999, 1_000, "wallet");
            // of this order alone: what looks whether the tables may be written begins in the same way
            String id = request.id().toString().replace("-", "");
            pool.setPlan((step, sql) -> {
                if (step == FaultPlan.Step.BEFORE_EXECUTE
                        && sql.startsWith("INSERT INTO orderflow_order_line")
                        && sql.toLowerCase(Locale.ROOT).contains(id)) {
                    throw new SQLException("injected: value too long", "22001", 22001);
                }
            });
            orders.workers(WorkerConfig.defaults()).start();
            Eventually.await(
                    "it is accepted, now or before",
                    BOUND,
                    () -> ACCEPTED.contains(orders.submit(request).outcome()),
                    () -> orders.health().toString());
            Eventually.await(
                    "the order is parked",
                    BOUND,
                    () -> orders.find(request.id()).map(Order::status).equals(Optional.of(OrderStatus.PARKED)),
                    () -> orders.find(request.id()).toString());
            queue.publish(noise, BOUND);
            PageRequest all = PageRequest.first(10);
            Eventually.await(
                    "both are set aside",
                    BOUND,
                    () -> orders.deadLetters()
                                    .page(DeadLetterFilter.ALL, all)
                                    .entries()
                                    .size()
                            == 2,
                    () -> orders.deadLetters().page(DeadLetterFilter.ALL, all).toString());
            return orders.deadLetters().page(DeadLetterFilter.ALL, all).entries();
        }
    }
}
