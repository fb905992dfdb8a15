package io.orderflow.internal.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.Acceptance;
import io.orderflow.Limits;
import io.orderflow.Order;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.OrderStatus;
import io.orderflow.SubmitResult;
import io.orderflow.WorkerConfig;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.model.Insist;
import io.orderflow.model.RulesContract;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.FaultPlan;
import io.orderflow.testing.FaultPlan.Step;
import io.orderflow.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The runners expire what is over: alone, beside each other, and around what is broken or held. */
class ExpiryTest extends RulesContract {
    private static final Duration BOUND = Duration.ofSeconds(60);

    /** Some pieces for each of two runners; and more than a runner looks at, which is the same on all databases. */
    private static final int MANY = 4_000;

    private static final int MORE = 10_500;

    private static final String OVER = "UPDATE orderflow_hold SET deadline = '2020-01-01 00:00:00'";

    @BeforeEach
    void open() {
        shop().inventory().define(1, 100, 1_000_000, "define 1");
        shop().inventory().define(2, 100, 1_000_000, "define 2");
        shop().wallets().open(7, 100_000_000, "open 7");
        shop().wallets().open(8, 100_000_000, "open 8");
    }

    /** From the order to the end, with the deadline that it asked for. */
    @ParameterizedTest
    @EnumSource(Acceptance.class)
    void anOrderExpiresByItself(Acceptance acceptance) throws InterruptedException {
        try (OrderProcessor orders = processor(acceptance)) {
            orders.workers(WorkerConfig.defaults()).start();
            OrderRequest request =
                    OrderRequest.of(7).line(1, 1).holdFor(Duration.ofSeconds(1)).build();
            SubmitResult result = Insist.onAcceptance(orders, List.of(request)).get(0);
            Order decided = orders.await(result.orderId(), BOUND).orElseThrow();
            assertTrue(
                    decided.status() == OrderStatus.RESERVED || decided.status() == OrderStatus.EXPIRED,
                    decided::toString);
            await(() -> orders.find(result.orderId()).orElseThrow().status() == OrderStatus.EXPIRED);
            assertEquals(100_000_000, shop().wallets().find(7).orElseThrow().balance());
        }
    }

    @Test
    void manyAreExpiredOnceByRunnersBesideEachOther() {
        int many = kind() == TestDatabase.Kind.MARIADB ? MORE : MANY;
        reserve(many, 7);
        shop().execute(OVER);
        try (OrderProcessor one = processor(Acceptance.ROW_JOURNAL);
                OrderProcessor other = processor(Acceptance.ROW_JOURNAL)) {
            one.workers(WorkerConfig.defaults()).start();
            other.workers(WorkerConfig.defaults()).start();
            await(() -> shop().count("orderflow_hold") == 0);
        }
        assertEquals(List.of("7 " + many), statuses());
        assertEquals(many, shop().count("orderflow_order_change"));
        assertEquals(1_000_000, shop().inventory().find(1).orElseThrow().available());
    }

    @Test
    void whatIsNotOverStays() {
        List<OrderEntry> due = reserve(3, 7);
        shop().execute(OVER);
        reserve(2, 8);
        try (OrderProcessor orders = processor(Acceptance.ROW_JOURNAL)) {
            orders.workers(WorkerConfig.defaults()).start();
            await(() -> shop().count("orderflow_hold") == due.size() - 1);
        }
        assertEquals(List.of("5 2", "7 3"), statuses());
    }

