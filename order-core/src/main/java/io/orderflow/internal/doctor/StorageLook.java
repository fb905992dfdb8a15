package io.orderflow.internal.doctor;

import io.orderflow.internal.sql.QueryRows;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.Tables;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;

/** How large the tables are beside the server's memory, and how old its oldest snapshot is. MariaDB and MySQL. */
final class StorageLook {
    /** Old orders lie at the end that nobody looks at: so much more than memory is when that no longer helps. */
    private static final int TIMES_MEMORY = 4;

    /** The start of a transaction is in the time zone of the server's machine, whatever that of the session is. */
    private static final String TRANSACTIONS = "SELECT trx_mysql_thread_id, TIMESTAMPDIFF(SECOND, trx_started,"
            + " COALESCE(CONVERT_TZ(UTC_TIMESTAMP(), '+00:00', 'SYSTEM'), NOW()))"
            + " FROM information_schema.innodb_trx ORDER BY trx_started LIMIT 1";

    private final Tables tables;
    private final Duration old;

    StorageLook(Tables tables, Duration old) {
        this.tables = tables;
        this.old = old;
    }

    /** Compares sizes, as the server knows them. */
    void atSize(Session session, Map<String, String> settings, FindingList findings) throws SQLException {
        long memory = Long.parseLong(settings.getOrDefault("innodb_buffer_pool_size", "0"));
        String names = tables.prefix().replace("_", "\\_") + "%";
        String query = "SELECT COALESCE(SUM(data_length + index_length), 0) FROM information_schema.tables"
                + " WHERE table_schema = DATABASE() AND table_name LIKE '" + names + "'";
        long bytes = QueryRows.list(session.connection(), query, row -> row.getLong(1))
                .get(0);
        findings.addIf(
                memory > 0 && bytes > TIMES_MEMORY * memory,
                ServerFinding.TABLES_OUTGROW_MEMORY,
                "the tables have " + mib(bytes) + " MiB, and innodb_buffer_pool_size is " + mib(memory) + " MiB");
    }

    private static long mib(long bytes) {
        return bytes >> 20;
    }

    /** Looks at the oldest transaction of the whole server. */
    void atSnapshots(Session session, FindingList findings) throws SQLException {
        QueryRows.look(session.connection(), TRANSACTIONS, row -> {
            long seconds = row.getLong(2);
            findings.addIf(
                    seconds > old.toSeconds(),
                    ServerFinding.OLD_SNAPSHOT,
                    "a transaction on connection " + row.getLong(1) + " of the server has been open for " + seconds
                            + " s");
        });
    }
}
