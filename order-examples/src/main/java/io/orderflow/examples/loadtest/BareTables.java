package io.orderflow.examples.loadtest;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.sql.DataSource;

/** Tables of the bare programs' own, of the library's shape since its own DDL makes them. Dropped on close. */
final class BareTables implements AutoCloseable {
    static final String PREFIX = "loadtest_bare_";
    private static final int PIECE = 1_000;
    private static final long PLENTY = 1_000_000_000_000L;

    private final DataSource dataSource;

    private BareTables(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** Creates and fills the tables; those that an interrupted run left are dropped first. */
    static BareTables create(DataSource dataSource, int buyers, int products) throws SQLException {
        FirstContact database = new FirstContact(LoadRun.START_PATIENCE);
        database.createTables(dataSource, PREFIX);
        BareTables tables = new BareTables(dataSource);
        tables.close();
        database.createTables(dataSource, PREFIX);
        tables.fill("wallet (buyer, balance)", buyers, id -> "(" + id + "," + PLENTY + ")");
        tables.fill(
                "stock (product, available, unit_price)",
                products,
                id -> "(" + id + "," + PLENTY + "," + LoadData.price(id) + ")");
        return tables;
    }

    DataSource dataSource() {
        return dataSource;
    }

    private interface Row {
        String of(long id);
    }

    private void fill(String table, int rows, Row row) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            for (int from = 0; from < rows; from += PIECE) {
                List<String> values = new ArrayList<>(PIECE);
                for (int id = from; id < Math.min(rows, from + PIECE); id++) {
                    values.add(row.of(id));
                }
                statement.executeUpdate("INSERT INTO " + PREFIX + table + " VALUES " + String.join(",", values));
            }
        }
    }

    @Override
    public void close() throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            for (String table : tables(connection)) {
                statement.executeUpdate("DROP TABLE " + table);
            }
        }
    }

    private static List<String> tables(Connection connection) throws SQLException {
        List<String> names = new ArrayList<>();
        try (ResultSet row = connection
                .getMetaData()
                .getTables(connection.getCatalog(), connection.getSchema(), null, new String[] {"TABLE"})) {
            while (row.next()) {
                String name = row.getString("TABLE_NAME").toLowerCase(Locale.ROOT);
                if (name.startsWith(PREFIX)) {
                    names.add(name);
                }
            }
        }
        return names;
    }
}
