package io.orderflow.internal.doctor;

import io.orderflow.internal.sql.QueryRows;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Settings of a MariaDB or MySQL server that the library does not refuse. */
final class ServerLook {
    private static final String SETTINGS = "SHOW GLOBAL VARIABLES WHERE Variable_name IN ("
            + "'innodb_flush_log_at_trx_commit', 'log_bin', 'sync_binlog', 'innodb_flush_method', 'innodb_doublewrite',"
            + " 'innodb_force_recovery', 'innodb_deadlock_detect', 'query_cache_type', 'general_log', 'wait_timeout',"
            + " 'max_connections', 'innodb_buffer_pool_size', 'rpl_semi_sync_master_enabled',"
            + " 'rpl_semi_sync_master_wait_point', 'rpl_semi_sync_source_enabled', 'rpl_semi_sync_source_wait_point')";

    /** MySQL's plug-in has both names, by its age; MariaDB has the first one. */
    private static final List<String> SEMI_SYNC = List.of("rpl_semi_sync_master_", "rpl_semi_sync_source_");

    private static final Set<String> OFF = Set.of("OFF", "0");

    private final Map<String, String> settings;
    private final FindingList findings;

    ServerLook(Map<String, String> settings, FindingList findings) {
        this.settings = settings;
        this.findings = findings;
    }

    /** Asks for all that is judged, here and by {@link PoolLook}; what the server does not have is missing. */
    static Map<String, String> settings(Connection connection) throws SQLException {
        Map<String, String> settings = new HashMap<>();
        QueryRows.look(connection, SETTINGS, row -> {
            settings.put(row.getString(1).toLowerCase(Locale.ROOT), String.valueOf(row.getString(2)));
        });
        return settings;
    }

    /** Judges them. */
    void judge() {
        String flush = settings.getOrDefault("innodb_flush_log_at_trx_commit", "1");
        add(!flush.equals("1"), ServerFinding.INNODB_FLUSH_LOG, "innodb_flush_log_at_trx_commit");
        boolean binaryLog = !isOff("log_bin", "OFF");
        boolean synced = settings.getOrDefault("sync_binlog", "1").equals("1");
        add(binaryLog && !synced, ServerFinding.SYNC_BINLOG, "sync_binlog");
        boolean lazy = settings.getOrDefault("innodb_flush_method", "")
                .toLowerCase(Locale.ROOT)
                .contains("nosync");
        add(lazy, ServerFinding.INNODB_NO_SYNC, "innodb_flush_method");
        add(isOff("innodb_doublewrite", "ON"), ServerFinding.INNODB_DOUBLEWRITE, "innodb_doublewrite");
        add(!isOff("innodb_force_recovery", "0"), ServerFinding.INNODB_FORCE_RECOVERY, "innodb_force_recovery");
        add(isOff("innodb_deadlock_detect", "ON"), ServerFinding.INNODB_DEADLOCK_DETECT, "innodb_deadlock_detect");
        add(!isOff("query_cache_type", "OFF"), ServerFinding.QUERY_CACHE, "query_cache_type");
        add(!isOff("general_log", "OFF"), ServerFinding.GENERAL_LOG, "general_log");
        for (String prefix : SEMI_SYNC) {
            boolean late = settings.getOrDefault(prefix + "wait_point", "").equals("AFTER_COMMIT");
            add(late && !isOff(prefix + "enabled", "OFF"), ServerFinding.SEMI_SYNC_AFTER_COMMIT, prefix + "wait_point");
        }
    }

    private boolean isOff(String name, String otherwise) {
        return OFF.contains(settings.getOrDefault(name, otherwise).toUpperCase(Locale.ROOT));
    }

    private void add(boolean wrong, ServerFinding what, String name) {
        findings.addIf(wrong, what, name + " is " + settings.get(name));
    }
}
