package io.orderflow.internal.admin;

import io.orderflow.AdjustmentResult;
import io.orderflow.Page;
import io.orderflow.PageRequest;
import io.orderflow.Wallet;
import io.orderflow.WalletAdjustment;
import io.orderflow.Wallets;
import io.orderflow.internal.codec.Codes;
import io.orderflow.internal.codec.DecisionNumber;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.engine.Adjustment;
import io.orderflow.internal.engine.Adjustment.Kind;
import io.orderflow.internal.sql.SqlTime;
import io.orderflow.internal.sql.Tables;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/** The wallets in the database. Thread-safe. */
public final class JdbcWallets implements Wallets {
    private final Tables tables;
    private final Store store;
    private final Adjustments adjustments;

    /** Wallets in the tables. */
    public JdbcWallets(Tables tables, Store store, Adjustments adjustments) {
        this.tables = tables;
        this.store = store;
        this.adjustments = adjustments;
    }

    @Override
    public AdjustmentResult open(long buyer, long balance, String reference) {
        return applyAll(List.of(WalletAdjustment.open(buyer, balance, reference)))
                .get(0);
    }

    @Override
    public AdjustmentResult deposit(long buyer, long amount, String reference) {
        return applyAll(List.of(WalletAdjustment.deposit(buyer, amount, reference)))
                .get(0);
    }

    @Override
    public AdjustmentResult withdraw(long buyer, long amount, String reference) {
        return applyAll(List.of(WalletAdjustment.withdraw(buyer, amount, reference)))
                .get(0);
    }

    @Override
    public List<AdjustmentResult> applyAll(List<WalletAdjustment> all) {
        return adjustments.apply(all.stream().map(JdbcWallets::adjustment).toList());
    }

    private static Adjustment adjustment(WalletAdjustment asked) {
        Kind kind = switch (asked.kind()) {
            case OPEN -> Kind.OPEN;
            case DEPOSIT -> Kind.DEPOSIT;
            case WITHDRAW -> Kind.WITHDRAW;
        };
        long amount = kind == Kind.WITHDRAW ? -asked.amount() : asked.amount();
        return new Adjustment(Adjustments.idOf(asked.reference()), kind, asked.buyer(), amount, 0, asked.reference());
    }

    @Override
    public Optional<Wallet> find(long buyer) {
        return store.read("the wallet of buyer " + buyer, handle -> {
            try (Query query = handle.createQuery("SELECT buyer, balance FROM <table> WHERE buyer = :buyer")) {
                return query.define("table", tables.wallet())
                        .bind("buyer", buyer)
                        .map((row, context) -> new Wallet(row.getLong(1), row.getLong(2)))
                        .findOne();
            }
        });
    }

    @Override
    public Page<Entry> history(long buyer, PageRequest page) {
        long before = page.after().map(JdbcWallets::position).orElse(Long.MAX_VALUE);
        List<Entry> newest =
                store.read("the history of wallet " + buyer, handle -> newest(handle, buyer, before, page.size() + 1));
        boolean more = newest.size() > page.size();
        List<Entry> entries = more ? newest.subList(0, page.size()) : newest;
        return new Page<>(
                entries,
                more ? Optional.of(Long.toString(entries.get(entries.size() - 1).decision())) : Optional.empty());
    }

    private static long position(String next) {
        try {
            return Long.parseLong(next);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("after must be the next of a page of this wallet: " + next, e);
        }
    }

    /**
     * One statement, so that adjustments and orders are of one moment: no entry that is older than what was seen is
     * missing.
     */
    private List<Entry> newest(Handle handle, long buyer, long before, int limit) {
        String range = " AND (batch_id \\< :batch OR batch_id = :batch AND place \\< :place)"
                + " ORDER BY batch_id DESC, place DESC LIMIT <limit>";
        String adjustments = "SELECT amount, NULL AS order_id, reference, batch_id, place FROM <adjustment>"
                + " WHERE subject = :buyer AND kind >= " + Kind.FIRST_WALLET_CODE + range;
        String orders = "SELECT -total, id, NULL, batch_id, place FROM <orders> WHERE buyer = :buyer AND status = "
                + Codes.COMPLETED + range;
        try (Query query = handle.createQuery(
                "SELECT e.amount, e.order_id, e.reference, e.batch_id, e.place, " + SqlTime.micros("b.decided_at")
                        + " FROM ((" + adjustments + ") UNION ALL (" + orders
                        + ")) e JOIN <batch> b ON b.id = e.batch_id"
                        + " ORDER BY e.batch_id DESC, e.place DESC LIMIT <limit>")) {
            return query.define("adjustment", tables.adjustment())
                    .define("orders", tables.orders())
                    .define("batch", tables.batch())
                    .define("limit", limit)
                    .bind("buyer", buyer)
                    .bind("batch", DecisionNumber.batch(before))
                    .bind("place", DecisionNumber.place(before))
                    .map((row, context) -> entry(row))
                    .list();
        }
    }

    private static Entry entry(ResultSet row) throws SQLException {
        return new Entry(
                row.getLong(1),
                Optional.ofNullable(row.getBytes(2)).map(id -> OrderIds.fromBytes(id, 0)),
                Optional.ofNullable(row.getString(3)),
                DecisionNumber.of(row.getLong(4), row.getInt(5)),
                SqlTime.instant(row, 6));
    }
}
