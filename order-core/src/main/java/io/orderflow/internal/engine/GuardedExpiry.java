package io.orderflow.internal.engine;

import io.orderflow.Limits;
import io.orderflow.internal.codec.Codes;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.engine.LockingReads.StatusRow;
import io.orderflow.internal.sql.QueryRows;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.internal.sql.Tables;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.LongFunction;

/**
 * Expires by updates that no locking read came before: what they match tells whether all orders were still reserved,
 * and whether all wallets and products had room and no product a limit for each buyer. Waits for what others hold.
 * Orders, lines and holds are written before the first wallet is locked, since wallets and products are what new orders
 * wait for. Used once, by one thread.
 */
final class GuardedExpiry extends ExpiryTransaction {
    private final Map<UUID, Remainder> remainders = new HashMap<>();
    private final Map<Long, Long> money = new TreeMap<>();
    private final Map<Long, Long> products = new TreeMap<>();

    GuardedExpiry(Tables tables, Session session, List<HoldEnd> expiries) {
        super(tables, session, expiries);
    }

    /** Locks none: buyer and lines never change, and the update asks for the status again. */
    @Override
    Map<UUID, StatusRow> lockRows(List<UUID> ids) throws SQLException {
        Map<UUID, StatusRow> rows = new HashMap<>(ids.size() * 2);
        StringBuilder sql =
                new StringBuilder(ids.size() * 36 + 400).append("SELECT o.id, o.buyer, o.status, CASE WHEN ");
        sql.append(Codes.walletPays("o.request")).append(" THEN 1 ELSE 0 END, o.batch_id,");
        sql.append(" l.product, l.quantity, l.unit_price FROM ").append(tables.orders());
        sql.append(" o LEFT JOIN ").append(tables.orderLine()).append(" l ON l.order_id = o.id WHERE o.id IN (");
        SqlText.list(sql, ids, SqlText::id);
        QueryRows.look(session.connection(), sql.append(") ORDER BY o.id, l.line_no"), row -> read(row, rows));
        return rows;
    }

    private void read(ResultSet row, Map<UUID, StatusRow> rows) throws SQLException {
        UUID order = OrderIds.fromBytes(row.getBytes(1), 0);
        if (!rows.containsKey(order)) {
            rows.put(order, new StatusRow(row.getLong(2), row.getInt(3), row.getBoolean(4), row.getLong(5)));
        }
        long product = row.getLong(6);
        if (!row.wasNull()) {
            remainders
                    .computeIfAbsent(order, id -> new Remainder())
                    .add(new Remainder.Line(product, row.getInt(7), row.getLong(8), false));
        }
    }

    @Override
    void prepare() {}

    @Override
    LongFunction<Fate> transition(HoldEnd change, StatusRow row) {
        if (row.status() != Codes.RESERVED) {
            return batch -> Fate.LEFT;
        }
        Remainder remainder = Remainders.required(remainders.get(change.orderId()), change.orderId());
        Map<Integer, Integer> pieces = remainder.rest();
        long amount = remainder.amountOf(pieces);
        if (row.walletPays()) {
            money.merge(row.buyer(), amount, Long::sum);
        }
        remainder.byProduct(pieces).forEach((product, more) -> products.merge(product, more, Long::sum));
        apply(change, row.buyer(), amount, row.walletPays() ? amount : 0, pieces, true);
        return batch -> Fate.EXPIRED;
    }

    @Override
    void writeBefore(List<Applied<HoldEnd>> applied) throws SQLException {
        List<UUID> orders = applied.stream()
                .map(done -> done.change().orderId())
                .sorted(OrderIds.UNSIGNED)
                .toList();
        check(HoldReturns.updateReserved(tables, session, orders, Codes.EXPIRED) == orders.size(), "an order is ended");
        HoldReturns.deleteHolds(tables, session, orders);
        insertPieces(applied);
        add(tables.wallet(), "buyer", "balance", money, "");
        add(tables.stock(), "product", "available", products, " AND max_per_buyer = 0");
    }

    /** Each must have room for the largest amount of all: to compare them one by one costs more than it is worth. */
    private void add(String table, String key, String column, Map<Long, Long> amounts, String condition)
            throws SQLException {
        SqlText.Appender<Map.Entry<Long, Long>> id = SqlText.Appender.number(Map.Entry::getKey);
        for (List<Map.Entry<Long, Long>> piece : SqlText.pieces(List.copyOf(amounts.entrySet()), SqlText.PIECE)) {
            long largest = piece.stream().mapToLong(Map.Entry::getValue).max().orElseThrow();
            StringBuilder sql = new StringBuilder(piece.size() * 50 + 200);
            sql.append("UPDATE ").append(table).append(SqlText.BY_PRIMARY_KEY);
            sql.append(" SET ").append(column).append(" = ").append(column).append(" + ");
            SqlText.caseOf(sql, key, piece, id, Map.Entry::getValue);
            sql.append(" WHERE ").append(key).append(" IN (");
            SqlText.list(sql, piece, id);
            sql.append(") AND ")
                    .append(column)
                    .append(" <= ")
                    .append(Limits.BALANCE - largest)
                    .append(condition);
            check(session.update(sql) == piece.size(), "a wallet or a product is full, limited or not there");
        }
    }

    private static void check(boolean asExpected, String otherwise) {
        if (!asExpected) {
            throw new WrongGuessException(otherwise);
        }
    }
}
