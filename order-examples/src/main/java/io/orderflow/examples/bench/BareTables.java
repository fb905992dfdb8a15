package io.orderflow.examples.bench;

import io.orderflow.examples.common.FirstContact;
import io.orderflow.examples.loadtest.orders.LoadData;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.LongFunction;
import javax.sql.DataSource;

/**
 * Tables of the bare programs' own, of the library's shape since its own DDL makes them, but for the index by which a
 * plain program finds what is pending. Dropped on close.
 */
final class BareTables implements AutoCloseable {
    /** Of the tables of {@code loadtest baseline}. */
    static final String PREFIX = "loadtest_bare_";

    /** What the library's DDL makes, without the prefix; another shop's prefix may begin like this one. */
    private static final Set<String> NAMES = Set.of(
            "orders",
            "pending",
            "order_line",
            "wallet",
            "stock",
            "purchase",
            "adjustment",
            "order_change",
            "refund_line",
            "hold",
            "batch",
            "feed",
            "opening",
            "attempt",
            "dead_letter",
            "schema_version");

    private static final int PIECE = 1_000;
    private static final long PLENTY = 1_000_000_000_000L;

    private final DataSource dataSource;
    private final String prefix;

    private BareTables(DataSource dataSource, String prefix) {
        this.dataSource = dataSource;
        this.prefix = prefix;
    }

    /**
     * Creates and fills the tables; those that an interrupted run left are dropped first.
     *
     * @param prefix what their names begin with; tables of these names must be nobody else's
     */
    static BareTables create(DataSource dataSource, String prefix, int buyers, int products) throws SQLException {
        BareTables tables = cleared(dataSource, prefix);
        new FirstContact().createTables(dataSource, prefix);
        tables.makeClassic();
        tables.fill("wallet (buyer, balance)", LoadData.FIRST_BUYER, buyers, id -> "(" + id + "," + PLENTY + ")");
        tables.fill(
                "stock (product, available, unit_price)",
                LoadData.FIRST_PRODUCT,
                products,
                id -> "(" + id + "," + PLENTY + "," + LoadData.price(id) + ")");
        return tables;
    }

    /**
     * Drops the tables that an interrupted run left. When they are created again, {@link #close} drops them.
     *
     * @param prefix what their names begin with; tables of these names must be nobody else's
     */
    static BareTables cleared(DataSource dataSource, String prefix) throws SQLException {
        new FirstContact().createTables(dataSource, prefix);
        BareTables tables = new BareTables(dataSource, prefix);
        tables.close();
        return tables;
    }

    DataSource dataSource() {
        return dataSource;
    }

    String prefix() {
        return prefix;
    }

    /**
     * What the library does without by now: it names what is pending by rows of their own, one for each group, and an
     * order's total is the sum of its lines.
     */
    private void makeClassic() throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(
                    "CREATE INDEX " + prefix + "orders_status ON " + prefix + "orders (status, created_at)");
            statement.executeUpdate("ALTER TABLE " + prefix + "orders ADD COLUMN total BIGINT NOT NULL DEFAULT 0");
        }
    }

    private void fill(String table, long first, int rows, LongFunction<String> row) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            for (long from = first; from < first + rows; from += PIECE) {
                List<String> values = new ArrayList<>(PIECE);
                for (long id = from; id < Math.min(first + rows, from + PIECE); id++) {
                    values.add(row.apply(id));
                }
                statement.executeUpdate("INSERT INTO " + prefix + table + " VALUES " + String.join(",", values));
            }
        }
    }

    @Override
    public void close() throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            for (String table : names(connection)) {
                statement.executeUpdate("DROP TABLE " + table);
            }
        }
    }

    private List<String> names(Connection connection) throws SQLException {
        List<String> names = new ArrayList<>();
        try (ResultSet row = connection
                .getMetaData()
                .getTables(connection.getCatalog(), connection.getSchema(), null, new String[] {"TABLE"})) {
            while (row.next()) {
                String name = row.getString("TABLE_NAME").toLowerCase(Locale.ROOT);
                if (name.startsWith(prefix) && NAMES.contains(name.substring(prefix.length()))) {
                    names.add(name);
                }
            }
        }
        return names;
    }
}
