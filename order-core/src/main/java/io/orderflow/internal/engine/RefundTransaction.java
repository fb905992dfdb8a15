package io.orderflow.internal.engine;

import io.orderflow.Limits;
import io.orderflow.RefundResult;
import io.orderflow.internal.codec.Codes;
import io.orderflow.internal.codec.DecisionNumber;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.engine.Ledger.Account;
import io.orderflow.internal.engine.LockingReads.StatusRow;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.internal.sql.Tables;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.LongFunction;

/** Gives back what completed orders took. Used once, by one thread. */
public final class RefundTransaction extends ChangeTransaction<Refund, RefundResult> {
    private final Ledger ledger = new Ledger();
    private final Remainders remainders = new Remainders();

    /**
     * Prepares the transaction.
     *
     * @param refunds 1 to 500
     */
    public RefundTransaction(Tables tables, Session session, List<Refund> refunds) {
        super(tables, session, refunds);
    }

    /** Locks the accounts of all that may be done, so that each verdict is reached once, and in the order given. */
    @Override
    void prepare() throws SQLException {
        List<Refund> open = changes.stream()
                .filter(refund -> isRefundable(refund) && !recorded().containsKey(refund.id()))
                .toList();
        remainders.read(
                tables, session, open.stream().map(Refund::orderId).distinct().toList());
        recorded().values().forEach(this::takeOff);
        Set<Long> buyers = new TreeSet<>();
        Set<Long> products = new TreeSet<>();
        for (Refund refund : open) {
            StatusRow row = rows().get(refund.orderId());
            if (row.walletPays()) {
                buyers.add(row.buyer());
            }
            products.addAll(remainders.of(refund.orderId()).products(refund));
        }
        reads.lockWallets(ledger, buyers);
        reads.lockStock(ledger, products);
        reads.lockPurchases(ledger, shares(open));
    }

    private Set<Share> shares(List<Refund> open) {
        Set<Share> shares = new TreeSet<>();
        for (Refund refund : open) {
            long buyer = rows().get(refund.orderId()).buyer();
            remainders.of(refund.orderId()).products(refund).stream()
                    .filter(ledger::isLimited)
                    .forEach(product -> shares.add(new Share(product, buyer)));
        }
        return shares;
    }

    private boolean isRefundable(Refund refund) {
        StatusRow row = rows().get(refund.orderId());
        return row != null && Codes.isCompleted(row.status());
    }

    private void takeOff(Recorded before) {
        remainders
                .find(before.orderId())
                .ifPresent(remainder -> before.pieces().forEach((line, pieces) -> {
                    if (!remainder.has(line)) {
                        throw new BrokenInvariantException("order " + before.orderId() + " has a refund of line " + line
                                + ", which it does not have; rolled back. Did someone change rows? The audit names what"
                                + " differs");
                    }
                    remainder.take(line, pieces);
                }));
    }

    @Override
    RefundResult notFound(Refund refund) {
        return new RefundResult.NotFound(refund.orderId());
    }

    @Override
    RefundResult repeated(Refund refund, Recorded before, long batch) {
        boolean same = refund.kind().code() == before.kind()
                && refund.restock() == before.restocked()
                && (refund.kind() == OrderChange.Kind.REFUND_REST
                        || refund.pieces().equals(before.pieces()));
        return same
                ? new RefundResult.Duplicate(refund.orderId(), before.amount(), before.decision(batch))
                : new RefundResult.Conflict(refund.orderId());
    }

    @Override
    LongFunction<RefundResult> transition(Refund refund, StatusRow row) {
        UUID order = refund.orderId();
        if (!Codes.isCompleted(row.status())) {
            return batch -> new RefundResult.NotCompleted(order, Codes.status(row.status()));
        }
        Remainder remainder = remainders.of(refund.orderId());
        Optional<Integer> unknown = remainder.unknownLine(refund);
        if (unknown.isPresent()) {
            return batch -> new RefundResult.UnknownLine(order, unknown.get());
        }
        Map<Integer, Integer> pieces = remainder.piecesOf(refund);
        if (!remainder.covers(pieces)) {
            List<Integer> left = remainder.left();
            return batch -> new RefundResult.MoreThanLeft(order, left);
        }
        long amount = remainder.amountOf(pieces);
        long credited = row.walletPays() ? amount : 0;
        Map<Long, Long> products = remainder.byProduct(pieces);
        if (!give(row, credited, refund.restock() ? products : Map.of())) {
            return batch -> new RefundResult.LimitExceeded(order);
        }
        products.forEach((product, given) -> ledger.giveBack(new Share(product, row.buyer()), given, row.batch()));
        pieces.forEach(remainder::take);
        int place = apply(refund, row.buyer(), amount, credited, pieces, refund.restock());
        return batch -> new RefundResult.Refunded(order, amount, DecisionNumber.of(batch, place));
    }

    /** Changes the ledger, unless an account would have too much. */
    private boolean give(StatusRow row, long credited, Map<Long, Long> restocked) {
        boolean fits = !row.walletPays() || fits(wallet(row.buyer()), credited);
        for (Map.Entry<Long, Long> entry : restocked.entrySet()) {
            fits &= fits(product(entry.getKey()), entry.getValue());
        }
        if (fits) {
            if (row.walletPays()) {
                wallet(row.buyer()).add(credited);
            }
            restocked.forEach((product, pieces) -> product(product).add(pieces));
        }
        return fits;
    }

    private static boolean fits(Account account, long more) {
        return account.now() + more <= Limits.BALANCE;
    }

    private Account wallet(long buyer) {
        return Ledger.required(ledger.wallet(buyer), "wallet of buyer ", buyer);
    }

    private Account product(long product) {
        return Ledger.required(ledger.stock(product), "product ", product);
    }

    @Override
    void writeEffects(long batch, List<Applied<Refund>> applied) throws SQLException {
        insertPieces(applied);
        BatchWrites.updateAccounts(session, tables.wallet(), "buyer", "balance", ledger.changedWallets(), Account::now);
        BatchWrites.updateAccounts(
                session, tables.stock(), "product", "available", ledger.changedStock(), Account::now);
        BatchWrites.writePurchases(tables, session, ledger);
        endOrders(applied);
    }

    private void endOrders(List<Applied<Refund>> applied) throws SQLException {
        List<UUID> ended = applied.stream()
                .map(done -> done.change().orderId())
                .distinct()
                .filter(order -> remainders.of(order).isNothing())
                .sorted(OrderIds.UNSIGNED)
                .toList();
        if (ended.isEmpty()) {
            return;
        }
        StringBuilder sql = new StringBuilder("UPDATE ").append(tables.orders()).append(SqlText.BY_PRIMARY_KEY);
        sql.append(" SET status = ").append(Codes.REFUNDED).append(" WHERE id IN (");
        SqlText.list(sql, ended, SqlText::id);
        sql.append(") AND status = ").append(Codes.COMPLETED);
        BatchWrites.expect(session.update(sql), ended.size(), tables.orders(), ended.get(0));
    }
}
