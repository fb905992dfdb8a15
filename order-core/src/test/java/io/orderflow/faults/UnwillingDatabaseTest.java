package io.orderflow.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.Health;
import io.orderflow.OrderRequest;
import io.orderflow.OrderStatus;
import io.orderflow.StoreUnavailableException;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.PrivateServer;
import io.orderflow.testing.ServerKind;
import io.orderflow.testing.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A database that answers and says no (F13): read-only, full of others' connections, not knowing our password, killing
 * our connections. Nothing of that is an order's fault.
 */
class UnwillingDatabaseTest {
    /** What an administrator does to the server. */
    @FunctionalInterface
    private interface Deed {
        void on(Admin admin) throws SQLException;
    }

    /** A connection that may change and end everything on a private server. */
    private record Admin(Connection connection, TestDatabase database) {
        void execute(String sql) throws SQLException {
            try (Statement statement = connection.createStatement()) {
                statement.execute(sql);
            }
        }

        /** Ends all connections of the tests' user. */
        int killOurs() throws SQLException {
            List<Long> ids = ours("");
            for (long id : ids) {
                kill(id);
            }
            return ids.size();
        }

        /** Ends a connection, if it has not ended since it was seen. */
        void kill(long id) throws SQLException {
            try {
                execute("KILL " + id);
            } catch (SQLException gone) {
                assertEquals(1094, gone.getErrorCode(), gone::toString);
            }
        }

        List<Long> ours(String condition) throws SQLException {
            List<Long> ids = new ArrayList<>();
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(
                            "SELECT id FROM " + processes() + " WHERE user = '" + database.user() + "'" + condition)) {
                while (row.next()) {
                    ids.add(row.getLong(1));
                }
            }
            return ids;
        }

        /** MySQL's older table fails while somebody's statement has a character of four bytes. */
        private String processes() {
            String schema = database.kind() == TestDatabase.Kind.MYSQL ? "performance_schema" : "information_schema";
            return schema + ".processlist";
        }

        void password(String password) throws SQLException {
            for (String host : List.of("localhost", "%")) {
                execute("ALTER USER '" + database.user() + "'@'" + host + "' IDENTIFIED BY '" + password + "'");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"MARIADB", "MYSQL"})
    void readOnlyForAWhile(ServerKind kind) throws SQLException {
        survives(kind, admin -> admin.execute("SET GLOBAL read_only = 1"), admin -> {
            admin.execute("SET GLOBAL read_only = 0");
        });
    }

    @ParameterizedTest
    @EnumSource(names = {"MARIADB", "MYSQL"})
    void anotherPasswordForAWhile(ServerKind kind) throws SQLException {
        survives(
                kind,
                admin -> {
                    admin.password("another");
                    admin.killOurs();
                },
                admin -> admin.password(admin.database().password()));
    }

    @ParameterizedTest
    @EnumSource(names = {"MARIADB", "MYSQL"})
    void othersTakeAllConnectionsForAWhile(ServerKind kind) throws SQLException {
        List<Connection> others = new ArrayList<>();
        survives(
                kind,
                admin -> {
                    admin.execute("SET GLOBAL max_connections = 10");
                    takeAll(admin, others);
                },
                admin -> {
                    admin.execute("SET GLOBAL max_connections = 200");
                    for (Connection other : others) {
                        other.close();
                    }
                });
    }

    /** Kills ours and takes their places until none of ours is left. */
    private static void takeAll(Admin admin, List<Connection> others) throws SQLException {
        while (admin.ours(" AND COALESCE(info, '') = ''").size() > others.size() || others.size() < 10) {
            try {
                others.add(admin.database().connect());
            } catch (SQLException full) {
                assertEquals(1040, full.getErrorCode(), full::toString);
                if (others.size() >= 9) {
                    return;
                }
                killAllBut(admin, others);
            }
        }
    }

    private static void killAllBut(Admin admin, List<Connection> others) throws SQLException {
        List<Long> kept = new ArrayList<>();
        for (Connection other : others) {
            try (Statement statement = other.createStatement();
                    ResultSet row = statement.executeQuery("SELECT CONNECTION_ID()")) {
                row.next();
                kept.add(row.getLong(1));
            }
        }
        for (long id : admin.ours("")) {
            if (!kept.contains(id)) {
                admin.kill(id);
            }
        }
    }

