package io.orderflow.internal.schema;

import io.orderflow.SchemaException;
import io.orderflow.internal.sql.Dialect;
import io.orderflow.internal.sql.SqlFailure;
import io.orderflow.internal.sql.Tables;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Looks whether a server and its tables can keep the promises. Nothing is journaled or decided on a server before this
 * passed. Each refusal says which setting to change.
 */
public final class ServerCheck {
    /** Largest statement that is ever sent, with room to spare. */
    private static final long PACKET = 4L * 1024 * 1024;

    private final Connection connection;
    private final Dialect dialect;
    private final Tables tables;

    private ServerCheck(Connection connection, Dialect dialect, Tables tables) {
        this.connection = connection;
        this.dialect = dialect;
        this.tables = tables;
    }

    /**
     * Verifies the server behind a connection, and its tables.
     *
     * @throws SchemaException if a setting or the schema is not as it must be
     * @throws SQLException if the server does not answer
     */
    public static void verify(Connection connection, Dialect dialect, Tables tables) throws SQLException {
        ServerCheck check = new ServerCheck(connection, dialect, tables);
        check.server();
        check.schema();
        check.foundRows();
        if (dialect != Dialect.H2) {
            check.engine();
        }
    }

    /**
     * Verifies the server alone, before the tables are made.
     *
     * @throws SchemaException if a setting is not as it must be
     * @throws SQLException if the server does not answer
     */
    public static void verifyServer(Connection connection, Dialect dialect, Tables tables) throws SQLException {
        new ServerCheck(connection, dialect, tables).server();
    }

    private void server() throws SQLException {
        if (dialect == Dialect.H2) {
            h2();
        } else {
            version();
            settings();
        }
    }

    private void h2() throws SQLException {
        Map<String, String> settings = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT SETTING_NAME, SETTING_VALUE FROM INFORMATION_SCHEMA.SETTINGS"
                                + " WHERE SETTING_NAME IN ('MODE', 'WRITE_DELAY')")) {
            while (row.next()) {
                settings.put(row.getString(1), row.getString(2));
            }
        }
        if (!"MySQL".equals(settings.get("MODE"))) {
            throw new SchemaException("H2 runs in MODE=" + settings.get("MODE")
                    + "; add ;MODE=MySQL;DATABASE_TO_LOWER=TRUE;CASE_INSENSITIVE_IDENTIFIERS=TRUE to its URL");
        }
        boolean inMemory = connection.getMetaData().getURL().startsWith("jdbc:h2:mem:");
        if (!inMemory && !"0".equals(settings.getOrDefault("WRITE_DELAY", "0"))) {
            throw new SchemaException("H2 writes commits " + settings.get("WRITE_DELAY")
                    + " ms late and would lose accepted orders when killed; add ;WRITE_DELAY=0 to its URL");
        }
        if (!inMemory) {
            refuseH2ThatTearsCommits(connection.getMetaData().getDatabaseProductVersion());
        }
    }

    /** With several connections at work, a file of H2 2.5 may hold a part of a commit after kill -9; 2.4 never did. */
    static void refuseH2ThatTearsCommits(String version) {
        if (version.startsWith("2.5.")) {
            throw new SchemaException("H2 " + version + " may keep a part of a commit when its process is killed,"
                    + " and orders, stock and wallets would disagree; use H2 2.4");
        }
    }

    private void version() throws SQLException {
        String version = single("SELECT VERSION()");
        String[] parts = version.split("[.-]", 3);
        int number = Integer.parseInt(parts[0]) * 100 + Integer.parseInt(parts[1]);
        int smallest = dialect == Dialect.MARIADB ? 1006 : 800;
        if (number < smallest) {
            throw new SchemaException("the server is " + dialect + " " + version + "; needed is "
                    + (dialect == Dialect.MARIADB ? "MariaDB 10.6" : "MySQL 8.0") + " or later");
        }
    }

    private void settings() throws SQLException {
        String mode = single("SELECT @@SESSION.sql_mode").toUpperCase(Locale.ROOT);
        if (!mode.contains("STRICT_TRANS_TABLES")
                && !mode.contains("STRICT_ALL_TABLES")
                && !mode.contains("TRADITIONAL")) {
            throw new SchemaException(
                    "sql_mode is '" + mode
                            + "', which stores wrong values silently; add STRICT_TRANS_TABLES to the server's or the connection's sql_mode");
        }
        String binlog = single("SELECT @@GLOBAL.log_bin");
        String format = single("SELECT @@GLOBAL.binlog_format");
        if (!"0".equals(binlog) && "STATEMENT".equalsIgnoreCase(format)) {
            throw new SchemaException(
                    "binlog_format is STATEMENT, which forbids READ COMMITTED; set binlog_format=ROW or MIXED");
        }
        long packet = Long.parseLong(single("SELECT @@GLOBAL.max_allowed_packet"));
        if (packet < PACKET) {
            throw new SchemaException("max_allowed_packet is " + packet + "; set it to at least " + PACKET);
        }
    }

    private void schema() throws SQLException {
        int version;
        try {
            version = Integer.parseInt(single("SELECT v.version FROM " + tables.schemaVersion() + " v JOIN "
                    + tables.schemaVersion() + " g ON g.id = " + Tables.GUARD + " WHERE v.id = " + Tables.VERSION));
        } catch (SQLException e) {
            // class 42: no such table or column, or no right to read it
            if (!String.valueOf(e.getSQLState()).startsWith("42")) {
                throw e;
            }
            throw new SchemaException("the table " + tables.schemaVersion() + " can not be read ("
                    + SqlFailure.reason(e)
                    + "); call OrderSchema.createOrUpgrade() or run V1__orderflow.sql, and grant this user its rights");
        }
        if (version != SchemaScript.VERSION) {
            throw new SchemaException("the tables " + tables.prefix() + "* have schema version " + version
                    + ", this release needs " + SchemaScript.VERSION + "; call OrderSchema.createOrUpgrade()");
        }
    }

    /** Every conditional update counts the rows it matched, so a driver that counts changed rows would be believed wrongly. */
    private void foundRows() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            int matched = statement.executeUpdate(
                    "UPDATE " + tables.schemaVersion() + " SET version = version WHERE id = " + Tables.VERSION);
            if (!connection.getAutoCommit()) {
                connection.commit();
            }
            if (matched != 1) {
                throw new SchemaException(
                        "the driver counts changed rows instead of matched rows; remove useAffectedRows=true from the JDBC URL");
            }
        }
    }

    private void engine() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT table_name, engine FROM information_schema.tables"
                        + " WHERE table_schema = DATABASE() AND engine <> 'InnoDB' AND table_name IN ("
                        + "'" + tables.orders() + "','" + tables.orderLine() + "','" + tables.wallet() + "','"
                        + tables.stock()
                        + "','" + tables.adjustment() + "','" + tables.batch() + "','" + tables.attempt() + "','"
                        + tables.deadLetter() + "','" + tables.schemaVersion() + "')")) {
            if (row.next()) {
                throw new SchemaException("table " + row.getString(1) + " uses the engine " + row.getString(2)
                        + ", which has no transactions; run ALTER TABLE " + row.getString(1) + " ENGINE=InnoDB");
            }
        }
    }

    private String single(String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            if (!row.next()) {
                throw new SQLException("no row: " + query, "42000");
            }
            return String.valueOf(row.getString(1));
        }
    }
}
