package io.orderflow.internal.admin;

import io.orderflow.Page;
import io.orderflow.Wallets.Entry;
import io.orderflow.internal.codec.Codes;
import io.orderflow.internal.codec.DecisionNumber;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.engine.Adjustment.Kind;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.internal.sql.SqlTime;
import io.orderflow.internal.sql.Tables;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/**
 * What changed one wallet, newest decision first. The decision number is in no index of the orders, since every order
 * would pay for it, so a page looks at the buyer's orders by the time they were created:
 *
 * <ol>
 *   <li>it takes the newest orders, some more than it needs, and reads the page as if there were no others;
 *   <li>an order that was not looked at and belongs on the page is older than those, and a batch since the page's last
 *       entry decided it. Each batch has the time before which none of its orders was created. Where that is earlier
 *       than what was looked at, the page is read again from there on;
 *   <li>where too few are found, or too many batches would have to be asked, four times as many orders are taken. All
 *       orders of the buyer need no proof.
 * </ol>
 *
 * <p>All transactions that change a wallet hold its row until they commit. So whoever sees an entry sees all before it,
 * and what was decided before a page's last entry never changes. Used once, by one thread.
 */
final class WalletHistory {
    private static final int GROWTH = 4;

    /** A batch's row costs about as much less than an order that is looked for in the table. */
    private static final int BATCHES_FOR_AN_ORDER = 10;

    private final Tables tables;
    private final Handle handle;
    private final long buyer;
    private final Position position;
    private final int limit;

    /** Of one buyer, from a position on. */
    WalletHistory(Tables tables, Handle handle, long buyer, Position position, int size) {
        this.tables = tables;
        this.handle = handle;
        this.buyer = buyer;
        this.position = position;
        this.limit = size + 1;
    }

    /**
     * Where a page begins.
     *
     * @param before its entries have smaller decision numbers
     * @param createdUntil none of their orders was created later, in microseconds since 1970
     */
    record Position(long before, long createdUntil) {
        static final Position NEWEST = new Position(Long.MAX_VALUE, SqlTime.LAST);

        /** Reads what {@link #toString} has written. */
        static Position of(String next) {
            int cut = next.indexOf('_');
            try {
                Position position = new Position(
                        Long.parseLong(next.substring(0, Math.max(0, cut))), Long.parseLong(next.substring(cut + 1)));
                if (position.createdUntil < SqlTime.FIRST || position.createdUntil > SqlTime.LAST) {
                    throw new IllegalArgumentException("no column holds this time: " + position.createdUntil);
                }
                return position;
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("after must be the next of a page of this wallet: " + next, e);
            }
        }

        @Override
        public String toString() {
            return before + "_" + createdUntil;
        }
    }

    /** Reads the page. */
    Page<Entry> page() throws SQLException {
        for (long orders = limit; ; orders *= GROWTH) {
            OptionalLong from = createdAtOf(orders);
            List<Entry> found = entries(from);
            while (from.isPresent() && found.size() == limit) {
                Floor floor = floor(found.get(limit - 1), orders * BATCHES_FOR_AN_ORDER);
                if (!floor.known()) {
                    break;
                }
                if (floor.created() >= from.getAsLong()) {
                    return page(found, from);
                }
                from = OptionalLong.of(floor.created());
                found = entries(from);
            }
            if (from.isEmpty()) {
                return page(found, from);
            }
        }
    }

    private Page<Entry> page(List<Entry> found, OptionalLong from) throws SQLException {
        if (found.size() < limit) {
            return new Page<>(withTotals(found), Optional.empty());
        }
        List<Entry> entries = found.subList(0, limit - 1);
        long last = entries.get(limit - 2).decision();
        return new Page<>(withTotals(entries), Optional.of(new Position(last, newestBefore(last, from)).toString()));
    }

    /**
     * The lines of an order never change, so that they are read when the page is known. What has a reference has its
     * amount already.
     */
    private List<Entry> withTotals(List<Entry> entries) throws SQLException {
        Map<UUID, Long> totals = new HashMap<>();
        List<UUID> orders = entries.stream()
                .filter(entry -> entry.reference().isEmpty())
                .flatMap(entry -> entry.order().stream())
                .toList();
        for (List<UUID> piece : SqlText.pieces(orders, SqlText.PIECE)) {
            StringBuilder sql = new StringBuilder("SELECT order_id, SUM(quantity * unit_price) FROM ")
                    .append(tables.orderLine())
                    .append(" WHERE order_id IN (");
            SqlText.list(sql, piece, SqlText::id);
            try (Statement statement = handle.getConnection().createStatement();
                    ResultSet row = statement.executeQuery(
                            sql.append(") GROUP BY order_id").toString())) {
                while (row.next()) {
                    totals.put(OrderIds.fromBytes(row.getBytes(1), 0), row.getLong(2));
                }
            }
        }
        return entries.stream().map(entry -> withTotal(entry, totals)).toList();
    }

