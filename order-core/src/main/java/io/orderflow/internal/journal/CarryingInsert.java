package io.orderflow.internal.journal;

import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlFailure;
import io.orderflow.internal.sql.Tables;
import java.sql.SQLException;
import java.util.List;

/**
 * The groups that carry orders of one call of the journal, to be written once: beside the rows of the others, in the
 * first transaction of the call that commits. Used by one thread.
 */
final class CarryingInsert {
    private final Tables tables;
    private List<GroupInsert.Carried> groups;
    private boolean committed;

    /** Of these orders; there may be none. */
    CarryingInsert(Tables tables, List<OrderEntry> entries) {
        this.tables = tables;
        this.groups = GroupInsert.cut(entries);
    }

    /** Whether there is something that no commit was confirmed for. */
    boolean isLeft() {
        return !committed && !groups.isEmpty();
    }

    /** Writes what is left within a transaction. A key that is taken undoes the one statement, on all databases. */
    void write(Session session) throws SQLException {
        if (!isLeft()) {
            return;
        }
        try {
            insert(session);
        } catch (SQLException e) {
            if (SqlFailure.of(e) != SqlFailure.DUPLICATE_KEY) {
                throw e;
            }
            // the very same group is there, from an answer that was lost: a row of its own keeps this one's fate apart
            groups = groups.stream().map(GroupInsert.Carried::again).toList();
            insert(session);
        }
    }

    private void insert(Session session) throws SQLException {
        session.update(GroupInsert.of(tables, session.dialect().utcNow(), groups));
    }

    /** The transaction that wrote it is committed. */
    void committed() {
        committed = true;
    }

    List<GroupInsert.Carried> groups() {
        return groups;
    }
}
