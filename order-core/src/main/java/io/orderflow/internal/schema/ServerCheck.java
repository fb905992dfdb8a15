package io.orderflow.internal.schema;

import io.orderflow.SchemaException;
import io.orderflow.internal.sql.Dialect;
import io.orderflow.internal.sql.SqlFailure;
import io.orderflow.internal.sql.Tables;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Looks whether a server and its tables can keep the promises. Nothing is journaled or decided on a server before this
 * passed. Each refusal says which setting to change.
 */
public final class ServerCheck {
    /** To H2 databases that survive an interrupted thread: in memory, on a server, and one of the ways to a file. */
    private static final List<String> WAYS = List.of("jdbc:h2:mem:", "jdbc:h2:tcp:", "jdbc:h2:ssl:", "jdbc:h2:async:");

    private final Connection connection;
    private final Dialect dialect;
    private final Tables tables;
    private final RefusalSink refusals;

    private ServerCheck(Connection connection, Dialect dialect, Tables tables) {
        this(connection, dialect, tables, RefusalSink.THROWN);
    }

    private ServerCheck(Connection connection, Dialect dialect, Tables tables, RefusalSink refusals) {
        this.connection = connection;
        this.dialect = dialect;
        this.tables = tables;
        this.refusals = refusals;
    }

    /**
     * All that {@link #verify} would refuse, each with its reason, where that one ends at the first. Changes nothing.
     *
     * @param writable whether the server can be written to now; the rights to write are asked for only then
     * @throws SQLException if the server does not answer
     */
    public static Map<ServerRefusal, String> refused(
            Connection connection, Dialect dialect, Tables tables, boolean writable) throws SQLException {
        Map<ServerRefusal, String> refused = new EnumMap<>(ServerRefusal.class);
        new ServerCheck(connection, dialect, tables, refused::put).all(writable, refused);
        return refused;
    }

    private void all(boolean writable, Map<ServerRefusal, String> refused) throws SQLException {
        server();
        // what is wrong with the session may be what refuses the statements that ask for rights
        boolean mayAsk = writable && refused.isEmpty();
        schema();
        if (refused.containsKey(ServerRefusal.TABLES_MISSING)
                || refused.containsKey(ServerRefusal.TABLES_OF_OTHER_RELEASE)) {
            return;
        }
        TableCheck each = new TableCheck(connection, dialect, tables);
        told(ServerRefusal.TABLES_DIFFER, each::shapes);
        mayAsk &= !refused.containsKey(ServerRefusal.TABLES_DIFFER);
        told(ServerRefusal.RIGHTS_MISSING, mayAsk ? each::mayReadAndWrite : each::mayRead);
        if (mayAsk && dialect != Dialect.H2 && !refused.containsKey(ServerRefusal.RIGHTS_MISSING)) {
            foundRows();
        }
    }

    /** A look at tables. */
    @FunctionalInterface
    private interface TableLook {
        void at() throws SQLException;
    }

    private void told(ServerRefusal what, TableLook look) throws SQLException {
        try {
            look.at();
        } catch (SchemaException e) {
            refusals.add(what, e.getMessage());
        }
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
        TableCheck each = new TableCheck(connection, dialect, tables);
        each.shapes();
        each.mayReadAndWrite();
        if (dialect != Dialect.H2) {
            check.foundRows();
        }
    }

    /**
     * Verifies what reading needs: the server, the tables, and the right to SELECT from them.
     *
     * @throws SchemaException if a setting or the schema is not as it must be
     * @throws SQLException if the server does not answer
     */
    public static void verifyForReading(Connection connection, Dialect dialect, Tables tables) throws SQLException {
        ServerCheck check = new ServerCheck(connection, dialect, tables);
        check.server();
        check.schema();
        TableCheck each = new TableCheck(connection, dialect, tables);
        each.shapes();
        each.mayRead();
    }

    /**
     * Verifies the rights that archiving needs beside those of {@link #verify}.
     *
     * @throws SchemaException if the user lacks one
     * @throws SQLException if the server does not answer
     */
    public static void verifyRightsToArchive(Connection connection, Dialect dialect, Tables tables)
            throws SQLException {
        new TableCheck(connection, dialect, tables).mayArchive();
    }

    /**
     * Whether all tables are there, with their version and the rows that are locks.
     *
     * @throws SchemaException if they have another version
     * @throws SQLException if the server does not answer
     */
    static boolean isThere(Connection connection, Dialect dialect, Tables tables) throws SQLException {
        OptionalInt version = version(connection, dialect, tables);
        if (version.isPresent() && version.getAsInt() != SchemaScript.VERSION) {
            throw otherVersion(tables, version.getAsInt());
        }
        return version.isPresent() && !new TableCheck(connection, dialect, tables).isOneMissing();
    }

    /**
     * The version that the tables say; empty if there are none, or this user cannot see it.
     *
     * @throws SQLException if the server does not answer
     */
    static OptionalInt version(Connection connection, Dialect dialect, Tables tables) throws SQLException {
        try {
            return OptionalInt.of(new ServerCheck(connection, dialect, tables).readVersion());
        } catch (SQLException e) {
            if (!isRefusal(e)) {
                throw e;
            }
            return OptionalInt.empty();
        }
    }

