package io.orderflow.internal.schema;

import io.orderflow.internal.sql.QueryRows;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Looks whether a server is MariaDB or MySQL, and the only one of its cluster that is written to; and whether the
 * driver stays with it.
 */
final class ClusterCheck {
    private static final String SETTINGS = "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('version', 'version_comment',"
            + " 'group_replication_group_name', 'group_replication_single_primary_mode',"
            + " 'group_replication_consistency')";

    private final Connection connection;
    private final RefusalSink refusals;

    /**
     * Asks nothing yet.
     *
     * @param refusals told why it cannot be used
     */
    ClusterCheck(Connection connection, RefusalSink refusals) {
        this.connection = connection;
        this.refusals = refusals;
    }

    /**
     * Verifies it.
     *
     * @throws SQLException if the server does not answer
     */
    void verify() throws SQLException {
        Map<String, String> settings = new HashMap<>();
        QueryRows.look(connection, SETTINGS, row -> {
            settings.put(row.getString(1).toLowerCase(Locale.ROOT), String.valueOf(row.getString(2)));
        });
        refuse(
                ServerRefusal.LOOK_ALIKE,
                LookAlike.refusal(
                        settings.getOrDefault("version", ""),
                        settings.getOrDefault("version_comment", ""),
                        hasMemoryEngine()));
        refuse(ServerRefusal.GROUP_REPLICATION, groupRefusal(settings));
        refuse(
                ServerRefusal.SEVERAL_HOSTS,
                UrlCheck.refusal(String.valueOf(connection.getMetaData().getURL())));
    }

    private boolean hasMemoryEngine() throws SQLException {
        String query = "SELECT 1 FROM information_schema.ENGINES WHERE ENGINE = 'MEMORY'";
        return !QueryRows.list(connection, query, row -> row.getInt(1)).isEmpty();
    }

    /**
     * Why a member of a group cannot be used. A rejection rests on rows that it read and did not write, and only what
     * was written is certified: another primary, or a new one that is still behind, would reject on old rows.
     */
    static Optional<String> groupRefusal(Map<String, String> settings) {
        if (settings.getOrDefault("group_replication_group_name", "").isEmpty()) {
            return Optional.empty();
        }
        if (settings.getOrDefault("group_replication_single_primary_mode", "ON").equals("OFF")) {
            return Optional.of(
                    "group_replication_single_primary_mode is OFF: with several primaries orders are rejected"
                            + " for stock that another primary has put in; call"
                            + " group_replication_switch_to_single_primary_mode()");
        }
        if (settings.getOrDefault("group_replication_consistency", "").equals("EVENTUAL")) {
            return Optional.of("group_replication_consistency is EVENTUAL: a new primary would reject orders before it"
                    + " has what the old one committed; set it to BEFORE_ON_PRIMARY_FAILOVER on all members");
        }
        return Optional.empty();
    }

    private void refuse(ServerRefusal what, Optional<String> why) {
        why.ifPresent(reason -> refusals.add(what, reason));
    }
}
