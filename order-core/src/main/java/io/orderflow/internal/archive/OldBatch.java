package io.orderflow.internal.archive;

import io.orderflow.internal.codec.BatchKind;
import io.orderflow.internal.engine.Members;
import io.orderflow.internal.engine.Members.Member;
import io.orderflow.internal.sql.QueryRows;
import io.orderflow.internal.sql.SqlTime;
import io.orderflow.internal.sql.Tables;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The row of a batch.
 *
 * @param decidedAt in microseconds since 1970
 * @param members the ids of its orders, or of its changes
 */
record OldBatch(long id, BatchKind kind, long decidedAt, List<UUID> members) {
    /** So many rows are read at a time: of the largest ones 400 KB. */
    static final int ROWS = 50;

    /** Reads the rows that follow a number, but for those of adjustments, which stay. */
    static List<OldBatch> after(Connection connection, Tables tables, long id) throws SQLException {
        List<OldBatch> batches = new ArrayList<>();
        QueryRows.look(
                connection,
                "SELECT id, kind, " + SqlTime.micros("decided_at")
                        + ", size, members FROM " + tables.batch() + " WHERE id > " + id + " AND kind <> "
                        + BatchKind.ADJUSTED.code() + " ORDER BY id LIMIT " + ROWS,
                row -> batches.add(of(row)));
        return batches;
    }

    private static OldBatch of(ResultSet row) throws SQLException {
        BatchKind kind = BatchKind.of(row.getInt(2));
        byte[] members = row.getBytes(5);
        return new OldBatch(
                row.getLong(1),
                kind,
                row.getLong(3),
                members == null
                        ? List.of()
                        : Members.read(kind, members, row.getInt(4)).stream()
                                .map(Member::id)
                                .toList());
    }
}
