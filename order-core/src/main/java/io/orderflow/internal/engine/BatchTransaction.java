package io.orderflow.internal.engine;

import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.sql.LogFlush;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlFailure;
import io.orderflow.internal.sql.Tables;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongFunction;

/**
 * One batch on its way through one transaction. Used once, by one thread.
 *
 * <ol>
 *   <li>lock the order rows, ascending; not those that are not expected, see {@link NoRows}, and not that of an order
 *       which comes alone, see {@link LoneRow};
 *   <li>lock the wallet rows of those whose wallet pays, ascending; read the order rows that were missing again: a
 *       batch that inserts one holds its wallet. Where no wallet pays, its key tells;
 *   <li>lock the stock rows, ascending: most batches want the same ones, so they are held shortest; and what the buyers
 *       have of those products that have a limit;
 *   <li>draw the batch's number, unless deciding is paused ({@link PauseRow}): a batch that conflicts with this one
 *       draws before these locks or after their release, so the numbers are an order of all decisions;
 *   <li>write the order rows, commit.
 * </ol>
 *
 * <p>There are two ways to lock wallets and stock. Where all orders can be expected to be completed, the updates that
 * take money and pieces lock them: {@link GuardedUpdates} match all rows only if the batch was right. If it was not,
 * its transaction ends, and it runs again the other way. That reads wallets and stock under locks and decides on them;
 * lines and wallets are written before the stock is locked, if this process remembers the stock, and the batch is
 * rolled back if the locked rows say something else. A batch with a product that is known to have a limit goes by the
 * reads, and writes nothing early: what its buyers have of that is remembered nowhere.
 *
 * <p>A batch that goes around what others hold takes the same locks in the same order, without waiting for any. What it
 * does not get, but finds by a read without a lock, is held by others, and the orders that need it are left out; what
 * it does not find either is missing, which is proved as ever. It reads, and locks the stock before it writes.
 */
final class BatchTransaction {
    private final Session session;
    private final Step.Watcher watcher;
    private final Experience experience;
    private final PauseGate pause;
    private final Tables tables;
    private LockingReads reads;
    private boolean around;
    private boolean onlyWithRows;
    private boolean inserting;

    /** Whether the row of the only order is locked with the number, and nothing of it was read before. */
    private boolean alone;

    private List<OrderEntry> delivered = List.of();
    private List<UUID> closing = List.of();
    private List<UUID> recovered = List.of();

    /** Orders whose rows others may be inserting. */
    private Set<UUID> inserted = Set.of();

    private BatchOrders orders;

    BatchTransaction(Tables tables, Session session, Step.Watcher watcher, Experience experience, PauseGate pause) {
        this.pause = pause;
        this.tables = tables;
        this.session = session;
        this.watcher = watcher;
        this.experience = experience;
        this.reads = new LockingReads(tables, session);
    }

    /** The batch consists of orders from a queue. */
    BatchTransaction deliver(List<OrderEntry> entries) {
        delivered = entries;
        return this;
    }

    /** With these orders all of these groups are decided. */
    BatchTransaction closing(List<UUID> groups) {
        closing = groups;
        return this;
    }

    /** The batch consists of orders from the journal. */
    BatchTransaction recover(List<UUID> ids) {
        recovered = ids;
        return this;
    }

    /** The batch waits for no row: orders whose rows others hold are left out. */
    BatchTransaction around() {
        around = true;
        reads = LockingReads.around(tables, session);
        return this;
    }

    /** Of a batch that goes around: leaves out those of these orders that have no row which is committed. */
    BatchTransaction leavingOut(Set<UUID> orders) {
        inserted = orders;
        return this;
    }

    /** Of a batch that goes around: leaves out the orders that have no row yet. */
    BatchTransaction withRows() {
        onlyWithRows = true;
        return this;
    }

    /** Whether the last thing that was begun is to insert lines or orders; a failure is that of inserting then. */
    boolean isInserting() {
        return inserting;
    }

    BatchResult run() throws SQLException {
        try {
            return decideAll();
        } catch (SQLException e) {
            if (SqlFailure.of(e) == SqlFailure.DUPLICATE_KEY) {
                keyTaken();
            }
            throw e;
        }
    }

    /** H2 calls a key that another has inserted and not committed a duplicate, if it is not the first row's. */
    private void keyTaken() {
        if (alone) {
            // its lines are there
            throw notAsJournaled();
        }
        if (orders.wasBlind()) {
            throw new RetryBatchException("an order of the batch has a row already");
        }
        if (inserting && !around) {
            throw new HeldKeyException();
        }
    }

