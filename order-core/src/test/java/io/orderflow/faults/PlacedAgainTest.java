package io.orderflow.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.orderflow.Acceptance;
import io.orderflow.Order;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.OrderSchema;
import io.orderflow.OrderStatus;
import io.orderflow.PlaceResult;
import io.orderflow.StockAdjustment;
import io.orderflow.SubmitResult;
import io.orderflow.WalletAdjustment;
import io.orderflow.WorkerConfig;
import io.orderflow.testing.PrivateServer;
import io.orderflow.testing.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A known order that a host places in its own transaction holds nobody up, and costs the host nothing. */
class PlacedAgainTest {
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final int[] LEVELS = {Connection.TRANSACTION_READ_COMMITTED, Connection.TRANSACTION_REPEATABLE_READ};

    private static Optional<PrivateServer> newer;

    static Stream<Arguments> databases() {
        Supplier<TestDatabase> later = PlacedAgainTest::newerMariaDb;
        return Stream.concat(
                Stream.of(TestDatabase.Kind.values()).map(kind -> {
                    Supplier<TestDatabase> open = () -> TestDatabase.open(kind);
                    return Arguments.of(Named.of(kind.name(), open));
                }),
                Stream.of(Arguments.of(Named.of("newer MariaDB", later))));
    }

    /** MariaDB from 11.6.2 on ends a transaction that touches what changed after its snapshot. */
    private static synchronized TestDatabase newerMariaDb() {
        if (newer == null) {
            newer = PrivateServer.startNewerMariaDb();
        }
        Assumptions.assumeTrue(newer.isPresent(), "ORDER_TEST_MARIADBD_NEWER names no mariadbd");
        return TestDatabase.on(newer.get().address());
    }

    @AfterAll
    static void stop() {
        if (newer != null) {
            newer.ifPresent(PrivateServer::close);
        }
    }

    @ParameterizedTest
    @MethodSource("databases")
    void fourHostsThatPlaceOneDecidedOrderAllHearOfIt(Supplier<TestDatabase> open) throws Exception {
        try (TestDatabase database = open.get();
                OrderProcessor orders = shop(database)) {
            OrderRequest request = decided(orders);
            for (int level : LEVELS) {
                List<CompletableFuture<Integer>> hosts = new ArrayList<>();
                for (int host = 0; host < 4; host++) {
                    hosts.add(CompletableFuture.supplyAsync(
                            () -> placeOften(database, orders, request, level), task -> new Thread(task).start()));
                }
                for (CompletableFuture<Integer> host : hosts) {
                    assertEquals(50, host.get(120, TimeUnit.SECONDS), "duplicates at isolation " + level);
                }
            }
        }
    }

