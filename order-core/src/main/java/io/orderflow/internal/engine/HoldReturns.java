package io.orderflow.internal.engine;

import io.orderflow.Limits;
import io.orderflow.internal.codec.Codes;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.engine.Ledger.Account;
import io.orderflow.internal.engine.LockingReads.StatusRow;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.internal.sql.Tables;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Gives back what reserved orders took, as a part of a transaction that has locked their rows. The stock comes last: an
 * update locks it and adds the pieces, where no product gets too many. Used once, by one thread.
 */
final class HoldReturns {
    private final Tables tables;
    private final Session session;
    private final Set<Long> full;
    private final Ledger ledger = new Ledger();
    private final Remainders remainders = new Remainders();
    private final Map<Long, Long> restocked = new TreeMap<>();

    /**
     * Prepares to give back.
     *
     * @param full products that are known to have no room for more pieces
     */
    HoldReturns(Tables tables, Session session, Set<Long> full) {
        this.tables = tables;
        this.session = session;
        this.full = full;
    }

    /** What one order gets back. */
    record Return(Map<Integer, Integer> pieces, long amount, long credited) {}

    /** A transaction that gives something back. */
    @FunctionalInterface
    interface Attempt<R> {
        R run() throws SQLException;
    }

    /** Runs a transaction, and again without what belongs to products that turned out to be full. */
    static <R> R run(Function<Set<Long>, Attempt<R>> attempt) throws SQLException {
        Set<Long> full = new HashSet<>();
        while (true) {
            try {
                return attempt.apply(Set.copyOf(full)).run();
            } catch (FullStockException e) {
                full.addAll(e.products());
            }
        }
    }

    /**
     * Reads the lines of those of the orders that are reserved, and locks the wallets that paid for them.
     *
     * @param rows the orders, locked
     * @param stockReads locks their products already now, and what their buyers have of those with a limit, instead of
     *     when they are given back; that is needed where there is such a product
     * @param stockFirst whether to do it where there is none
     */
    void prepare(LockingReads reads, Map<UUID, StatusRow> rows, LockingReads stockReads, boolean stockFirst)
            throws SQLException {
        Map<UUID, StatusRow> reserved = new HashMap<>(rows);
        reserved.values().removeIf(row -> row.status() != Codes.RESERVED);
        if (reserved.isEmpty()) {
            return;
        }
        remainders.read(
                tables,
                session,
                reserved.keySet().stream().sorted(OrderIds.UNSIGNED).toList());
        reads.lockWallets(
                ledger,
                reserved.values().stream()
                        .filter(StatusRow::walletPays)
                        .map(StatusRow::buyer)
                        .collect(Collectors.toSet()));
        if (stockFirst || remainders.areLimited()) {
            lockStock(stockReads, reserved);
        }
    }

    /** Whether something is a product's with a limit for each buyer. */
    boolean areLimited() {
        return remainders.areLimited();
    }

    private void lockStock(LockingReads reads, Map<UUID, StatusRow> reserved) throws SQLException {
        Set<Long> products = new HashSet<>();
        reserved.keySet().forEach(order -> products.addAll(products(order)));
        reads.lockStock(ledger, products);
        Set<Share> shares = new TreeSet<>();
        reserved.forEach((order, row) -> products(order).stream()
                .filter(ledger::isLimited)
                .forEach(product -> shares.add(new Share(product, row.buyer()))));
        reads.lockPurchases(ledger, shares);
    }

    /** Whether an order's wallet is locked, if it has one. */
    boolean hasWallet(StatusRow row) {
        return !row.walletPays() || ledger.wallet(row.buyer()) != null;
    }

    /** Whether an order's products are locked. */
    boolean hasStock(UUID order) {
        return products(order).stream().allMatch(product -> ledger.stock(product) != null);
    }

    private Set<Long> products(UUID order) {
        Remainder remainder = remainders.of(order);
        return remainder.byProduct(remainder.rest()).keySet();
    }

