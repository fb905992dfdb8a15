package io.orderflow.examples.archive;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.AuditReport;
import io.orderflow.Order;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.OrderStatus;
import io.orderflow.RefundRequest;
import io.orderflow.SubmitOutcome;
import io.orderflow.WorkerConfig;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;

/** A shop whose orders are decided in this process, and that can have orders of long ago. Used by one thread. */
final class OldShop implements AutoCloseable {
    static final Duration BOUND = Duration.ofSeconds(120);
    private static final int AT_ONCE = 500;
    private static final Set<SubmitOutcome> ACCEPTED = EnumSet.of(SubmitOutcome.ACCEPTED, SubmitOutcome.DUPLICATE);
    private static final Set<OrderStatus> OVER =
            EnumSet.of(OrderStatus.COMPLETED, OrderStatus.REJECTED, OrderStatus.REFUNDED);

    private final TestDatabase database;
    private HikariDataSource pool;
    private OrderProcessor orders;

    private OldShop(TestDatabase database) {
        this.database = database;
        reopen();
    }

    /** Makes its tables, its stock and a buyer. */
    static OldShop on(TestDatabase database) {
        OldShop shop = new OldShop(database);
        shop.orders.inventory().define(1, 10, 1_000_000, "product 1");
        shop.orders.inventory().define(2, 30, 1_000_000, "product 2");
        shop.orders.wallets().open(7, 100_000_000, "wallet 7");
        return shop;
    }

    /** After {@link #leave}: the database belongs to this process again. */
    void reopen() {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(database.jdbcUrl());
        config.setUsername(database.user());
        config.setPassword(database.password());
        pool = new HikariDataSource(config);
        orders = OrderProcessor.builder(pool).createTables(true).build().start();
        orders.workers(WorkerConfig.defaults()).start();
    }

    /** Leaves the database to others, who may need it for themselves. */
    void leave() {
        orders.close();
        pool.close();
    }

    OrderProcessor orders() {
        return orders;
    }

    /**
     * Orders of long ago, two of three with a key: most are completed, some rejected, some refunded.
     *
     * @return what was asked for, and what became of it
     */
    Map<OrderRequest, Order> fill(int count) throws InterruptedException, SQLException {
        List<OrderRequest> requests =
                IntStream.range(0, count).mapToObj(OldShop::request).toList();
        for (int from = 0; from < count; from += AT_ONCE) {
            orders.submitAll(requests.subList(from, Math.min(count, from + AT_ONCE)));
        }
        requests.forEach(request -> accept(orders, request));
        Map<OrderRequest, Order> old = new HashMap<>();
        for (OrderRequest request : requests) {
            Order order = orders.await(request.id(), BOUND).orElseThrow();
            assertTrue(OVER.contains(order.status()), order::toString);
            if (old.size() % 50 == 0) {
                orders.changes().refund(RefundRequest.rest(order.id(), "refund"));
            }
            old.put(request, orders.find(request.id()).orElseThrow());
        }
        age();
        return old;
    }

    /** Submits until it is taken, now or before: on a busy machine an answer may be late. */
    static void accept(OrderProcessor orders, OrderRequest request) {
        Eventually.await(
                "the order is taken",
                BOUND,
                () -> ACCEPTED.contains(orders.submit(request).outcome()),
                () -> orders.health().toString());
    }

    private static OrderRequest request(int number) {
        long buyer = number % 20 == 0 ? 8 : 7; // 8 has no wallet
        OrderRequest.Builder order = OrderRequest.of(buyer).line(1 + number % 2, 1 + number % 3);
        return (number % 3 == 0 ? order : order.idempotencyKey("old-" + number)).build();
    }

    /** Makes all that was decided old, when the journal is done with it. */
    void age() throws SQLException {
        Eventually.await("the journal is empty", BOUND, () -> count("orderflow_pending") == 0, orders::toString);
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("UPDATE orderflow_batch SET decided_at = '2020-01-01 00:00:00'");
        }
    }

    private long count(String table) {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT COUNT(*) FROM " + table)) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw new AssertionError(table, e);
        }
    }

    /** How many rows orders have. */
    long rows() {
        return count("orderflow_orders");
    }

    /** Those of the orders that are in the tables with all that they have. */
    Set<UUID> whole(Set<OrderRequest> requests) {
        Set<UUID> whole = new HashSet<>();
        for (OrderRequest request : requests) {
            orders.find(request.id())
                    .filter(order -> order.status() != OrderStatus.ARCHIVED)
                    .ifPresent(order -> whole.add(order.id()));
        }
        return whole;
    }

    /** Audits, and finds no difference. */
    AuditReport audited() {
        AuditReport report = orders.audit();
        assertTrue(report.ok(), report::toString);
        return report;
    }

    /** A program of that name with its options, for this shop. */
    String[] program(Path folder, String... arguments) throws IOException {
        Path password = Files.writeString(folder.resolve("password"), database.password() + "\n");
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--db", database.jdbcUrl(), "--db-user", database.user()));
        all.addAll(List.of("--db-password-file", password.toString()));
        return all.toArray(String[]::new);
    }

    @Override
    public void close() {
        leave();
    }
}
