package io.orderflow.internal.admin;

import io.orderflow.AdjustmentResult;
import io.orderflow.Page;
import io.orderflow.PageRequest;
import io.orderflow.Wallet;
import io.orderflow.WalletAdjustment;
import io.orderflow.Wallets;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.engine.Adjustment;
import io.orderflow.internal.engine.Adjustment.Kind;
import io.orderflow.internal.engine.Codes;
import io.orderflow.internal.engine.DecisionNumber;
import io.orderflow.internal.sql.SqlTime;
import io.orderflow.internal.sql.Tables;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
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
        List<Entry> newest = store.read(
                "the history of wallet " + buyer,
                handle -> Stream.concat(
                                adjustmentsBefore(handle, buyer, before, page.size() + 1).stream(),
                                ordersBefore(handle, buyer, before, page.size() + 1).stream())
                        .sorted(Comparator.comparingLong(Entry::decision).reversed())
                        .limit(page.size() + 1)
                        .toList());
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

    private List<Entry> adjustmentsBefore(Handle handle, long buyer, long before, int limit) {
        String select = "SELECT a.amount, a.reference, a.batch_id, a.place, " + SqlTime.micros("b.decided_at")
                + " FROM <table> a JOIN <batch> b" + " ON b.id = a.batch_id WHERE a.subject = :buyer AND a.kind >= "
                + Kind.FIRST_WALLET_CODE;
        try (Query query = before(handle, select, "a", buyer, before, limit)) {
            return query.define("table", tables.adjustment())
                    .map((row, context) -> entry(row, Optional.empty(), Optional.of(row.getString(2))))
                    .list();
        }
    }

    private List<Entry> ordersBefore(Handle handle, long buyer, long before, int limit) {
        String select = "SELECT -o.total, o.id, o.batch_id, o.place, " + SqlTime.micros("b.decided_at")
                + " FROM <table> o JOIN <batch> b" + " ON b.id = o.batch_id WHERE o.buyer = :buyer AND o.status = "
                + Codes.COMPLETED;
        try (Query query = before(handle, select, "o", buyer, before, limit)) {
            return query.define("table", tables.orders())
                    .map((row, context) ->
                            entry(row, Optional.of(OrderIds.fromBytes(row.getBytes(2), 0)), Optional.empty()))
                    .list();
        }
    }

    private Query before(Handle handle, String select, String alias, long buyer, long before, int limit) {
        return handle.createQuery(
                        select + " AND (<t>.batch_id \\< :batch OR <t>.batch_id = :batch AND <t>.place \\< :place)"
                                + " ORDER BY <t>.batch_id DESC, <t>.place DESC LIMIT <limit>")
                .define("t", alias)
                .define("batch", tables.batch())
                .define("limit", limit)
                .bind("buyer", buyer)
                .bind("batch", DecisionNumber.batch(before))
                .bind("place", DecisionNumber.place(before));
    }

    private static Entry entry(ResultSet row, Optional<UUID> order, Optional<String> reference) throws SQLException {
        return new Entry(
                row.getLong(1),
                order,
                reference,
                DecisionNumber.of(row.getLong(3), row.getInt(4)),
                SqlTime.instant(row, 5));
    }
}
