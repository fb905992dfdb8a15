package io.orderflow.internal.engine;

import io.orderflow.RejectReason;
import io.orderflow.internal.engine.Ledger.Account;
import io.orderflow.internal.engine.Ledger.StockAccount;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.internal.sql.Tables;
import java.sql.SQLException;
import java.util.List;

/**
 * Updates that take from wallets and stock which nobody has read, and only where enough is there: the number of rows
 * that they match tells whether all had it. They lock what they take from as the reads of {@link LockingReads} do, by
 * primary key, ascending, in pieces of at most 500 keys.
 *
 * <p>A short list is compared amount by amount. A long one asks each account for the largest amount of all, since a
 * list of comparisons costs the server a tenth of the whole batch. That is asking too much of an account that has
 * enough for its own and not for the largest; then the batch is decided on what it reads.
 */
final class GuardedUpdates {
    /** Accounts whose amounts are compared one by one. */
    private static final int SHORT = 32;

    private final Tables tables;
    private final Session session;

    GuardedUpdates(Tables tables, Session session) {
        this.tables = tables;
        this.session = session;
    }

    /** Whether {@link #charge} would have done for a batch that has read its wallets. */
    static boolean wouldCharge(Ledger read, List<Verdict> verdicts) {
        List<Account> wallets = read.wallets();
        long largest = largest(wallets);
        return verdicts.stream().noneMatch(GuardedUpdates::lacksMoney)
                && (isShort(wallets) || wallets.stream().allMatch(wallet -> wallet.before() >= largest));
    }

    private static boolean lacksMoney(Verdict verdict) {
        return verdict.rejectReason()
                .filter(reason -> reason == RejectReason.UNKNOWN_BUYER || reason == RejectReason.INSUFFICIENT_FUNDS)
                .isPresent();
    }

    /**
     * Takes from each wallet of the ledger what was charged there, nothing from some.
     *
     * @return whether all of them exist and had enough
     */
    boolean charge(Ledger ledger) throws SQLException {
        List<Account> wallets = ledger.wallets();
        return take(tables.wallet(), "buyer", "balance", wallets, isShort(wallets), (sql, piece) -> {});
    }

    /**
     * Takes from each product of the ledger what was sold of it.
     *
     * @return whether all of them exist, had enough, have the ledger's price, and have no limit for each buyer: another
     *     process may have set one, and who may have more is told by rows that nobody has read here
     */
    boolean takeStock(Ledger ledger) throws SQLException {
        List<StockAccount> products = ledger.products();
        long largest = largest(products);
        boolean each = isShort(products) || products.stream().anyMatch(product -> product.before() < largest);
        return take(tables.stock(), "product", "available", products, each, (sql, piece) -> {
            sql.append(" AND max_per_buyer = 0 AND unit_price = ");
            SqlText.caseOf(sql, "product", piece, GuardedUpdates::id, StockAccount::unitPrice);
        });
    }

    private <A extends Account> boolean take(
            String table, String key, String column, List<A> accounts, boolean each, SqlText.Appender<List<A>> more)
            throws SQLException {
        long largest = largest(accounts);
        int matched = 0;
        for (List<A> piece : SqlText.pieces(accounts, SqlText.PIECE)) {
            StringBuilder sql = new StringBuilder(piece.size() * 70 + 200);
            sql.append("UPDATE ").append(table).append(SqlText.BY_PRIMARY_KEY).append(" SET ");
            sql.append(column).append(" = ").append(column).append(" - ");
            SqlText.caseOf(sql, key, piece, GuardedUpdates::id, Account::taken);
            sql.append(" WHERE ").append(key).append(" IN (");
            SqlText.list(sql, piece, GuardedUpdates::id);
            sql.append(") AND ").append(column).append(" >= ");
            if (each) {
                SqlText.caseOf(sql, key, piece, GuardedUpdates::id, Account::taken);
            } else {
                sql.append(largest);
            }
            more.append(sql, piece);
            matched += session.update(sql);
        }
        return matched == accounts.size();
    }

    private static boolean isShort(List<? extends Account> accounts) {
        return accounts.size() <= SHORT;
    }

    private static long largest(List<? extends Account> accounts) {
        return accounts.stream().mapToLong(Account::taken).max().orElse(0);
    }

    private static void id(StringBuilder sql, Account account) {
        sql.append(account.id);
    }
}
