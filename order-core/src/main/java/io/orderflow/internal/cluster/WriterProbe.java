package io.orderflow.internal.cluster;

import io.orderflow.internal.cluster.ServerReport.Member;
import io.orderflow.internal.sql.Dialect;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Asks a server whether it can be written to, on a connection as its pool has it. Two statements, without a lock. */
public final class WriterProbe {
    /** It waits for nothing, so that no answer for as long is a dead connection. */
    private static final Duration NETWORK_TIMEOUT = Duration.ofSeconds(1);

    private static final String VARIABLES = "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('version', 'read_only',"
            + " 'super_read_only', 'innodb_read_only', 'wsrep_on', 'wsrep_provider', 'group_replication_group_name')";

    /** Replication that waits for a source that is away still counts: only its applying end is counted. */
    private static final String STATUS =
            "SHOW GLOBAL STATUS WHERE Variable_name IN ('wsrep_ready', 'wsrep_cluster_status', 'slaves_running')";

    private static final String APPLYING = "SELECT 1 FROM performance_schema.replication_applier_status"
            + " WHERE service_state = 'ON' AND channel_name NOT LIKE 'group\\_replication\\_%'";

    private final ServerQuestions questions;

    private WriterProbe(Connection connection) {
        this.questions = new ServerQuestions(connection);
    }

    /**
     * Why the server cannot be written to; empty if it can be. H2, which has no cluster, always can.
     *
     * @throws SQLException if it does not answer; nobody knows then what state the connection is in
     */
    public static Optional<String> whyNot(Connection connection) throws SQLException {
        if (Dialect.isH2(connection)) {
            return Optional.empty();
        }
        int networkTimeout = connection.getNetworkTimeout();
        connection.setNetworkTimeout(Runnable::run, (int) NETWORK_TIMEOUT.toMillis());
        Optional<String> reason = new WriterProbe(connection).ask();
        if (!connection.getAutoCommit()) {
            // or the next one would find a transaction open
            connection.rollback();
        }
        connection.setNetworkTimeout(Runnable::run, networkTimeout);
        return reason;
    }

    private Optional<String> ask() throws SQLException {
        Map<String, String> settings = questions.named(VARIABLES);
        if (settings.getOrDefault("version", "").toUpperCase(Locale.ROOT).contains("MARIADB")
                || settings.containsKey("wsrep_on")) {
            settings.putAll(questions.named(STATUS));
        }
        if (!ServerReport.isInGroup(settings)) {
            return new ServerReport(settings, List.of(), replicates(settings)).whyNot();
        }
        Optional<List<Member>> members = questions.members();
        return members.isPresent()
                ? new ServerReport(settings, members.get(), false).whyNot()
                : Optional.of("its user may not see its group; GRANT SELECT ON"
                        + " performance_schema.replication_group_members");
    }

    /** MySQL tells only who has the right to know: a replica is to be read-only in any case. */
    private boolean replicates(Map<String, String> settings) throws SQLException {
        String running = settings.get("slaves_running");
        if (running != null) {
            return !running.equals("0");
        }
        return questions
                .ifAllowed(APPLYING, row -> row.getInt(1))
                .map(rows -> !rows.isEmpty())
                .orElse(false);
    }
}