    private static int placeOften(TestDatabase database, OrderProcessor orders, OrderRequest request, int level) {
        int duplicates = 0;
        try (Connection host = host(database, level)) {
            for (int i = 0; i < 50; i++) {
                duplicates += orders.place(host, request) instanceof PlaceResult.Duplicate ? 1 : 0;
                host.commit();
            }
            return duplicates;
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** Decided or not, whatever the host's transaction has seen before: the others are decided while it is open. */
    @ParameterizedTest
    @MethodSource("databases")
    void othersAreDecidedWhileTheHostsTransactionIsOpen(Supplier<TestDatabase> open) throws Exception {
        try (TestDatabase database = open.get();
                OrderProcessor orders = shop(database)) {
            OrderRequest known = decided(orders);
            for (int level : LEVELS) {
                try (Connection host = host(database, level)) {
                    assertInstanceOf(PlaceResult.Duplicate.class, orders.place(host, known));
                    decided(orders);
                    host.rollback();
                }
            }
        }
    }

    /** The row that is found is needed for the decision: nothing of the host's may lock it. */
    @ParameterizedTest
    @MethodSource("databases")
    void anOrderThatIsPlacedAgainIsDecidedWhileTheHostsTransactionIsOpen(Supplier<TestDatabase> open) throws Exception {
        for (int level : LEVELS) {
            placedAgainAndDecided(open, level, Acceptance.ROW_JOURNAL);
            placedAgainAndDecided(open, level, Acceptance.GROUP_JOURNAL);
        }
    }

    private static void placedAgainAndDecided(Supplier<TestDatabase> open, int level, Acceptance acceptance)
            throws Exception {
        try (TestDatabase database = open.get();
                OrderProcessor orders = shopWithoutWorkers(database, acceptance);
                Connection host = host(database, level)) {
            OrderRequest request =
                    OrderRequest.of(1).idempotencyKey("key").line(1, 1).build();
            assertInstanceOf(SubmitResult.Accepted.class, orders.submit(request));
            OrderRequest nameless = OrderRequest.of(1).line(1, 1).build();
            assertInstanceOf(SubmitResult.Accepted.class, orders.submit(nameless));
            assertInstanceOf(PlaceResult.Duplicate.class, orders.place(host, request));
            OrderRequest other =
                    OrderRequest.of(1).idempotencyKey("key").line(1, 2).build();
            assertInstanceOf(PlaceResult.Conflict.class, orders.place(host, other));
            assertInstanceOf(PlaceResult.Duplicate.class, orders.place(host, nameless));
            orders.workers(WorkerConfig.defaults()).start();
            assertEquals(
                    OrderStatus.COMPLETED,
                    orders.await(request.id(), BOUND).orElseThrow().status());
            host.rollback();
        }
    }

    /** The order comes and is decided after the host's transaction has read something, or written. */
    @ParameterizedTest
    @MethodSource("databases")
    void theHostsTransactionSurvivesAnOrderThatIsNewerThanItsSnapshot(Supplier<TestDatabase> open) throws Exception {
        try (TestDatabase database = open.get();
                OrderProcessor orders = shop(database)) {
            for (int level : LEVELS) {
                try (Connection host = host(database, level);
                        Statement statement = host.createStatement()) {
                    statement.executeUpdate("UPDATE cart SET closed = closed + 1");
                    statement
                            .executeQuery("SELECT COUNT(*) FROM orderflow_orders")
                            .close();
                    OrderRequest request = decided(orders);
                    PlaceResult placed;
                    try {
                        placed = orders.place(host, request);
                    } catch (SQLException e) {
                        // H2 cannot look past a snapshot, and says so
                        assertEquals(TestDatabase.Kind.H2, database.kind(), e::toString);
                        return;
                    }
                    Order seen = assertInstanceOf(PlaceResult.Duplicate.class, placed)
                            .order();
                    assertEquals(OrderStatus.COMPLETED, seen.status());
                    assertEquals(orders.find(request.id()).orElseThrow(), seen);
                    host.commit();
                }
            }
            try (Connection host = host(database, Connection.TRANSACTION_READ_COMMITTED);
                    Statement statement = host.createStatement();
                    ResultSet cart = statement.executeQuery("SELECT closed FROM cart")) {
                cart.next();
                assertEquals(LEVELS.length, cart.getInt(1), "what the host wrote in those transactions");
            }
        }
    }

    /** MariaDB has it from 10.6.18 on, switched off: to touch what is newer than the snapshot ends the transaction. */
    @ParameterizedTest
    @EnumSource(names = {"MARIADB", "MARIADB_CONNECTOR"})
    void aStrictSnapshotIsNotBelieved(TestDatabase.Kind kind) throws Exception {
        try (TestDatabase database = TestDatabase.open(kind);
                OrderProcessor orders = shop(database);
                Connection host = host(database, Connection.TRANSACTION_REPEATABLE_READ);
                Statement statement = host.createStatement()) {
            try (ResultSet known = statement.executeQuery("SHOW VARIABLES LIKE 'innodb_snapshot_isolation'")) {
                Assumptions.assumeTrue(known.next(), "this server has no strict snapshots");
            }
            host.commit();
            statement.execute("SET SESSION innodb_snapshot_isolation = ON");
            statement.executeUpdate("UPDATE cart SET closed = closed + 1");
            statement.executeQuery("SELECT COUNT(*) FROM orderflow_orders").close();
            OrderRequest request = decided(orders);
            PlaceResult placed = orders.place(host, request);
            assertEquals(
                    OrderStatus.COMPLETED,
                    assertInstanceOf(PlaceResult.Duplicate.class, placed)
                            .order()
                            .status());
            host.commit();
            try (ResultSet cart = statement.executeQuery("SELECT closed FROM cart")) {
                cart.next();
                assertEquals(1, cart.getInt(1), "what the host wrote in that transaction");
            }
        }
    }

    /** A host in SERIALIZABLE locks what it reads: looking for a new order would hold up all that come after it. */
    @ParameterizedTest
    @MethodSource("databases")
    void aNewOrderInASerializableTransactionHoldsUpNoOther(Supplier<TestDatabase> open) throws Exception {
        try (TestDatabase database = open.get();
                OrderProcessor orders = shop(database);
                Connection host = host(database, Connection.TRANSACTION_SERIALIZABLE)) {
            OrderRequest request = OrderRequest.of(1).line(1, 1).build();
            assertInstanceOf(PlaceResult.Placed.class, orders.place(host, request));
            decided(orders);
            host.commit();
            assertEquals(
                    OrderStatus.COMPLETED,
                    orders.await(request.id(), BOUND).orElseThrow().status());
        }
    }

    private static OrderProcessor shop(TestDatabase database) throws SQLException {
        OrderProcessor orders = shopWithoutWorkers(database, Acceptance.ROW_JOURNAL);
        orders.workers(WorkerConfig.defaults()).start();
        return orders;
    }

    private static OrderProcessor shopWithoutWorkers(TestDatabase database, Acceptance acceptance) throws SQLException {
        OrderSchema.of(database.dataSource(2)).createOrUpgrade();
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE cart (closed INT NOT NULL)");
            statement.execute("INSERT INTO cart VALUES (0)");
        }
        OrderProcessor orders = OrderProcessor.builder(database.dataSource(8))
                .acceptance(acceptance)
                .build()
                .start();
        orders.inventory().applyAll(List.of(StockAdjustment.define(1, 10, 1_000, "define")));
        orders.wallets().applyAll(List.of(WalletAdjustment.open(1, 100_000, "open")));
        return orders;
    }

    /** The newest order, accepted and completed in this moment; nobody may hold it up. */
    private static OrderRequest decided(OrderProcessor orders) throws InterruptedException {
        OrderRequest request = OrderRequest.of(1).line(1, 1).line(1, 2).build();
        SubmitResult result = orders.submit(request);
        assertInstanceOf(SubmitResult.Accepted.class, result, result::toString);
        Order order = orders.await(request.id(), BOUND).orElseThrow();
        assertEquals(
                OrderStatus.COMPLETED, order.status(), () -> orders.health().toString());
        return request;
    }

    private static Connection host(TestDatabase database, int level) throws SQLException {
        Connection host = database.connect();
        host.setTransactionIsolation(level);
        host.setAutoCommit(false);
        return host;
    }
}
