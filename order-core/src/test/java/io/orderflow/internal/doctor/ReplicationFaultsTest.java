package io.orderflow.internal.doctor;

import io.orderflow.Finding;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.PrivateServer;
import io.orderflow.testing.ServerKind;
import io.orderflow.testing.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A replica that follows late, and settings of one that does not. */
class ReplicationFaultsTest {
    private static PrivateServer start(int id) {
        return PrivateServer.start(
                ServerKind.MARIADB,
                List.of("--server-id=" + id, "--log-bin=bin", "--sync-binlog=1", "--binlog-format=ROW"));
    }

    private static void on(PrivateServer server, String... statements) throws Exception {
        try (Connection connection = DriverManager.getConnection(
                        server.jdbcUrl(""),
                        server.address().adminUser(),
                        server.address().adminPassword());
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    @Test
    void lateReplicasAreFoundAndWaitsThatEndTooSoon() throws Exception {
        try (PrivateServer primary = start(1);
                PrivateServer replica = start(2);
                SetUp setUp = SetUp.on(primary.address(), TestDatabase.Kind.MARIADB)) {
            awaitNothing("without a replica", setUp);
            on(
                    replica,
                    "CHANGE MASTER TO MASTER_HOST='127.0.0.1', MASTER_PORT=" + primary.port()
                            + ", MASTER_USER='root', MASTER_CONNECT_RETRY=1",
                    "START SLAVE");
            await(ServerFinding.REPLICAS_LATE, setUp);
            on(
                    primary,
                    "SET GLOBAL rpl_semi_sync_master_timeout = 3600000",
                    "SET GLOBAL rpl_semi_sync_master_wait_point = AFTER_SYNC",
                    "SET GLOBAL rpl_semi_sync_master_enabled = ON");
            on(replica, "STOP SLAVE", "SET GLOBAL rpl_semi_sync_slave_enabled = ON", "START SLAVE");
            awaitNothing("with a replica that acknowledges", setUp);
            on(primary, "SET GLOBAL rpl_semi_sync_master_timeout = 10000");
            await(ServerFinding.SEMI_SYNC_SHORT, setUp);
            on(
                    primary,
                    "SET GLOBAL rpl_semi_sync_master_timeout = 3600000",
                    "SET GLOBAL rpl_semi_sync_master_wait_point = AFTER_COMMIT");
            await(ServerFinding.SEMI_SYNC_AFTER_COMMIT, setUp);
            // or dropping the schema would wait for the replica
            on(primary, "SET GLOBAL rpl_semi_sync_master_enabled = OFF");
        }
    }

    private static void awaitNothing(String when, SetUp setUp) {
        Eventually.await(
                "nothing " + when,
                Duration.ofMinutes(2),
                () -> setUp.examine().isEmpty(),
                () -> setUp.examine().toString());
    }

    private static void await(FindingKind kind, SetUp setUp) {
        Eventually.await(
                kind.id(),
                Duration.ofMinutes(2),
                () -> setUp.examine().stream().map(Finding::id).toList().equals(List.of(kind.id())),
                () -> setUp.examine().toString());
        Fault.assertOnly(kind, setUp.examine());
    }
}
