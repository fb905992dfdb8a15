package io.orderflow.testing;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;

/**
 * Two MariaDB servers of a test's own: one is written to, the other replicates it and is read-only. They change places
 * as an operator has them do it, or one of them dies and the other one, which may be behind, takes its place.
 */
public final class ReplicatedPair implements AutoCloseable {
    private static final Duration BOUND = Duration.ofSeconds(60);

    private static final String FOLLOW = "CHANGE MASTER TO MASTER_HOST='127.0.0.1', MASTER_PORT=%d, MASTER_USER='root',"
            + " MASTER_CONNECT_RETRY=1, MASTER_HEARTBEAT_PERIOD=0.2, MASTER_USE_GTID=slave_pos";

    private final PrivateServer first = start(1);
    private final PrivateServer second = start(2);
    private final TestDatabase database;
    private PrivateServer writer = first;

    /** Starts both, and makes an empty schema. */
    public ReplicatedPair() throws SQLException {
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
    public TestDatabase database() {
        return database;
    }

    /** Is written to at first. */
    public PrivateServer first() {
        return first;
    }

    /** The other one. */
    public PrivateServer second() {
        return second;
    }

    /** The URL of the schema on the second server. */
    public String secondUrl() {
        return database.jdbcUrlVia(second.port());
    }

    /** The other one is written to, once it has all that was committed. */
    public void changePlaces() throws SQLException {
        PrivateServer old = writer;
        PrivateServer next = other();
        on(old, "SET GLOBAL read_only = ON");
        String position = position(old);
        catchUp(next, position);
        on(next, "STOP SLAVE", "RESET SLAVE ALL", "SET GLOBAL read_only = OFF");
        follow(old, next, position);
        writer = next;
    }

    /** Waits until the one that is not written to has all that was committed. */
    public void catchUp() throws SQLException {
        catchUp(other(), position(writer));
    }

    private PrivateServer other() {
        return writer == first ? second : first;
    }

    /** From now on the one that is not written to is so far behind. */
    public void delay(Duration behind) throws SQLException {
        on(other(), "STOP SLAVE", "CHANGE MASTER TO MASTER_DELAY = " + behind.toSeconds(), "START SLAVE");
    }

    /** From now on the one that is written to acknowledges what the other one has received (semi-synchronous). */
    public void waitForReplica() throws SQLException {
        on(
                writer,
                "SET GLOBAL rpl_semi_sync_master_wait_point = AFTER_SYNC",
                "SET GLOBAL rpl_semi_sync_master_timeout = 60000",
                "SET GLOBAL rpl_semi_sync_master_enabled = ON");
        on(other(), "SET GLOBAL rpl_semi_sync_slave_enabled = ON", "STOP SLAVE IO_THREAD", "START SLAVE IO_THREAD");
        Eventually.await(
                "the replica says what it received",
                BOUND,
                () -> status(writer, "Rpl_semi_sync_master_clients").equals("1"),
                writer::toString);
    }

    private static String status(PrivateServer server, String name) {
        try {
            return text(
                    server,
                    "SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME = '" + name + "'");
        } catch (SQLException e) {
            throw new IllegalStateException(server + " does not say its " + name, e);
        }
    }

    /**
     * Kills the one that is written to; the other one is written to then, with what it has applied, or, where it said
     * what it received, with all of that.
     */
    public void loseTheWriter() throws SQLException {
        PrivateServer next = other();
        boolean receivedAll =
                text(next, "SELECT @@GLOBAL.rpl_semi_sync_slave_enabled").equals("1");
        if (!receivedAll) {
            // on a busy machine the kill takes longer than it is behind, and it would have all after that
            on(next, "STOP SLAVE SQL_THREAD");
        }
        writer.kill();
        if (receivedAll) {
            Eventually.await("what was received is applied", BOUND, () -> isIdle(next), next::toString);
        }
        on(next, "STOP SLAVE", "RESET SLAVE ALL", "SET GLOBAL read_only = OFF");
        writer = next;
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
    public static void on(PrivateServer server, String... statements) throws SQLException {
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

    /** Whether a replica has applied all that it has received. */
    private static boolean isIdle(PrivateServer replica) {
        try (Connection connection = admin(replica);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW SLAVE STATUS")) {
            return row.next()
                    && row.getString("Read_Master_Log_Pos").equals(row.getString("Exec_Master_Log_Pos"))
                    && row.getString("Master_Log_File").equals(row.getString("Relay_Master_Log_File"));
        } catch (SQLException e) {
            throw new IllegalStateException(replica + " does not say what it applied", e);
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