    private static Entry withTotal(Entry entry, Map<UUID, Long> totals) {
        return entry.reference().isPresent()
                ? entry
                : new Entry(
                        -totals.getOrDefault(entry.order().get(), 0L),
                        entry.order(),
                        entry.reference(),
                        entry.decision(),
                        entry.at());
    }

    /** When the order was created that has so many from the position on; empty if there are fewer. */
    private OptionalLong createdAtOf(long place) {
        String sql = "SELECT " + SqlTime.micros("created_at") + " FROM <orders> WHERE buyer = :buyer"
                + created(OptionalLong.empty()) + " ORDER BY created_at DESC LIMIT 1 OFFSET " + (place - 1);
        try (Query query = query(sql)) {
            return query.mapTo(Long.class).stream().mapToLong(Long::longValue).findFirst();
        }
    }

    /** When the newest of those orders was created that were decided before; what was not looked at is older. */
    private long newestBefore(long decision, OptionalLong from) {
        String sql = "SELECT " + SqlTime.micros("MAX(created_at)") + " FROM <orders> WHERE buyer = :buyer" + charged()
                + created(from) + before(decision);
        try (Query query = query(sql)) {
            return query.map((row, context) -> SqlTime.microsIfAny(row, 1))
                    .one()
                    .orElse(from.orElse(SqlTime.FIRST));
        }
    }

    /**
     * One statement, so that adjustments, orders and refunds are of one moment: no entry that is older than what was
     * seen is missing.
     */
    private List<Entry> entries(OptionalLong from) {
        String range = before(position.before()) + " ORDER BY batch_id DESC, place DESC LIMIT " + limit;
        String adjustments = "SELECT amount, NULL AS order_id, reference, batch_id, place FROM <adjustment>"
                + " WHERE subject = :buyer AND kind >= " + Kind.FIRST_WALLET_CODE + range;
        String orders = "SELECT 0, id, NULL, batch_id, place FROM <orders> WHERE buyer = :buyer" + charged()
                + created(from) + range;
        String refunds = "SELECT credited, order_id, reference, batch_id, place FROM <change> WHERE buyer = :buyer"
                + " AND credited > 0" + range;
        try (Query query = query("SELECT e.amount, e.order_id, e.reference, e.batch_id, e.place, "
                + SqlTime.micros("b.decided_at") + " FROM ((" + adjustments + ") UNION ALL (" + orders
                + ") UNION ALL (" + refunds
                + ")) e JOIN <batch> b ON b.id = e.batch_id ORDER BY e.batch_id DESC, e.place DESC LIMIT " + limit)) {
            return query.map((row, context) -> entry(row)).list();
        }
    }

    /**
     * Before when none of the orders was created that were decided since an entry.
     *
     * @param known whether it was found out
     */
    private record Floor(boolean known, long created) {}

    private Floor floor(Entry last, long batches) {
        String sql = "SELECT COUNT(*), " + SqlTime.micros("MIN(oldest)") + " FROM (SELECT oldest FROM <batch>"
                + " WHERE id BETWEEN " + DecisionNumber.batch(last.decision()) + " AND "
                + DecisionNumber.batch(position.before()) + " ORDER BY id LIMIT " + batches + ") b";
        try (Query query = query(sql)) {
            return query.map((row, context) -> new Floor(
                            row.getLong(1) < batches,
                            SqlTime.microsIfAny(row, 2).orElse(SqlTime.LAST)))
                    .one();
        }
    }

    /** Of the buyer's orders, those that the wallet paid, whatever was given back since. */
    private static String charged() {
        return " AND status IN (" + Codes.charged() + ") AND " + Codes.walletPays("request");
    }

    private String created(OptionalLong from) {
        String until = " AND created_at \\<= " + SqlTime.literal(position.createdUntil());
        return from.isPresent() ? until + " AND created_at >= " + SqlTime.literal(from.getAsLong()) : until;
    }

    private static String before(long decision) {
        long batch = DecisionNumber.batch(decision);
        return " AND (batch_id \\< " + batch + " OR batch_id = " + batch + " AND place \\< "
                + DecisionNumber.place(decision) + ")";
    }

    private Query query(String sql) {
        Query query = handle.createQuery(sql)
                .define("adjustment", tables.adjustment())
                .define("orders", tables.orders())
                .define("change", tables.orderChange())
                .define("batch", tables.batch());
        return sql.contains(":buyer") ? query.bind("buyer", buyer) : query;
    }

    private static Entry entry(ResultSet row) throws SQLException {
        Optional<UUID> order = Optional.ofNullable(row.getBytes(2)).map(id -> OrderIds.fromBytes(id, 0));
        return new Entry(
                row.getLong(1),
                order,
                Optional.ofNullable(row.getString(3)),
                DecisionNumber.of(row.getLong(4), row.getInt(5)),
                SqlTime.instant(row, 6));
    }
}
