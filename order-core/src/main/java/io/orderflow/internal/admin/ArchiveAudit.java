package io.orderflow.internal.admin;

import io.orderflow.internal.codec.BatchKind;
import io.orderflow.internal.codec.Codes;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.engine.OpeningBalances;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.internal.sql.Tables;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;

/** What is kept of archived orders: the sums that say what there may be, and the keys that are still known. */
final class ArchiveAudit extends AuditPart {
    private long keys;
    private long count;

    ArchiveAudit(Connection connection, Tables tables, Consumer<String> differs) {
        super(connection, tables, differs);
    }

    /**
     * Looks at all of it.
     *
     * @param rows how many orders have a row that keeps their id known
     * @return how many orders were archived
     */
    long run(long rows) throws SQLException {
        batches();
        keys();
        openings();
        if (keys != rows) {
            differs(rows + " orders", List.of("are archived, and batches that archived orders have " + keys));
        }
        if (count < rows) {
            differs(rows + " orders", List.of("are archived, and the count of all that ever were is " + count));
        }
        return count;
    }

    private void batches() throws SQLException {
        each(
                "SELECT id, archived, size FROM " + tables.batch() + " WHERE archived < 0 OR archived > 0 AND (archived"
                        + " >= size OR kind <> " + BatchKind.DECIDED.code() + " AND kind <> " + BatchKind.CHANGED.code()
                        + ")",
                row -> differs(
                        "batch " + row.getLong(1),
                        List.of("has " + row.getLong(2) + " archived members of " + row.getLong(3))));
    }

    private void keys() throws SQLException {
        String after = "0";
        List<Kept> page;
        do {
            page = rows(
                    "SELECT id, members FROM " + tables.batch() + " WHERE kind = " + BatchKind.ARCHIVED.code()
                            + " AND id > " + after + " ORDER BY id LIMIT 20",
                    row -> new Kept(row.getLong(1), row.getBytes(2) == null ? new byte[0] : row.getBytes(2)));
            for (Kept kept : page) {
                look(kept);
                after = String.valueOf(kept.batch());
            }
        } while (!page.isEmpty());
    }

    private record Kept(long batch, byte[] members) {}

    private void look(Kept kept) throws SQLException {
        Set<UUID> missing = new TreeSet<>(OrderIds.allFrom(kept.members()));
        keys += missing.size();
        for (List<UUID> piece : SqlText.pieces(List.copyOf(missing), SqlText.PIECE)) {
            StringBuilder query = new StringBuilder("SELECT id FROM ").append(tables.orders());
            query.append(" WHERE status = ").append(Codes.ARCHIVED).append(" AND id IN (");
            SqlText.list(query, piece, SqlText::id);
            missing.removeAll(rows(query.append(')'), row -> OrderIds.fromBytes(row.getBytes(1), 0)));
        }
        missing.forEach(id ->
                differs("order " + id, List.of("was archived by batch " + kept.batch() + ", and its id is not kept")));
    }

    private void openings() throws SQLException {
        each(
                "SELECT kind, subject, amount FROM " + tables.opening() + " WHERE kind < " + OpeningBalances.ARCHIVE
                        + " OR kind > " + OpeningBalances.PURCHASE + " OR kind < " + OpeningBalances.PURCHASE
                        + " AND (buyer <> 0 OR counted_since <> 0) OR amount < 0 OR kind = " + OpeningBalances.ARCHIVE
                        + " AND subject <> " + OpeningBalances.GONE + " AND subject <> " + OpeningBalances.COUNT,
                row -> differs(
                        "opening " + row.getInt(1) + "/" + row.getLong(2),
                        List.of("has the amount " + row.getLong(3) + ", which cannot be")));
        each(
                "SELECT amount FROM " + tables.opening() + " WHERE kind = " + OpeningBalances.ARCHIVE
                        + " AND subject = " + OpeningBalances.COUNT,
                row -> count = row.getLong(1));
    }
}
