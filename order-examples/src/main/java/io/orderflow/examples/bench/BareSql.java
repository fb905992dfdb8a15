package io.orderflow.examples.bench;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/**
 * The row changes of accepting and deciding orders as SQL text, made of numbers and hex digits alone: the fastest form
 * that was found. No value is read and nothing is checked, which is what makes these programs a ceiling and not a shop.
 */
final class BareSql {
    /** A comment to H2; the other servers need not look for an index. */
    private static final String BY_PRIMARY_KEY = " /*! FORCE INDEX (PRIMARY) */";

    /** Keys that a server compares one after the other before a tree of comparisons is cheaper. */
    private static final int LEAF = 16;

    private final String prefix;

    BareSql(String prefix) {
        this.prefix = prefix;
    }

    /** One statement that inserts the orders as pending rows. */
    String accept(List<BareOrder> orders) {
        StringBuilder sql = new StringBuilder("INSERT INTO " + prefix
                + "orders (id, buyer, status, fingerprint, request, place, created_at) VALUES ");
        String separator = "(x'";
        for (BareOrder order : orders) {
            sql.append(separator)
                    .append(order.id())
                    .append("',")
                    .append(order.buyer())
                    .append(",0,x'")
                    .append(order.fingerprint())
                    .append("',x'")
                    .append(order.request())
                    .append("',0,NOW(6))");
            separator = ",(x'";
        }
        return sql.toString();
    }

    /** The statements that lock and read what {@link #decide} changes, in the same order of tables as the library. */
    List<String> lock(List<BareOrder> orders) {
        return List.of(
                "SELECT id, status, fingerprint FROM " + prefix + "orders" + BY_PRIMARY_KEY + " WHERE id IN ("
                        + String.join(",", ids(orders)) + ") FOR UPDATE",
                "SELECT buyer, balance FROM " + prefix + "wallet" + BY_PRIMARY_KEY + " WHERE buyer IN ("
                        + String.join(",", spent(orders).keySet()) + ") FOR UPDATE",
                "SELECT product, available, unit_price FROM " + prefix + "stock" + BY_PRIMARY_KEY
                        + " WHERE product IN (" + String.join(",", sold(orders).keySet()) + ") FOR UPDATE");
    }

    /** The statement that draws a decision number for the batch. */
    String batch(List<BareOrder> orders) {
        String members = orders.stream().map(BareOrder::id).collect(Collectors.joining());
        return "INSERT INTO " + prefix + "batch (decided_at, size, kind, members) VALUES (NOW(6), " + orders.size()
                + ", 1, x'" + members + "')";
    }

    /**
     * The statements that complete the orders: order rows, lines, wallets, and the stock last, which others wait for.
     */
    List<String> decide(List<BareOrder> orders, long batch) {
        return List.of(
                complete(orders, batch),
                lines(orders),
                subtract("wallet", "balance", "buyer", spent(orders)),
                subtract("stock", "available", "product", sold(orders)));
    }

    private String complete(List<BareOrder> orders, long batch) {
        SortedMap<String, Long> places = new TreeMap<>();
        SortedMap<String, Long> totals = new TreeMap<>();
        for (int i = 0; i < orders.size(); i++) {
            String id = id(orders.get(i));
            places.put(id, (long) i);
            totals.put(id, orders.get(i).price());
        }
        StringBuilder sql = new StringBuilder(orders.size() * 130 + 200)
                .append("UPDATE " + prefix + "orders" + BY_PRIMARY_KEY + " SET status = 1, batch_id = ")
                .append(batch)
                .append(", place = ");
        caseOf(sql, "id", List.copyOf(places.entrySet()));
        sql.append(", total = ");
        caseOf(sql, "id", List.copyOf(totals.entrySet()));
        return sql.append(" WHERE id IN (")
                .append(String.join(",", places.keySet()))
                .append(')')
                .toString();
    }

    private String lines(List<BareOrder> orders) {
        StringBuilder sql = new StringBuilder(
                "INSERT INTO " + prefix + "order_line (order_id, line_no, product, quantity, unit_price) VALUES ");
        String separator = "(x'";
        for (BareOrder order : orders) {
            sql.append(separator)
                    .append(order.id())
                    .append("',0,")
                    .append(order.product())
                    .append(",1,")
                    .append(order.price())
                    .append(')');
            separator = ",(x'";
        }
        return sql.toString();
    }

    private String subtract(String table, String column, String key, SortedMap<String, Long> amounts) {
        StringBuilder sql = new StringBuilder(amounts.size() * 50 + 200)
                .append("UPDATE " + prefix + table + BY_PRIMARY_KEY + " SET " + column + " = " + column + " - ");
        caseOf(sql, key, List.copyOf(amounts.entrySet()));
        return sql.append(" WHERE " + key + " IN (")
                .append(String.join(",", amounts.keySet()))
                .append(')')
                .toString();
    }

    /** Appends an expression that gives each key its value: a tree of comparisons with short lists as leaves. */
    private static void caseOf(StringBuilder sql, String key, List<Map.Entry<String, Long>> values) {
        if (values.size() > LEAF) {
            int middle = values.size() / 2;
            sql.append("CASE WHEN " + key + "<").append(values.get(middle).getKey());
            sql.append(" THEN ");
            caseOf(sql, key, values.subList(0, middle));
            sql.append(" ELSE ");
            caseOf(sql, key, values.subList(middle, values.size()));
            sql.append(" END");
            return;
        }
        sql.append("CASE ").append(key);
        values.forEach(value ->
                sql.append(" WHEN ").append(value.getKey()).append(" THEN ").append(value.getValue()));
        sql.append(" END");
    }

    private static String id(BareOrder order) {
        return "x'" + order.id() + "'";
    }

    private static List<String> ids(List<BareOrder> orders) {
        return orders.stream().map(BareSql::id).sorted().toList();
    }

    private static SortedMap<String, Long> spent(List<BareOrder> orders) {
        return sums(orders, BareOrder::buyer, BareOrder::price);
    }

    private static SortedMap<String, Long> sold(List<BareOrder> orders) {
        return sums(orders, BareOrder::product, order -> 1);
    }

    /** Sums by key; the keys have the same number of digits, so that as text they sort as numbers do. */
    private static SortedMap<String, Long> sums(
            List<BareOrder> orders, ToLongFunction<BareOrder> key, ToLongFunction<BareOrder> value) {
        SortedMap<String, Long> sums = new TreeMap<>();
        orders.forEach(order -> sums.merge(Long.toString(key.applyAsLong(order)), value.applyAsLong(order), Long::sum));
        return sums;
    }
}
