package io.orderflow.internal.journal;

import io.orderflow.internal.codec.Codes;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.internal.sql.Tables;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;

/**
 * Lets parked orders wait for their decision again. No frame carries them, so they wait as those that hosts placed:
 * recovery looks for these without waiting for their age. Thread-safe; all static.
 */
public final class Reopening {
    private Reopening() {}

    /**
     * Makes the orders undecided, and writes the group by which they are found. Part of the caller's transaction, which
     * holds their rows and has seen that they are parked.
     *
     * @param ids 1 to 500 distinct ids
     * @throws IllegalStateException if another number of rows is changed, which the locks forbid
     */
    public static void reopen(Session session, Tables tables, List<UUID> ids) throws SQLException {
        List<UUID> sorted = ids.stream().sorted(OrderIds.UNSIGNED).toList();
        int reopened = session.update("UPDATE " + tables.orders() + SqlText.BY_PRIMARY_KEY + " SET status = "
                + Codes.PLACED + " WHERE id IN (" + OrderReader.hexList(sorted) + ") AND status = " + Codes.PARKED);
        if (reopened != ids.size()) {
            throw new IllegalStateException(
                    "of " + ids.size() + " parked orders from " + sorted.get(0) + " on, " + reopened + " were changed");
        }
        session.update(
                OrderInsert.groupOf(tables, session.dialect().utcNow(), OrderIds.next(), GroupKind.PLACED, sorted));
    }
}
