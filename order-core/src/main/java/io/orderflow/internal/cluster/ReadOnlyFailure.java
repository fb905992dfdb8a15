package io.orderflow.internal.cluster;

import java.sql.SQLException;
import java.util.Set;

/** What servers say when they refuse to write because another one is to be written to now. */
final class ReadOnlyFailure {
    /**
     * MariaDB's and MySQL's numbers: read_only, super_read_only and the like (1290); a read-only transaction (1792); a
     * read-only mode (1836, 1874); a group that lost its majority or ended the transaction (3100, 3101); a Galera node
     * that is not ready (1047).
     */
    private static final Set<Integer> CODES = Set.of(1047, 1290, 1792, 1836, 1874, 3100, 3101);

    private ReadOnlyFailure() {}

    /** Whether this is one, or was caused by one. */
    static boolean is(SQLException thrown) {
        Throwable t = thrown;
        for (int depth = 0; t != null && depth < 10; depth++) {
            if (t instanceof SQLException sql && CODES.contains(sql.getErrorCode())) {
                return true;
            }
            t = t.getCause();
        }
        return false;
    }
}
