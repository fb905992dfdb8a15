package io.orderflow.internal.admin;

import io.orderflow.internal.sql.QueryRows;
import io.orderflow.internal.sql.Tables;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;

/**
 * A part of the audit that looks at every row of a table, a page at a time by primary key, so that memory and the time
 * of one statement stay small however large the table is. Used once, by one thread.
 */
abstract class AuditPart {
    private final Connection connection;
    private final Consumer<String> differs;
    final Tables tables;

    AuditPart(Connection connection, Tables tables, Consumer<String> differs) {
        this.connection = connection;
        this.tables = tables;
        this.differs = differs;
    }

    <T> List<T> rows(CharSequence query, QueryRows.RowReader<T> reader) throws SQLException {
        return QueryRows.list(connection, query, reader);
    }

    /** Looks at what a query finds, however much that is. */
    void each(String query, QueryRows.RowLook look) throws SQLException {
        QueryRows.each(connection, query, look);
    }

    /** Names a row with all that is wrong with it, if anything is. */
    void differs(String row, List<String> faults) {
        if (!faults.isEmpty()) {
            differs.accept(row + " " + String.join(", and ", faults));
        }
    }
}
