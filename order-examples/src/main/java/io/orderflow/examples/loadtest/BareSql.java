package io.orderflow.examples.loadtest;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/**
 * The row changes of accepting and deciding orders as SQL text, made of numbers and hex digits alone: the fastest form
 * that was found. No value is read and nothing is checked, which is what makes these programs a ceiling and not a shop.
 */
final class BareSql {
    /** As long as what the library stores: 16 bytes, and a request of one line. */
    private static final String FINGERPRINT = "x'000102030405060708090a0b0c0d0e0f'";

    private static final String REQUEST = "x'0101000102030405060708090a0b0c0d0e0f1011'";

    private final String prefix;

    BareSql(String prefix) {
        this.prefix = prefix;
    }

    /** One statement that inserts the orders as pending rows. */
    String accept(List<BareOrder> orders) {
        StringBuilder sql = new StringBuilder(
                "INSERT INTO " + prefix + "orders (id, buyer, status, fingerprint, request, created_at) VALUES ");
        String separator = "";
        for (BareOrder order : orders) {
            sql.append(separator)
                    .append("(x'")
                    .append(order.id())
                    .append("',")
                    .append(order.buyer())
                    .append(",0," + FINGERPRINT + "," + REQUEST + ",NOW(6))");
            separator = ",";
        }
        return sql.toString();
    }

    /** The statements that lock and read what {@link #decide} changes, in the same order of tables. */
    List<String> lock(List<BareOrder> orders) {
        return List.of(
                "SELECT id, buyer, status, fingerprint FROM " + prefix + "orders WHERE id IN (" + ids(orders)
                        + ") FOR UPDATE",
                "SELECT buyer, balance FROM " + prefix + "wallet WHERE buyer IN ("
                        + keys(sums(orders, BareOrder::buyer)) + ") FOR UPDATE",
                "SELECT product, available, unit_price FROM " + prefix + "stock WHERE product IN ("
                        + keys(sums(orders, BareOrder::product)) + ") FOR UPDATE");
    }

    /** The statement that draws a decision number for the batch. */
    String batch(int size) {
        return "INSERT INTO " + prefix + "batch (decided_at, size) VALUES (NOW(6), " + size + ")";
    }

    /** The statements that complete the orders: wallets, stock, order rows, lines. */
    List<String> decide(List<BareOrder> orders, long batch) {
        return List.of(
                subtract("wallet", "balance", "buyer", sums(orders, BareOrder::buyer)),
                subtract("stock", "available", "product", counts(orders)),
                complete(orders, batch),
                lines(orders));
    }

    private String complete(List<BareOrder> orders, long batch) {
        StringBuilder places = new StringBuilder();
        StringBuilder totals = new StringBuilder();
        for (int i = 0; i < orders.size(); i++) {
            String when = " WHEN x'" + orders.get(i).id() + "' THEN ";
            places.append(when).append(i);
            totals.append(when).append(orders.get(i).price());
        }
        return "UPDATE " + prefix + "orders SET status = 1, batch_id = " + batch + ", place = CASE id" + places
                + " END, total = CASE id" + totals + " END WHERE id IN (" + ids(orders) + ")";
    }

    private String lines(List<BareOrder> orders) {
        StringBuilder sql = new StringBuilder(
                "INSERT INTO " + prefix + "order_line (order_id, line_no, product, quantity, unit_price) VALUES ");
        String separator = "";
        for (BareOrder order : orders) {
            sql.append(separator)
                    .append("(x'")
                    .append(order.id())
                    .append("',0,")
                    .append(order.product())
                    .append(",1,")
                    .append(order.price())
                    .append(')');
            separator = ",";
        }
        return sql.toString();
    }

    private String subtract(String table, String column, String key, SortedMap<Long, Long> amounts) {
        StringBuilder cases = new StringBuilder();
        amounts.forEach((id, amount) ->
                cases.append(" WHEN ").append(id).append(" THEN ").append(amount));
        return "UPDATE " + prefix + table + " SET " + column + " = " + column + " - CASE " + key + cases + " END WHERE "
                + key + " IN (" + keys(amounts) + ")";
    }

    private static String ids(List<BareOrder> orders) {
        StringBuilder ids = new StringBuilder();
        for (BareOrder order : orders) {
            ids.append(ids.isEmpty() ? "x'" : ",x'").append(order.id()).append('\'');
        }
        return ids.toString();
    }

    private static String keys(SortedMap<Long, Long> map) {
        StringBuilder keys = new StringBuilder();
        for (long key : map.keySet()) {
            keys.append(keys.isEmpty() ? "" : ",").append(key);
        }
        return keys.toString();
    }

    private static SortedMap<Long, Long> sums(List<BareOrder> orders, ToLongFunction<BareOrder> key) {
        SortedMap<Long, Long> sums = new TreeMap<>();
        orders.forEach(order -> sums.merge(key.applyAsLong(order), order.price(), Long::sum));
        return sums;
    }

    private static SortedMap<Long, Long> counts(List<BareOrder> orders) {
        SortedMap<Long, Long> counts = new TreeMap<>();
        orders.forEach(order -> counts.merge(order.product(), 1L, Long::sum));
        return counts;
    }
}
