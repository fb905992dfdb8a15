package io.orderflow.internal.cluster;

import io.orderflow.DatabaseReplication;
import io.orderflow.DatabaseReplication.Degree;
import io.orderflow.internal.sql.Dialect;
import io.orderflow.internal.sql.SqlFailure;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Asks a server how far it replicates what it commits. Two statements, up to three more on MySQL; waits for no lock.
 */
public final class ReplicationProbe {
    private static final String VARIABLES = "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('log_bin', 'wsrep_on',"
            + " 'wsrep_provider', 'group_replication_group_name', 'rpl_semi_sync_master_enabled',"
            + " 'rpl_semi_sync_master_timeout', 'rpl_semi_sync_source_enabled', 'rpl_semi_sync_source_timeout')";

    private static final String STATUS = "SHOW GLOBAL STATUS WHERE Variable_name IN ('wsrep_cluster_size',"
            + " 'slaves_connected', 'rpl_semi_sync_master_status', 'rpl_semi_sync_master_clients',"
            + " 'rpl_semi_sync_source_status', 'rpl_semi_sync_source_clients')";

    /** MySQL has a row for each replica in one of these: since 8.0.22, before that, and for who has no such right. */
    private static final List<String> REPLICAS = List.of(
            "SHOW REPLICAS",
            "SHOW SLAVE HOSTS",
            "SELECT 1 FROM performance_schema.threads WHERE processlist_command LIKE 'Binlog Dump%'");

    private final ServerQuestions questions;
    private final Clock clock;

    private ReplicationProbe(Connection connection, Clock clock) {
        this.questions = new ServerQuestions(connection);
        this.clock = clock;
    }

    /**
     * Asks. A server that refuses to say is told as unknown, with its reason. Leaves a transaction open where the
     * connection is not in autocommit.
     *
     * @throws SQLException if it does not answer
     */
    public static DatabaseReplication ask(Connection connection, Dialect dialect, Clock clock) throws SQLException {
        if (dialect == Dialect.H2) {
            return new DatabaseReplication(
                    Degree.NONE, OptionalInt.of(0), Optional.empty(), "H2 has no replicas", clock.instant());
        }
        try {
            return new ReplicationProbe(connection, clock).ask();
        } catch (SQLException e) {
            if (!String.valueOf(e.getSQLState()).startsWith("42")) {
                throw e;
            }
            String refused = "the server does not say: " + SqlFailure.reason(e);
            return new DatabaseReplication(
                    Degree.UNKNOWN, OptionalInt.empty(), Optional.empty(), refused, clock.instant());
        }
    }

    private DatabaseReplication ask() throws SQLException {
        Map<String, String> settings = questions.named(VARIABLES);
        settings.putAll(questions.named(STATUS));
        boolean grouped = ServerReport.isInGroup(settings);
        return new ReplicationReport(
                        settings,
                        grouped ? questions.members() : Optional.empty(),
                        grouped ? OptionalInt.empty() : connected(settings),
                        clock.instant())
                .replication();
    }

    /** MariaDB tells everybody. */
    private OptionalInt connected(Map<String, String> settings) throws SQLException {
        String told = settings.get("slaves_connected");
        if (told != null) {
            return OptionalInt.of(Integer.parseInt(told));
        }
        for (String query : REPLICAS) {
            Optional<List<Integer>> rows = questions.ifAllowed(query, row -> 1);
            if (rows.isPresent()) {
                return OptionalInt.of(rows.get().size());
            }
        }
        return OptionalInt.empty();
    }
}