    /** Somebody deleted the lines of one: it alone stays, and is tried again later. */
    @Test
    void oneThatIsBrokenKeepsNobodyElse() {
        tampered();
        List<OrderEntry> orders = reserve(700, 7);
        shop().execute(OVER);
        String broken = SqlText.id(orders.get(333).id());
        shop().execute("DELETE FROM orderflow_order_line WHERE order_id = " + broken);
        try (OrderProcessor processor = processor(Acceptance.ROW_JOURNAL)) {
            processor.workers(WorkerConfig.defaults()).start();
            await(() -> shop().count("orderflow_hold") == 1
                    && shop().read("SELECT 1 FROM orderflow_hold WHERE deadline > '2021-01-01 00:00:00'")
                                    .size()
                            == 1);
        }
        assertEquals(List.of("5 1", "7 699"), statuses());
        assertEquals(List.of("5"), shop().read("SELECT status FROM orderflow_orders WHERE id = " + broken));
    }

    /** What would give a product more pieces than there may be is put off, and keeps nobody else. */
    @Test
    void oneThatDoesNotFitKeepsNobodyElse() {
        List<OrderEntry> orders = reserve(3, 7);
        OrderEntry full = OrderEntry.of(
                OrderRequest.of(8).line(2, 1).holdFor(Duration.ofMinutes(1)).build());
        shop().decide(List.of(full));
        long available = shop().inventory().find(2).orElseThrow().available();
        shop().inventory().restock(2, Limits.BALANCE - available, "full");
        shop().execute(OVER);
        try (OrderProcessor processor = processor(Acceptance.ROW_JOURNAL)) {
            processor.workers(WorkerConfig.defaults()).start();
            await(() -> !shop().read("SELECT 1 FROM orderflow_hold WHERE deadline > '2021-01-01 00:00:00'")
                    .isEmpty());
        }
        assertEquals(List.of("5 1", "7 " + orders.size()), statuses());
    }

    /** A product is held for as long as it takes: what needs no piece of it expires meanwhile. */
    @Test
    void aHeldProductKeepsNobodyElse() throws SQLException {
        reserve(30, 7);
        shop().decide(List.of(OrderEntry.of(
                OrderRequest.of(8).line(2, 1).holdFor(Duration.ofMinutes(1)).build())));
        shop().execute(OVER);
        try (OrderProcessor orders = processor(Acceptance.ROW_JOURNAL)) {
            try (Connection stranger = shop().foreign()) {
                stranger.createStatement().execute("SELECT * FROM orderflow_stock WHERE product = 2 FOR UPDATE");
                orders.workers(WorkerConfig.defaults()).start();
                await(() -> statuses().equals(List.of("5 1", "7 30")));
                stranger.rollback();
            }
            await(() -> shop().count("orderflow_hold") == 0);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            names = {"BEFORE_COMMIT", "AFTER_COMMIT"})
    void aLostConnectionLosesNothing(Step step) {
        reserve(1_200, 7);
        shop().execute(OVER);
        try (OrderProcessor orders = processor(Acceptance.ROW_JOURNAL)) {
            shop().dataSource().setPlan(FaultPlan.nth(step, 4));
            orders.workers(WorkerConfig.defaults()).start();
            await(() -> shop().count("orderflow_hold") == 0);
        }
        assertEquals(List.of("7 1200"), statuses());
    }

    private OrderProcessor processor(Acceptance acceptance) {
        return OrderProcessor.builder(shop().dataSource())
                .acceptance(acceptance)
                .allowWeakQueue(true)
                .build()
                .start();
    }

    private List<OrderEntry> reserve(int count, long buyer) {
        List<OrderEntry> all = IntStream.range(0, count)
                .mapToObj(i -> OrderEntry.of(OrderRequest.of(buyer)
                        .line(1, 1)
                        .holdFor(Duration.ofMinutes(10))
                        .build()))
                .toList();
        for (List<OrderEntry> piece : SqlText.pieces(all, SqlText.PIECE)) {
            shop().decide(piece);
        }
        return all;
    }

    private List<String> statuses() {
        return shop().read("SELECT status, COUNT(*) FROM orderflow_orders GROUP BY status ORDER BY status");
    }

    private void await(BooleanSupplier condition) {
        Eventually.await(
                "holds have expired", BOUND, condition, () -> statuses().toString());
    }
}