    private BatchResult decideAll() throws SQLException {
        lockOrders();
        if (orders.undecided().isEmpty()) {
            return nothingDecided();
        }
        Optional<Ledger> recalled =
                around ? Optional.empty() : experience.stock().recall(orders.products());
        Optional<Taken> taken = recalled.isPresent() ? takeUnread(recalled.get()) : Optional.empty();
        if (taken.isEmpty()) {
            taken = takeRead(recalled);
        }
        return taken.isEmpty() ? nothingDecided() : conclude(taken.get());
    }

    private void lockOrders() throws SQLException {
        orders = new BatchOrders(reads, experience.noRows(), around);
        if (!recovered.isEmpty()) {
            orders.lockUndecided(recovered);
        } else if (around) {
            orders.lockAround(delivered, inserted, onlyWithRows);
        } else {
            lockDelivered();
        }
    }

    private void lockDelivered() throws SQLException {
        boolean one = delivered.size() == 1 && !experience.noRows().now().test(delivered.get(0));
        alone = one && experience.loneRow().holds();
        if (alone) {
            orders.presume(delivered.get(0));
            return;
        }
        orders.lock(delivered);
        if (one) {
            experience.loneRow().seen(orders.areAllAsJournaled());
        }
    }

    /**
     * Money and pieces of a batch are taken, and all its locks are held.
     *
     * @param ledger what the verdicts were reached on
     * @param read whether the ledger says what was in the rows
     */
    private record Taken(Ledger ledger, List<Verdict> verdicts, BatchWrites writes, boolean read) {}

    private BatchResult conclude(Taken taken) throws SQLException {
        long batch = alone ? drawWithRow(taken.verdicts().get(0)) : drawNumber(taken.verdicts());
        watcher.reached(Step.NUMBERED);
        taken.writes().writeOrders(batch);
        insert(() -> taken.writes().insertOrders(batch));
        watcher.reached(Step.WRITTEN);
        session.connection().commit();
        if (taken.read()) {
            experience.stock().keep(taken.ledger());
        } else {
            experience.stock().take(taken.ledger());
        }
        return orders.result(batch, taken.verdicts());
    }

    /** Adds rows that another may be adding too. */
    @FunctionalInterface
    private interface Insert {
        void run() throws SQLException;
    }

    private void insert(Insert insert) throws SQLException {
        inserting = true;
        insert.run();
        inserting = false;
    }

    private long drawNumber(List<Verdict> verdicts) throws SQLException {
        String oldest = BatchWrites.oldest(session, orders.undecided(), orders.rows());
        OptionalLong drawn =
                BatchNumber.drawToDecide(tables, session, verdicts.size(), oldest, Verdict.members(verdicts));
        return pause.drawn(session, drawn).orElseThrow(PauseGate::resumedMeanwhile);
    }

    private long drawWithRow(Verdict verdict) throws SQLException {
        return pause.drawn(session, LoneRow.drawNumber(tables, session, verdict))
                .orElseThrow(this::notAsJournaled);
    }

    private WrongGuessException notAsJournaled() {
        experience.loneRow().failed();
        return new WrongGuessException("the row of the only order is decided, held, of another content or not there");
    }

    /**
     * Takes by counts alone; nothing, and nothing done, if the batch may have orders that are rejected.
     *
     * @param believed the products as they are remembered; the wallets are added
     */
    private Optional<Taken> takeUnread(Ledger believed) throws SQLException {
        Set<Long> buyers = orders.buyers();
        if (!buyers.isEmpty() && !experience.enoughMoney().holds()) {
            return Optional.empty();
        }
        buyers.forEach(believed::believe);
        List<Verdict> verdicts = decide(believed);
        if (!verdicts.stream().allMatch(Verdict::completed)) {
            return Optional.empty();
        }
        GuardedUpdates updates = new GuardedUpdates(tables, session);
        BatchWrites writes = new BatchWrites(tables, session, verdicts, orders.rows());
        if (!updates.charge(believed)) {
            experience.enoughMoney().failed();
            throw new WrongGuessException("a wallet of the batch has too little, or is missing");
        }
        orders.checkStillMissing();
        removeGroups();
        insert(() -> writes.insertLines(believed));
        if (!updates.takeStock(believed)) {
            experience.stock().wrong();
            throw new WrongGuessException("a product of the batch has too little or another price, or is missing");
        }
        watcher.reached(Step.LOCKED);
        return Optional.of(new Taken(believed, verdicts, writes, false));
    }

