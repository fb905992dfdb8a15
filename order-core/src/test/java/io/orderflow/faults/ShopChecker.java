package io.orderflow.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.AuditReport;
import io.orderflow.OrderProcessor;
import io.orderflow.internal.codec.Codes;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.model.ReplayCheck;
import io.orderflow.testing.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import javax.sql.DataSource;

/** What must hold when everything is decided, read from the tables and held against a {@link Book}. */
final class ShopChecker {
    private static final int COMPLETED = 1;
    private static final int RESERVED = 5;
    private static final int EXPIRED = 7;
    private static final int REJECTED = 2;
    private static final int NAMED = 5;

    private final TestDatabase database;
    private final DataSource pool;
    private final OrderProcessor orders;

    ShopChecker(TestDatabase database, DataSource pool, OrderProcessor orders) {
        this.database = database;
        this.pool = pool;
        this.orders = orders;
    }

    /**
     * Orders that wait for their decision, with a row or without. The groups are read first, and the rows once:
     * recovery may turn a group into rows between the two reads, and its orders are in the rows then.
     */
    long pending() {
        Set<UUID> carried = carried(database);
        Map<UUID, Integer> rows = statuses();
        carried.removeAll(rows.keySet());
        return carried.size()
                + rows.values().stream().filter(Codes::isUndecided).count();
    }

    /** All orders that are in groups which carry them, decided or not. */
    static Set<UUID> carried(TestDatabase database) {
        Set<UUID> ids = new HashSet<>();
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT orders FROM orderflow_pending WHERE kind = 2")) {
            while (row.next()) {
                byte[] orders = row.getBytes(1);
                for (int at = 0; at < orders.length; at += OrderIds.BYTES) {
                    ids.add(OrderIds.fromBytes(orders, at));
                }
            }
            return ids;
        } catch (SQLException e) {
            throw new IllegalStateException("the groups could not be read", e);
        }
    }

    /** Orders that have a verdict, whatever was done to them since. */
    long decided() {
        return number("SELECT COUNT(*) FROM orderflow_orders WHERE status IN (" + Codes.REJECTED + "," + Codes.charged()
                + ")");
    }

    /** The largest count of isolated attempts that stands in the tables. */
    long attempts() {
        return number("SELECT COALESCE(MAX(attempts), 0) FROM orderflow_attempt");
    }

    /** What a query says that returns one number. */
    long number(String query) {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(query, e);
        }
    }

    /**
     * Every accepted order has its verdict, nobody else's is there, and money, stock and verdicts agree (I1-I8, I11).
     */
    void check(Book book) {
        Set<UUID> carried = carried(database);
        Map<UUID, Integer> rows = statuses();
        Set<UUID> accepted = book.accepted();
        Set<UUID> lost = new HashSet<>(accepted);
        lost.removeIf(id -> isVerdict(rows.get(id)));
        assertNone(lost, "accepted and without a verdict (I5)");
        Set<UUID> uncalledFor = new HashSet<>(rows.keySet());
        uncalledFor.addAll(carried);
        uncalledFor.removeAll(accepted);
        uncalledFor.removeAll(book.unknown());
        assertNone(uncalledFor, "in the tables and not accepted (I6)");
        checkTables();
    }

    /** Money, stock and verdicts agree, also in a replay by the simple model; nothing waits, nothing was set aside. */
    void checkTables() {
        AuditReport report = orders.audit();
        assertTrue(report.ok(), () -> report.examples().toString());
        assertEquals(0, report.pending(), this::state);
        assertEquals(0, report.parked(), this::state);
        assertEquals(0, number("SELECT COUNT(*) FROM orderflow_dead_letter"), this::state);
        try {
            assertEquals(List.of(), ReplayCheck.verify(pool, OrderProcessor.DEFAULT_TABLE_PREFIX));
        } catch (SQLException e) {
            throw new IllegalStateException("the decisions could not be replayed", e);
        }
    }

    private void assertNone(Set<UUID> orders, String what) {
        if (!orders.isEmpty()) {
            List<UUID> some = orders.stream().limit(NAMED).toList();
            throw new AssertionError(orders.size() + " orders " + what + ", among them " + some + "; " + state());
        }
    }

    private static boolean isVerdict(Integer status) {
        return status != null && List.of(COMPLETED, REJECTED, RESERVED, EXPIRED).contains(status);
    }

    private Map<UUID, Integer> statuses() {
        Map<UUID, Integer> rows = new HashMap<>();
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT id, status FROM orderflow_orders")) {
            while (row.next()) {
                rows.put(OrderIds.fromBytes(row.getBytes(1), 0), row.getInt(2));
            }
            return rows;
        } catch (SQLException e) {
            throw new IllegalStateException("the orders could not be read", e);
        }
    }

    /** What stands in the tables and how the processor says it is. */
    String state() {
        Set<UUID> carried = carried(database);
        Map<UUID, Integer> rows = statuses();
        carried.removeAll(rows.keySet());
        Map<Integer, Long> byStatus = new TreeMap<>();
        rows.values().forEach(status -> byStatus.merge(status, 1L, Long::sum));
        return "orders by status " + byStatus + ", without a row " + carried.size() + ", attempts "
                + number("SELECT COUNT(*) FROM orderflow_attempt") + " up to " + attempts() + ", " + orders.health();
    }
}
