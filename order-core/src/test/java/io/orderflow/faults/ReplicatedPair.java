package io.orderflow.faults;

import io.orderflow.testing.PrivateServer;
import io.orderflow.testing.ServerKind;
import io.orderflow.testing.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * Two MariaDB servers of a test's own: one is written to, the other replicates it and is read-only. They change places
 * as an operator has them do it.
 */
final class ReplicatedPair implements AutoCloseable {
    private static final String FOLLOW = "CHANGE MASTER TO MASTER_HOST='127.0.0.1', MASTER_PORT=%d, MASTER_USER='root',"
            + " MASTER_CONNECT_RETRY=1, MASTER_HEARTBEAT_PERIOD=0.2, MASTER_USE_GTID=slave_pos";

    private final PrivateServer first = start(1);
    private final PrivateServer second = start(2);
    private final TestDatabase database;
    private PrivateServer writer = first;

    /** Starts both, and makes an empty schema. */
    ReplicatedPair() throws SQLException {
        for (PrivateServer server : List.of(first, second)) {
            on(server, "RESET MASTER", "SET GLOBAL gtid_slave_pos = ''");
        }
        follow(second, first, "");
        database = TestDatabase.on(first.address());
    }

    private static PrivateServer start(int id) {
        return PrivateServer.start(
                ServerKind.MARIADB,
                List.of(
                        "--server-id=" + id,
                        "--log-bin=bin",
                        "--binlog-format=ROW",
                        "--log-slave-updates=ON",
                        "--gtid-strict-mode=ON",
                        "--skip-slave-start=ON"));
    }

    /** The schema on the first server; its pools are closed with it. */
    TestDatabase database() {
        return database;
    }

    PrivateServer first() {
        return first;
    }

    PrivateServer second() {
        return second;
    }

    /** The URL of the schema on the second server. */
    String secondUrl() {
        return database.jdbcUrlVia(second.port());
    }

    /** The other one is written to, once it has all that was committed. */
    void changePlaces() throws SQLException {
        PrivateServer old = writer;
        PrivateServer next = old == first ? second : first;
        on(old, "SET GLOBAL read_only = ON");
        String position = position(old);
        catchUp(next, position);
        on(next, "STOP SLAVE", "RESET SLAVE ALL", "SET GLOBAL read_only = OFF");
        follow(old, next, position);
        writer = next;
    }

    /** Waits until the one that is not written to has all that was committed. */
    void catchUp() throws SQLException {
        catchUp(writer == first ? second : first, position(writer));
    }

    private static String position(PrivateServer server) throws SQLException {
        return text(server, "SELECT @@GLOBAL.gtid_binlog_pos");
    }

    private static void catchUp(PrivateServer server, String position) throws SQLException {
        String caughtUp = text(server, "SELECT MASTER_GTID_WAIT('" + position + "', 60)");
        if (!caughtUp.equals("0")) {
            throw new IllegalStateException(server + " did not reach " + position);
        }
    }

    private static void follow(PrivateServer replica, PrivateServer source, String position) throws SQLException {
        on(
                replica,
                "SET GLOBAL read_only = ON",
                "SET GLOBAL gtid_slave_pos = '" + position + "'",
                FOLLOW.formatted(source.port()),
                "START SLAVE");
    }

    /** Runs statements as an administrator. */
    static void on(PrivateServer server, String... statements) throws SQLException {
        try (Connection connection = admin(server);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static String text(PrivateServer server, String query) throws SQLException {
        try (Connection connection = admin(server);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }

    private static Connection admin(PrivateServer server) throws SQLException {
        return DriverManager.getConnection(
                server.jdbcUrl(""),
                server.address().adminUser(),
                server.address().adminPassword());
    }

    @Override
    public void close() {
        try (first;
                second;
                database) {
            // each of them, although another one fails
        }
    }
}