    /** Takes from what was locked and read; nothing if no order is left that could be decided. */
    private Optional<Taken> takeRead(Optional<Ledger> recalled) throws SQLException {
        Ledger ledger = new Ledger();
        lockWallets(ledger);
        orders.checkStillMissing();
        removeGroups();
        Optional<Written> early =
                recalled.isPresent() ? Optional.of(writeEarly(ledger.withStockOf(recalled.get()))) : Optional.empty();
        lockStock(ledger);
        orderUnknowns(ledger);
        if (orders.undecided().isEmpty()) {
            return Optional.empty();
        }
        watcher.reached(Step.LOCKED);
        List<Verdict> verdicts = decide(ledger);
        BatchWrites writes = early.isPresent() ? confirmed(early.get(), ledger, verdicts) : takings(verdicts, ledger);
        writes.writeStock(ledger);
        BatchWrites.writePurchases(tables, session, ledger);
        experience.enoughMoney().seen(GuardedUpdates.wouldCharge(ledger, verdicts));
        return Optional.of(new Taken(ledger, verdicts, writes, true));
    }

    /** Early, while no stock is locked. What conflicts is not decided, and its group tells of it. */
    private void removeGroups() throws SQLException {
        if (orders.conflicts().isEmpty()) {
            BatchWrites.removeGroups(tables, session, closing);
        }
    }

    private BatchResult nothingDecided() throws SQLException {
        if (orders.skipped() > 0 && recovered.isEmpty()) {
            // a skipped order is acked, and its row may be the only one that has it
            LogFlush.changeSomething(session, tables, OrderIds.next());
        }
        // not rolled back: H2 may then undo what another has committed on a row that was only locked here
        session.connection().commit();
        return orders.result(0, List.of());
    }

    private void lockWallets(Ledger ledger) throws SQLException {
        Set<Long> buyers = orders.buyers();
        reads.lockWallets(ledger, buyers);
        if (around) {
            orders.held().buyers().addAll(reads.heldWallets(without(buyers, ledger::wallet)));
            orders.leaveOut(orders.held()::concern);
        }
    }

    private void lockStock(Ledger ledger) throws SQLException {
        Set<Long> products = orders.products();
        reads.lockStock(ledger, products);
        if (around) {
            orders.held().products().addAll(reads.heldStock(without(products, ledger::stock)));
            orders.leaveOut(orders.held()::concern);
        }
        lockPurchases(ledger);
    }

    private void lockPurchases(Ledger ledger) throws SQLException {
        Set<Share> shares = Share.of(orders.undecided(), ledger);
        reads.lockPurchases(ledger, shares);
        if (around) {
            List<Share> notLocked = shares.stream()
                    .filter(share -> !ledger.purchase(share).hasRow())
                    .toList();
            orders.held().products().addAll(reads.heldPurchases(notLocked));
            orders.leaveOut(orders.held()::concern);
        }
    }

    private static List<Long> without(Set<Long> ids, LongFunction<Object> account) {
        return ids.stream().filter(id -> account.apply(id) == null).toList();
    }

    /** Lines and wallets that were written before the stock was locked. */
    private record Written(Ledger guessed, List<Verdict> verdicts, BatchWrites writes) {}

    private Written writeEarly(Ledger guessed) throws SQLException {
        List<Verdict> verdicts = decide(guessed);
        return new Written(guessed, verdicts, takings(verdicts, guessed));
    }

    private BatchWrites confirmed(Written early, Ledger locked, List<Verdict> verdicts) {
        boolean same = early.guessed().hasPricesOf(locked);
        for (int i = 0; same && i < verdicts.size(); i++) {
            same = verdicts.get(i).agreesWith(early.verdicts().get(i));
        }
        if (!same) {
            experience.stock().wrong();
            throw new WrongGuessException("the stock is not what the batch was decided on");
        }
        return early.writes();
    }

    private BatchWrites takings(List<Verdict> verdicts, Ledger ledger) throws SQLException {
        BatchWrites writes = new BatchWrites(tables, session, verdicts, orders.rows());
        insert(() -> writes.insertLines(ledger));
        writes.writeWallets(ledger);
        return writes;
    }

    private List<Verdict> decide(Ledger ledger) {
        return orders.undecided().stream()
                .map(entry -> Verdict.reach(entry, ledger))
                .toList();
    }

    /**
     * A missing row cannot be locked. A transaction that creates products or wallets draws its number under one guard
     * row. So taking it here decides whether that came before: then its rows are seen now, and the batch runs again
     * with them.
     */
    private void orderUnknowns(Ledger ledger) throws SQLException {
        List<Long> noWallet = without(orders.buyers(), ledger::wallet);
        List<Long> noProduct = without(orders.products(), ledger::stock);
        if (noWallet.isEmpty() && noProduct.isEmpty()) {
            return;
        }
        if (!reads.lockGuard() && around) {
            HeldRows unknown = new HeldRows(Set.of(), Set.copyOf(noWallet), Set.copyOf(noProduct));
            orders.leaveOut(unknown::concern);
        } else if (reads.anyWallet(noWallet) || reads.anyStock(noProduct)) {
            throw new RetryBatchException("a wallet or product of the batch was created meanwhile");
        }
    }
}