    /** Gives one back in memory; empty, and nothing done, if the wallet or a product would have too much. */
    Optional<Return> giveBack(UUID order, StatusRow row) {
        Remainder remainder = remainders.of(order);
        Map<Integer, Integer> pieces = remainder.rest();
        Map<Long, Long> products = remainder.byProduct(pieces);
        long amount = remainder.amountOf(pieces);
        if (products.entrySet().stream().anyMatch(more -> isFull(more.getKey(), more.getValue()))) {
            return Optional.empty();
        }
        if (row.walletPays()) {
            Account wallet = Ledger.required(ledger.wallet(row.buyer()), "wallet of buyer ", row.buyer());
            if (wallet.now() + amount > Limits.BALANCE) {
                return Optional.empty();
            }
            wallet.add(amount);
        }
        products.forEach((product, more) -> {
            restocked.merge(product, more, Long::sum);
            ledger.giveBack(new Share(product, row.buyer()), more, row.batch());
        });
        return Optional.of(new Return(pieces, amount, row.walletPays() ? amount : 0));
    }

    /** Where the products are locked already, it is seen now. */
    private boolean isFull(long product, long more) {
        Account account = ledger.stock(product);
        return full.contains(product)
                || account != null && account.now() + restocked.getOrDefault(product, 0L) + more > Limits.BALANCE;
    }

    /**
     * Writes what {@link #giveBack} did, all but the pieces of each order.
     *
     * @param orders those that were given back
     * @param status what they become
     * @throws FullStockException if a product would have too many pieces
     */
    void write(List<UUID> orders, int status) throws SQLException {
        List<UUID> sorted = orders.stream().sorted(OrderIds.UNSIGNED).toList();
        end(tables, session, sorted, status);
        BatchWrites.updateAccounts(session, tables.wallet(), "buyer", "balance", ledger.changedWallets(), Account::now);
        for (List<Map.Entry<Long, Long>> piece : SqlText.pieces(List.copyOf(restocked.entrySet()), SqlText.PIECE)) {
            restock(piece);
        }
        BatchWrites.writePurchases(tables, session, ledger);
    }

    /**
     * Ends holds: orders get another status.
     *
     * @param orders reserved ones, ascending, at least one
     */
    static void end(Tables tables, Session session, List<UUID> orders, int status) throws SQLException {
        int matched = updateReserved(tables, session, orders, status);
        BatchWrites.expect(matched, orders.size(), tables.orders(), orders.get(0));
        deleteHolds(tables, session, orders);
    }

    /** Gives those of the orders that are reserved another status, and says how many they were. */
    static int updateReserved(Tables tables, Session session, List<UUID> orders, int status) throws SQLException {
        StringBuilder sql = new StringBuilder(orders.size() * 36 + 200);
        sql.append("UPDATE ").append(tables.orders()).append(SqlText.BY_PRIMARY_KEY);
        sql.append(" SET status = ").append(status).append(" WHERE id IN (");
        SqlText.list(sql, orders, SqlText::id);
        return session.update(sql.append(") AND status = ").append(Codes.RESERVED));
    }

    /** Deletes the holds of orders that are locked. */
    static void deleteHolds(Tables tables, Session session, List<UUID> orders) throws SQLException {
        // of many tables, to the servers: for one they take no hint, and a scan would lock what others delete
        StringBuilder sql = new StringBuilder(orders.size() * 36 + 200);
        sql.append("DELETE /*! h */ FROM ").append(tables.hold());
        sql.append(" /*! AS h FORCE INDEX (PRIMARY) */ WHERE order_id IN (");
        SqlText.list(sql, orders, SqlText::id);
        session.update(sql.append(')'));
    }

    private void restock(List<Map.Entry<Long, Long>> piece) throws SQLException {
        SqlText.Appender<Map.Entry<Long, Long>> id = SqlText.Appender.number(Map.Entry::getKey);
        StringBuilder more = new StringBuilder(piece.size() * 30);
        SqlText.caseOf(more, "product", piece, id, Map.Entry::getValue);
        StringBuilder sql = new StringBuilder(piece.size() * 100 + 200);
        sql.append("UPDATE ").append(tables.stock()).append(SqlText.BY_PRIMARY_KEY);
        sql.append(" SET available = available + ").append(more).append(" WHERE product IN (");
        SqlText.list(sql, piece, id);
        sql.append(") AND available <= ").append(Limits.BALANCE).append(" - ").append(more);
        if (session.update(sql) != piece.size()) {
            throw whatIsFull();
        }
    }

    private FullStockException whatIsFull() throws SQLException {
        Ledger locked = new Ledger();
        new LockingReads(tables, session).lockStock(locked, restocked.keySet());
        Set<Long> without = restocked.keySet().stream()
                .filter(product -> Ledger.required(locked.stock(product), "product ", product)
                                        .now()
                                + restocked.get(product)
                        > Limits.BALANCE)
                .collect(Collectors.toSet());
        return new FullStockException(without);
    }
}