    private static void survives(ServerKind kind, Deed harm, Deed repair) throws SQLException {
        PrivateServer server = Victims.get(kind);
        TestDatabase database = TestDatabase.on(server.address());
        try (TestedShop shop = TestedShop.open(database);
                Connection connection = database.connectAsAdmin()) {
            Admin admin = new Admin(connection, database);
            shop.pool().setConnectionTimeout(1_000);
            shop.startWorkers();
            try (Load load = new Load(shop, 8, 3)) {
                shop.awaitDecided(50);
                try {
                    harm.on(admin);
                    awaitStatus(shop, Health.Status.DOWN);
                } finally {
                    repair.on(admin);
                }
                awaitStatus(shop, Health.Status.UP);
                long before = load.accepted();
                Eventually.await(
                        "orders are accepted again",
                        TestedShop.BOUND,
                        () -> load.accepted() > before + 50,
                        () -> load.answers().toString());
            }
            shop.settle();
            assertEquals(0, shop.checker().attempts(), shop.checker()::state);
        }
    }

    private static void awaitStatus(TestedShop shop, Health.Status status) {
        Eventually.await(
                "health is " + status,
                TestedShop.BOUND,
                () -> shop.orders().health().status() == status,
                () -> shop.orders().health().toString());
    }

    @ParameterizedTest
    @EnumSource(names = {"MARIADB", "MYSQL"})
    void connectionsKilledAgainAndAgain(ServerKind kind) throws SQLException {
        TestDatabase database = TestDatabase.on(Victims.get(kind).address());
        try (TestedShop shop = TestedShop.open(database);
                Connection connection = database.connectAsAdmin()) {
            Admin admin = new Admin(connection, database);
            shop.startWorkers();
            try (Load load = new Load(shop, 9, 3)) {
                int killed = 0;
                for (int i = 1; i <= 10; i++) {
                    shop.awaitDecided(i * 50L);
                    killed += killAtLeastOne(admin, shop);
                }
                shop.awaitDecided(600);
                System.out.println(kind + ": " + killed + " connections killed, " + load.answers());
            }
            shop.settle();
            assertEquals(0, shop.checker().attempts(), shop.checker()::state);
        }
    }

    /** Waits for a connection, since the pool needs a moment to replace those that were killed just now. */
    private static int killAtLeastOne(Admin admin, TestedShop shop) {
        AtomicInteger killed = new AtomicInteger();
        Eventually.await(
                "one of our connections is there",
                TestedShop.BOUND,
                () -> {
                    try {
                        killed.set(admin.killOurs());
                        return killed.get() > 0;
                    } catch (SQLException e) {
                        throw new IllegalStateException(e);
                    }
                },
                shop.checker()::state);
        return killed.get();
    }

    /**
     * The one attempt that is counted begins before the first kill; whoever is killed in the midst of it counts no
     * other.
     */
    @ParameterizedTest
    @EnumSource(names = {"MARIADB", "MYSQL"})
    void anIsolatedAttemptThatIsKilledAgainAndAgainCountsOnce(ServerKind kind) throws Exception {
        TestDatabase database = TestDatabase.on(Victims.get(kind).address());
        try (TestedShop shop = TestedShop.open(database);
                Connection connection = database.connectAsAdmin();
                Connection foreign = database.connectAsAdmin()) {
            Admin admin = new Admin(connection, database);
            OrderRequest suspect = OrderRequest.of(1).line(2, 1).build();
            shop.submit(suspect);
            admin.execute("INSERT INTO orderflow_attempt (order_id, attempts, owner, claimed_at)"
                    + " SELECT id, 0, id, '2026-01-01 00:00:00' FROM orderflow_orders");
            foreign.setAutoCommit(false);
            try (Statement statement = foreign.createStatement()) {
                statement
                        .executeQuery("SELECT * FROM orderflow_stock WHERE product = 2 FOR UPDATE")
                        .close();
            }
            shop.startWorkers();
            for (int i = 0; i < 5; i++) {
                awaitBlocked(admin, shop);
                assertTrue(shop.checker().attempts() <= 1, shop.checker()::state);
                admin.killOurs();
            }
            foreign.rollback();
            awaitCompleted(shop, suspect);
            shop.settle();
        }
    }

    /** A read may meet a connection of the pool that was killed with the others. */
    private static void awaitCompleted(TestedShop shop, OrderRequest request) {
        Eventually.await(
                "the order is completed",
                TestedShop.BOUND,
                () -> {
                    try {
                        return shop.orders().find(request.id()).orElseThrow().status() == OrderStatus.COMPLETED;
                    } catch (StoreUnavailableException killed) {
                        return false;
                    }
                },
                shop.checker()::state);
    }

    private static void awaitBlocked(Admin admin, TestedShop shop) {
        Eventually.await(
                "one of ours waits for the product",
                TestedShop.BOUND,
                () -> {
                    try {
                        return !admin.ours(" AND info LIKE '%orderflow_stock%'").isEmpty();
                    } catch (SQLException e) {
                        throw new IllegalStateException(e);
                    }
                },
                shop.checker()::state);
    }
}
