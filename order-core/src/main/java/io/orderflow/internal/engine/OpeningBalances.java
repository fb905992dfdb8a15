package io.orderflow.internal.engine;

import io.orderflow.internal.sql.QueryRows;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.internal.sql.Tables;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is kept of what is not in the tables any more, one number each. The rows are written ascending, and first one
 * that every writer changes. So one writer waits for another there, and holds none of the rest.
 */
public final class OpeningBalances {
    /** About the archive itself. */
    public static final int ARCHIVE = 0;

    /** Of {@link #ARCHIVE}: up to this number the row of a batch may be gone. */
    public static final long GONE = 0;

    /** Of {@link #ARCHIVE}: how many orders were archived. */
    public static final long COUNT = 1;

    /** For each buyer: what archived orders took from his wallet and did not give back. */
    public static final int WALLET = 1;

    /** For each product: how many pieces archived orders took and did not put back. */
    public static final int STOCK = 2;

    /** For each product and buyer: how many pieces count for the limit that a buyer has. */
    public static final int PURCHASE = 3;

    /** A row. */
    private record Opening(int kind, long subject, long buyer, long since, long amount) {
        Opening(int kind, long subject, long amount) {
            this(kind, subject, 0, 0, amount);
        }
    }

    private OpeningBalances() {}

    /** Adds what these orders took. */
    static void add(Tables tables, Session session, Collection<OldOrder> orders) throws SQLException {
        SortedMap<Long, Long> charged = new TreeMap<>();
        SortedMap<Long, Long> pieces = new TreeMap<>();
        for (OldOrder order : orders) {
            charged.merge(order.buyer(), order.charged(), Math::addExact);
            order.pieces().forEach((product, taken) -> pieces.merge(product, taken, Math::addExact));
        }
        List<Opening> rows = new ArrayList<>(purchases(tables, session, orders, pieces.keySet()));
        rows.add(0, new Opening(ARCHIVE, COUNT, orders.size()));
        charged.forEach((buyer, amount) -> rows.add(new Opening(WALLET, buyer, amount)));
        pieces.forEach((product, amount) -> rows.add(new Opening(STOCK, product, amount)));
        rows.removeIf(row -> row.amount() == 0);
        rows.sort(Comparator.comparing(Opening::kind)
                .thenComparing(Opening::subject)
                .thenComparing(Opening::buyer));
        for (List<Opening> piece : SqlText.pieces(rows, SqlText.PIECE)) {
            write(tables, session, piece, "amount + VALUES(amount)");
        }
    }

    /**
     * What counts for the limit that a product has now. Nobody needs to keep it from changing: a limit that comes later
     * counts later orders alone, and what counts for one that is gone is not asked for.
     */
    private static List<Opening> purchases(
            Tables tables, Session session, Collection<OldOrder> orders, Collection<Long> products)
            throws SQLException {
        Map<Long, Long> since = limits(tables, session, List.copyOf(products));
        Map<Share, Long> bought = new HashMap<>();
        for (OldOrder order : orders) {
            order.bought().forEach((product, pieces) -> {
                if (since.containsKey(product) && order.batch() > since.get(product)) {
                    bought.merge(new Share(product, order.buyer()), pieces, Math::addExact);
                }
            });
        }
        List<Opening> rows = new ArrayList<>();
        bought.forEach((share, pieces) ->
                rows.add(new Opening(PURCHASE, share.product(), share.buyer(), since.get(share.product()), pieces)));
        return rows;
    }

    private static Map<Long, Long> limits(Tables tables, Session session, List<Long> products) throws SQLException {
        Map<Long, Long> since = new HashMap<>();
        for (List<Long> piece : SqlText.pieces(products, SqlText.PIECE)) {
            StringBuilder sql = new StringBuilder("SELECT product, counted_since FROM ").append(tables.stock());
            sql.append(" WHERE max_per_buyer > 0 AND product IN (");
            SqlText.list(sql, piece, StringBuilder::append);
            QueryRows.look(session.connection(), sql.append(')'), row -> since.put(row.getLong(1), row.getLong(2)));
        }
        return since;
    }

    /** The rows of batches up to this number may be gone. */
    static void gone(Tables tables, Session session, long batch) throws SQLException {
        write(tables, session, List.of(new Opening(ARCHIVE, GONE, batch)), "GREATEST(amount, VALUES(amount))");
    }

    private static void write(Tables tables, Session session, List<Opening> rows, String amount) throws SQLException {
        StringBuilder sql = new StringBuilder(rows.size() * 30 + 200).append("INSERT INTO ");
        sql.append(tables.opening()).append(" (kind, subject, buyer, counted_since, amount) VALUES ");
        SqlText.list(
                sql,
                rows,
                (text, row) -> text.append('(')
                        .append(row.kind())
                        .append(',')
                        .append(row.subject())
                        .append(',')
                        .append(row.buyer())
                        .append(',')
                        .append(row.since())
                        .append(',')
                        .append(row.amount())
                        .append(')'));
        session.update(sql.append(" ON DUPLICATE KEY UPDATE amount = ").append(amount));
    }
}
