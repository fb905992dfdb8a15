package io.orderflow.internal.engine;

import io.orderflow.AdjustmentResult;
import io.orderflow.AdjustmentResult.Refusal;
import io.orderflow.Limits;
import io.orderflow.internal.codec.BatchKind;
import io.orderflow.internal.codec.DecisionNumber;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.engine.Ledger.Account;
import io.orderflow.internal.engine.Ledger.StockAccount;
import io.orderflow.internal.sql.LogFlush;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.internal.sql.Tables;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;

/**
 * Adjustments of one kind of account on their way through one transaction, with the same order of locks and the same
 * numbers as a batch of orders. Used once, by one thread.
 */
public final class AdjustmentTransaction {
    private final Tables tables;
    private final Session session;
    private final List<Adjustment> adjustments;
    private final LockingReads reads;
    private final Ledger ledger = new Ledger();
    private final Set<Long> created = new LinkedHashSet<>();
    private final Map<UUID, Recorded> recorded = new HashMap<>();
    private final List<Outcome> outcomes = new ArrayList<>();
    private long batch;
    private int appliedCount;

    /** What stands in the tables under a reference; without a decision when this very transaction writes it. */
    private record Recorded(int kind, long subject, long amount, long unitPrice, OptionalLong decision) {}

    /** What becomes of one adjustment; {@code place} counts the applied ones. */
    private record Outcome(Adjustment adjustment, What what, long after, int place, Optional<Refusal> refusal) {}

    private enum What {
        APPLIED,
        DUPLICATE,
        CONFLICT,
        REFUSED
    }

    /**
     * Prepares the transaction.
     *
     * @param adjustments 1 to 500, all of wallets or all of products
     */
    public AdjustmentTransaction(Tables tables, Session session, List<Adjustment> adjustments) {
        this.tables = tables;
        this.session = session;
        this.adjustments = adjustments;
        this.reads = new LockingReads(tables, session);
    }

    /**
     * Runs and commits.
     *
     * @return one result for each adjustment, in the same order
     * @throws SQLException if the transaction could not be done, or its commit is in doubt
     */
    public List<AdjustmentResult> run() throws SQLException {
        session.transaction(() -> {
            lockAccounts();
            // after the locks: another with the same reference holds the same account
            readRecorded();
            adjustments.forEach(adjustment -> outcomes.add(evaluate(adjustment)));
            write();
            return outcomes;
        });
        return outcomes.stream().map(this::result).toList();
    }

    private boolean isWallet() {
        return adjustments.get(0).kind().isWallet();
    }

    private void readRecorded() throws SQLException {
        StringBuilder sql = new StringBuilder("SELECT id, kind, subject, amount, unit_price, batch_id, place FROM ");
        sql.append(tables.adjustment()).append(" WHERE id IN (");
        SqlText.list(sql, adjustments, (text, adjustment) -> SqlText.id(text, adjustment.id()));
        try (Statement statement = session.statement();
                ResultSet row = statement.executeQuery(sql.append(')').toString())) {
            while (row.next()) {
                OptionalLong decision = OptionalLong.of(DecisionNumber.of(row.getLong(6), row.getInt(7)));
                recorded.put(
                        OrderIds.fromBytes(row.getBytes(1), 0),
                        new Recorded(row.getInt(2), row.getLong(3), row.getLong(4), row.getLong(5), decision));
            }
        }
    }

    private void lockAccounts() throws SQLException {
        Set<Long> subjects = new LinkedHashSet<>();
        adjustments.forEach(adjustment -> subjects.add(adjustment.subject()));
        if (isWallet()) {
            reads.lockWallets(ledger, subjects);
        } else {
            reads.lockStock(ledger, subjects);
        }
    }

    private Outcome evaluate(Adjustment adjustment) {
        Recorded before = recorded.get(adjustment.id());
        if (before != null) {
            boolean same = adjustment.sameAs(before.kind(), before.subject(), before.amount(), before.unitPrice());
            return new Outcome(adjustment, same ? What.DUPLICATE : What.CONFLICT, 0, 0, Optional.empty());
        }
        Optional<Refusal> refusal = refusal(adjustment);
        if (refusal.isPresent()) {
            return new Outcome(adjustment, What.REFUSED, 0, 0, refusal);
        }
        int place = appliedCount++;
        recorded.put(
                adjustment.id(),
                new Recorded(
                        adjustment.kind().code(),
                        adjustment.subject(),
                        adjustment.amount(),
                        adjustment.unitPrice(),
                        OptionalLong.empty()));
        return new Outcome(adjustment, What.APPLIED, apply(adjustment), place, Optional.empty());
    }

    private Account account(long subject) {
        return isWallet() ? ledger.wallet(subject) : ledger.stock(subject);
    }

    private Optional<Refusal> refusal(Adjustment adjustment) {
        Account account = account(adjustment.subject());
        if (adjustment.kind().creates()) {
            return account == null
                    ? Optional.empty()
                    : Optional.of(isWallet() ? Refusal.ALREADY_OPEN : Refusal.ALREADY_DEFINED);
        }
        if (account == null) {
            return Optional.of(isWallet() ? Refusal.UNKNOWN_BUYER : Refusal.UNKNOWN_PRODUCT);
        }
        if (account.now() + adjustment.added() < 0) {
            return Optional.of(isWallet() ? Refusal.INSUFFICIENT_FUNDS : Refusal.INSUFFICIENT_STOCK);
        }
        return account.now() + adjustment.added() > Limits.BALANCE
                ? Optional.of(Refusal.LIMIT_EXCEEDED)
                : Optional.empty();
    }