    /**
     * Whether the server says that there is no such table, column or row, or no right to it; asking again would not
     * help.
     */
    static boolean isRefusal(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        // 90096 and 90040 are H2's words for a missing right
        return state.startsWith("42") || state.equals("90096") || state.equals("90040");
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
            new ClusterCheck(connection, refusals).verify();
            version();
            new SessionCheck(connection, refusals).verify();
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
            refusals.add(
                    ServerRefusal.H2_MODE,
                    "H2 runs in MODE=" + settings.get("MODE")
                            + "; add ;MODE=MySQL;DATABASE_TO_LOWER=TRUE;CASE_INSENSITIVE_IDENTIFIERS=TRUE to its URL");
        }
        String url = connection.getMetaData().getURL();
        boolean inMemory = url.startsWith("jdbc:h2:mem:");
        if (!inMemory && !"0".equals(settings.getOrDefault("WRITE_DELAY", "0"))) {
            refusals.add(
                    ServerRefusal.H2_WRITE_DELAY,
                    "H2 writes commits " + settings.get("WRITE_DELAY")
                            + " ms late and would lose accepted orders when killed; add ;WRITE_DELAY=0 to its URL");
        }
        if (WAYS.stream().noneMatch(url::startsWith)) {
            refusals.add(
                    ServerRefusal.H2_FILE_CLOSES,
                    "H2 closes its file, until the process restarts, when a thread that uses it is"
                            + " interrupted; write jdbc:h2:async: in its URL, in place of jdbc:h2:file: or jdbc:h2:");
        }
        if (!inMemory) {
            refuseH2ThatTearsCommits(connection.getMetaData().getDatabaseProductVersion(), refusals);
        }
    }

    /** With several connections at work, a file of H2 2.5 may hold a part of a commit after kill -9; 2.4 never did. */
    static void refuseH2ThatTearsCommits(String version, RefusalSink refusals) {
        if (version.startsWith("2.5.")) {
            refusals.add(
                    ServerRefusal.H2_TEARS_COMMITS,
                    "H2 " + version + " may keep a part of a commit when its process is killed,"
                            + " and orders, stock and wallets would disagree; use H2 2.4");
        }
    }

    private void version() throws SQLException {
        String version = single("SELECT VERSION()");
        String[] parts = version.split("[.-]", 3);
        int number = Integer.parseInt(parts[0]) * 100 + Integer.parseInt(parts[1]);
        int smallest = dialect == Dialect.MARIADB ? 1006 : 800;
        if (number < smallest) {
            refusals.add(
                    ServerRefusal.SERVER_TOO_OLD,
                    "the server is " + dialect + " " + version + "; needed is "
                            + (dialect == Dialect.MARIADB ? "MariaDB 10.6" : "MySQL 8.0") + " or later");
        }
    }

    private void schema() throws SQLException {
        int version;
        try {
            version = readVersion();
        } catch (SQLException e) {
            if (!isRefusal(e)) {
                throw e;
            }
            refusals.add(
                    ServerRefusal.TABLES_MISSING,
                    "the table " + tables.schemaVersion() + " cannot be read (" + SqlFailure.reason(e) + "); "
                            + TableCheck.ADVICE);
            return;
        }
        if (version != SchemaScript.VERSION) {
            refusals.add(
                    ServerRefusal.TABLES_OF_OTHER_RELEASE,
                    otherVersion(tables, version).getMessage());
        }
    }

    /** Each version has the row of the guard, and the present one has those of expiry and of the pause too. */
    private int readVersion() throws SQLException {
        String rows = tables.schemaVersion();
        return Integer.parseInt(single("SELECT v.version FROM " + rows + " v JOIN " + rows + " g ON g.id = "
                + Tables.GUARD + " LEFT JOIN " + rows + " e ON e.id = " + Tables.EXPIRY + " LEFT JOIN " + rows
                + " p ON p.id = " + Tables.PAUSE + " WHERE v.id = " + Tables.VERSION + " AND (v.version <> "
                + SchemaScript.VERSION + " OR e.id IS NOT NULL AND p.id IS NOT NULL)"));
    }

    private static SchemaException otherVersion(Tables tables, int version) {
        String all = "the tables " + tables.prefix() + "* ";
        String what = all + "have schema version " + version + ", this release needs " + SchemaScript.VERSION;
        if (version > SchemaScript.VERSION) {
            return new SchemaException(what + ": a newer release of the library made them, and only such a release can"
                    + " use them; update this one, or take another table prefix");
        }
        return new SchemaException(
                version == SchemaScript.UPGRADING
                        ? all + "are being upgraded, or their upgrade was interrupted; call"
                                + " OrderSchema.createOrUpgrade(), which waits for it or goes on with it"
                        : what + "; stop the processes of the older release and call OrderSchema.createOrUpgrade()");
    }

    /**
     * Every conditional update counts the rows it matched, so a driver that counts changed rows would be believed
     * wrongly. H2 has one driver, which counts matched rows; and a row that is locked and given back while another
     * draws the shop's id in it may take the id away there.
     */
    private void foundRows() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            int matched = statement.executeUpdate(
                    "UPDATE " + tables.schemaVersion() + " SET version = version WHERE id = " + Tables.VERSION);
            if (!connection.getAutoCommit()) {
                connection.rollback();
            }
            if (matched != 1) {
                refusals.add(
                        ServerRefusal.AFFECTED_ROWS,
                        "the driver counts changed rows instead of matched rows; remove useAffectedRows=true "
                                + "from the JDBC URL");
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
