package io.orderflow.internal.admin;

import io.orderflow.AdjustmentResult;
import io.orderflow.Page;
import io.orderflow.PageRequest;
import io.orderflow.Wallet;
import io.orderflow.WalletAdjustment;
import io.orderflow.Wallets;
import io.orderflow.internal.admin.WalletHistory.Position;
import io.orderflow.internal.engine.Adjustment;
import io.orderflow.internal.engine.Adjustment.Kind;
import io.orderflow.internal.sql.Tables;
import java.util.List;
import java.util.Optional;
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
        Position position = page.after().map(Position::of).orElse(Position.NEWEST);
        return store.read(
                "the history of wallet " + buyer,
                handle -> new WalletHistory(tables, handle, buyer, position, page.size()).page());
    }
}