    /** Changes the ledger and returns what the adjustment left. */
    private long apply(Adjustment adjustment) {
        long subject = adjustment.subject();
        switch (adjustment.kind()) {
            case OPEN -> {
                ledger.putWallet(subject, adjustment.amount());
                created.add(subject);
            }
            case DEFINE -> {
                ledger.putStock(subject, adjustment.amount(), adjustment.unitPrice());
                created.add(subject);
            }
            case SET_PRICE -> {
                ledger.stock(subject).setPrice(adjustment.unitPrice());
                return adjustment.unitPrice();
            }
            case SET_MAX_PER_BUYER -> {
                StockAccount product = ledger.stock(subject);
                product.setLimit(product.limit().with(adjustment.amount()));
                return adjustment.amount();
            }
            case REMOVE_MAX_PER_BUYER -> {
                ledger.stock(subject).setLimit(BuyerLimit.NONE);
                return 0;
            }
            default -> account(subject).add(adjustment.amount());
        }
        return account(subject).now();
    }

    private void write() throws SQLException {
        List<Outcome> applied = outcomes.stream()
                .filter(outcome -> outcome.what() == What.APPLIED)
                .toList();
        if (applied.isEmpty()) {
            if (outcomes.stream().anyMatch(outcome -> outcome.what() == What.DUPLICATE)) {
                LogFlush.changeSomething(session, tables, OrderIds.next());
            }
            return;
        }
        if (!created.isEmpty()) {
            insertCreated();
            reads.lockGuard();
        }
        batch = BatchNumber.draw(tables, session, BatchKind.ADJUSTED, applied.size(), "NULL");
        insertAdjustments(applied);
        if (isWallet()) {
            BatchWrites.updateAccounts(
                    session, tables.wallet(), "buyer", "balance", old(ledger.changedWallets()), Account::now);
        } else {
            BatchWrites.updateAccounts(
                    session, tables.stock(), "product", "available", old(ledger.changedStock()), Account::now);
            BatchWrites.updateAccounts(
                    session,
                    tables.stock(),
                    "product",
                    "unit_price",
                    old(ledger.changedPrices()),
                    StockAccount::unitPrice);
            writeLimits();
        }
    }

    /** Also those of products that came into being just now: since when they count is known when the number is. */
    private void writeLimits() throws SQLException {
        List<StockAccount> changed = ledger.changedLimits();
        BatchWrites.updateAccounts(
                session,
                tables.stock(),
                "product",
                "max_per_buyer",
                changed,
                product -> product.limit().most());
        BatchWrites.updateAccounts(
                session,
                tables.stock(),
                "product",
                "counted_since",
                changed,
                product -> product.limit().since(batch));
    }

    private <A extends Account> List<A> old(List<A> changed) {
        return changed.stream().filter(account -> !created.contains(account.id)).toList();
    }

    private void insertCreated() throws SQLException {
        List<Long> subjects = created.stream().sorted().toList();
        StringBuilder sql = new StringBuilder("INSERT INTO ");
        if (isWallet()) {
            sql.append(tables.wallet()).append(" (buyer, balance) VALUES ");
            SqlText.list(
                    sql,
                    subjects,
                    (text, buyer) -> text.append('(')
                            .append(buyer)
                            .append(',')
                            .append(ledger.wallet(buyer).now())
                            .append(')'));
        } else {
            sql.append(tables.stock()).append(" (product, available, unit_price) VALUES ");
            SqlText.list(
                    sql,
                    subjects,
                    (text, product) -> text.append('(')
                            .append(product)
                            .append(',')
                            .append(ledger.stock(product).now())
                            .append(',')
                            .append(ledger.stock(product).unitPrice())
                            .append(')'));
        }
        session.update(sql);
    }

    private void insertAdjustments(List<Outcome> applied) throws SQLException {
        String sql = "INSERT INTO " + tables.adjustment()
                + " (id, kind, subject, amount, unit_price, batch_id, place, reference) VALUES "
                + "(?, ?, ?, ?, ?, ?, ?, ?)" + ", (?, ?, ?, ?, ?, ?, ?, ?)".repeat(applied.size() - 1);
        try (PreparedStatement statement = session.connection().prepareStatement(sql)) {
            int i = 0;
            for (Outcome outcome : applied) {
                Adjustment adjustment = outcome.adjustment();
                statement.setBytes(++i, OrderIds.toBytes(adjustment.id()));
                statement.setInt(++i, adjustment.kind().code());
                statement.setLong(++i, adjustment.subject());
                statement.setLong(++i, adjustment.amount());
                statement.setLong(++i, adjustment.unitPrice());
                statement.setLong(++i, batch);
                statement.setInt(++i, outcome.place());
                statement.setString(++i, adjustment.reference());
            }
            statement.executeUpdate();
        }
    }

    private AdjustmentResult result(Outcome outcome) {
        String reference = outcome.adjustment().reference();
        return switch (outcome.what()) {
            case APPLIED ->
                new AdjustmentResult.Applied(reference, outcome.after(), DecisionNumber.of(batch, outcome.place()));
            case DUPLICATE -> new AdjustmentResult.Duplicate(reference, decisionOf(outcome));
            case CONFLICT -> new AdjustmentResult.Conflict(reference);
            case REFUSED ->
                new AdjustmentResult.Refused(reference, outcome.refusal().orElseThrow());
        };
    }

    /** The number of the adjustment that came first, which may be one of this transaction. */
    private long decisionOf(Outcome duplicate) {
        UUID id = duplicate.adjustment().id();
        OptionalLong decision = recorded.get(id).decision();
        return decision.isPresent()
                ? decision.getAsLong()
                : outcomes.stream()
                        .filter(outcome -> outcome.what() == What.APPLIED
                                && outcome.adjustment().id().equals(id))
                        .mapToLong(outcome -> DecisionNumber.of(batch, outcome.place()))
                        .findFirst()
                        .orElseThrow();
    }
}
