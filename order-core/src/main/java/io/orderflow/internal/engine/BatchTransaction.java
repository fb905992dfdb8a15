package io.orderflow.internal.engine;

import io.orderflow.Limits;
import io.orderflow.internal.codec.Codes;
import io.orderflow.internal.codec.Fingerprint;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.engine.LockingReads.Undecided;
import io.orderflow.internal.sql.LogFlush;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlFailure;
import io.orderflow.internal.sql.Tables;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongFunction;
import java.util.function.Predicate;

/**
 * One batch on its way through one transaction. Used once, by one thread.
 *
 * <ol>
 *   <li>lock the order rows, ascending; not when none is expected, see {@link RowExpectation};
 *   <li>lock the wallet rows, ascending; read the order rows that were missing again: a batch that inserts one holds
 *       its wallet;
 *   <li>decide in memory on the stock as this process remembers it, if it does, and write lines and wallets
 *       accordingly;
 *   <li>lock the stock rows, ascending: most batches want the same ones, so they are held shortest;
 *   <li>decide in memory on the locked rows; if that is not what was written, roll back;
 *   <li>draw the batch's number: a batch that conflicts with this one draws before these locks or after their release,
 *       so the numbers are an order of all decisions;
 *   <li>write what is not written yet, commit.
 * </ol>
 *
 * <p>A batch that goes around what others hold takes the same locks in the same order, without waiting for any. What it
 * does not get, but finds by a read without a lock, is held by others, and the orders that need it are left out; what
 * it does not find either is missing, which is proved as ever. It locks the stock before it writes.
 */
final class BatchTransaction {
    private final Session session;
    private final Step.Watcher watcher;
    private final StockMemory memory;
    private final RowExpectation expectation;
    private final Tables tables;
    private LockingReads reads;
    private boolean around;
    private boolean onlyWithRows;
    private boolean inserting;

    /** Whether no row of the orders was looked for: the INSERT fails if there is one. */
    private boolean unseen;

    private List<OrderEntry> delivered = List.of();
    private List<UUID> closing = List.of();
    private List<UUID> recovered = List.of();

    /** Orders whose rows others may be inserting. */
    private Set<UUID> inserted = Set.of();

    private Map<UUID, OrderRow> rows = new HashMap<>();
    private final List<OrderEntry> undecided = new ArrayList<>();
    private final List<OrderEntry> conflicts = new ArrayList<>();
    private final Set<UUID> waiting = new HashSet<>();
    private final HeldRows held = new HeldRows();
    private int skipped;

    BatchTransaction(
            Tables tables, Session session, Step.Watcher watcher, StockMemory memory, RowExpectation expectation) {
        this.tables = tables;
        this.session = session;
        this.watcher = watcher;
        this.memory = memory;
        this.expectation = expectation;
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

    /**
     * Whether the last thing that was begun is to insert the orders without a row; a failure is that of inserting then.
     */
    boolean isInserting() {
        return inserting;
    }

    BatchResult run() throws SQLException {
        try {
            return decideAll();
        } catch (SQLException e) {
            if (SqlFailure.of(e) == SqlFailure.DUPLICATE_KEY) {
                taken();
            }
            throw e;
        }
    }

    /** H2 calls a key that another has inserted and not committed a duplicate, if it is not the first row's. */
    private void taken() {
        if (unseen) {
            expectation.met();
            throw new RetryBatchException("an order of the batch has a row already");
        }
        if (inserting && !around) {
            throw new HeldKeyException();
        }
    }

    private BatchResult decideAll() throws SQLException {
        lockOrders();
        if (undecided.isEmpty()) {
            return nothingDecided();
        }
        Ledger ledger = new Ledger();
        lockWallets(ledger);
        checkStillMissing();
        // early, while no stock is locked; what conflicts is not decided, and its group tells of it
        if (conflicts.isEmpty()) {
            BatchWrites.removeGroups(tables, session, closing);
        }
        Optional<Written> early = writeEarly(ledger);
        lockStock(ledger);
        orderUnknowns(ledger);
        if (undecided.isEmpty()) {
            return nothingDecided();
        }
        watcher.reached(Step.LOCKED);
        List<Verdict> verdicts = decide(ledger);
        BatchWrites writes = early.isPresent() ? confirmed(early.get(), ledger, verdicts) : takings(verdicts, ledger);
        long batch =
                BatchWrites.drawNumber(tables, session, undecided.size(), BatchWrites.oldest(session, undecided, rows));
        watcher.reached(Step.NUMBERED);
        writes.writeOrders(batch);
        inserting = true;
        writes.insertOrders(batch);
        inserting = false;
        writes.writeStock(ledger);
        watcher.reached(Step.WRITTEN);
        session.connection().commit();
        memory.keep(ledger);
        return new BatchResult(batch, verdicts, conflicts, skipped, waiting, held);
    }

    private BatchResult nothingDecided() throws SQLException {
        if (skipped > 0 && recovered.isEmpty()) {
            // a skipped order is acked, and its row may be the only one that has it
            LogFlush.changeSomething(session, tables, OrderIds.next());
        }
        // not rolled back: H2 may then undo what another has committed on a row that was only locked here
        session.connection().commit();
        return new BatchResult(0, List.of(), conflicts, skipped, waiting, held);
    }

    private void lockWallets(Ledger ledger) throws SQLException {
        Set<Long> buyers = buyers();
        reads.lockWallets(ledger, buyers);
        if (around) {
            held.buyers().addAll(reads.heldWallets(without(buyers, ledger::wallet)));
            leaveOut(entry -> held.buyers().contains(entry.buyer()));
        }
    }

    private void lockStock(Ledger ledger) throws SQLException {
        Set<Long> products = products();
        reads.lockStock(ledger, products);
        if (around) {
            held.products().addAll(reads.heldStock(without(products, ledger::stock)));
            leaveOut(held::concern);
        }
    }

    private static List<Long> without(Set<Long> ids, LongFunction<Object> account) {
        return ids.stream().filter(id -> account.apply(id) == null).toList();
    }

    /**
     * The order waits with all that was delivered under its id: which content is the first is decided with it, unless
     * its row says so.
     */
    private void leaveOut(Predicate<OrderEntry> which) {
        undecided.removeIf(entry -> which.test(entry) && waiting.add(entry.id()));
        if (!waiting.isEmpty()) {
            conflicts.removeIf(entry -> waiting.contains(entry.id()) && !rows.containsKey(entry.id()));
        }
    }

    /** Lines and wallets that were written before the stock was locked. */
    private record Written(Ledger guessed, List<Verdict> verdicts, BatchWrites writes) {}

    private Optional<Written> writeEarly(Ledger locked) throws SQLException {
        Ledger guessed = locked.withoutStock();
        if (around || !memory.recall(products(), guessed)) {
            return Optional.empty();
        }
        List<Verdict> verdicts = decide(guessed);
        return Optional.of(new Written(guessed, verdicts, takings(verdicts, guessed)));
    }

    private BatchWrites confirmed(Written early, Ledger locked, List<Verdict> verdicts) {
        boolean same = early.guessed().hasPricesOf(locked);
        for (int i = 0; same && i < verdicts.size(); i++) {
            same = verdicts.get(i).agreesWith(early.verdicts().get(i));
        }
        if (!same) {
            memory.wrong();
            throw new RetryBatchException("the stock is not what the batch was decided on");
        }
        return early.writes();
    }

    private BatchWrites takings(List<Verdict> verdicts, Ledger ledger) throws SQLException {
        BatchWrites writes = new BatchWrites(tables, session, verdicts, rows.keySet());
        writes.writeTakings(ledger);
        return writes;
    }

    private List<Verdict> decide(Ledger ledger) {
        return undecided.stream().map(entry -> Verdict.reach(entry, ledger)).toList();
    }

    private void lockOrders() throws SQLException {
        if (!recovered.isEmpty()) {
            lockRecovered();
            return;
        }
        unseen = !around && !expectation.isAny();
        if (unseen) {
            classify();
            return;
        }
        List<UUID> ids = sortedIds(delivered);
        rows = reads.lockOrders(ids);
        if (around && rows.size() < ids.size()) {
            held.orders()
                    .addAll(reads.heldOrders(
                            ids.stream().filter(id -> !rows.containsKey(id)).toList()));
        }
        if (around) {
            inserted.stream().filter(id -> !rows.containsKey(id)).forEach(held.orders()::add);
        } else {
            expectation.found(rows.size());
        }
        classify();
        if (around) {
            leaveOut(entry -> held.orders().contains(entry.id()) || onlyWithRows && !rows.containsKey(entry.id()));
        }
    }

    private void lockRecovered() throws SQLException {
        int lines = 0;
        for (Undecided found :
                reads.lockUndecided(recovered.stream().sorted(OrderIds.UNSIGNED).toList())) {
            OrderEntry entry = found.entry();
            lines += entry.lineCount();
            if (lines > Limits.BATCH_LINES) {
                break;
            }
            rows.put(entry.id(), found.row());
            undecided.add(entry);
        }
        skipped = recovered.size() - undecided.size();
        if (around && rows.size() < recovered.size()) {
            waiting.addAll(reads.undecided(
                    recovered.stream().filter(id -> !rows.containsKey(id)).toList()));
        }
    }

    /** The content in the row wins; where there is no row yet, the entry that came first. */
    private void classify() {
        Map<UUID, Fingerprint> taken = new HashMap<>();
        for (OrderEntry entry : delivered) {
            OrderRow row = rows.get(entry.id());
            Fingerprint first = row != null ? row.fingerprint() : taken.getOrDefault(entry.id(), entry.fingerprint());
            if (!first.equals(entry.fingerprint())) {
                conflicts.add(entry);
            } else if (taken.containsKey(entry.id()) || row != null && !Codes.isUndecided(row.status())) {
                skipped++;
            } else {
                taken.put(entry.id(), entry.fingerprint());
                undecided.add(entry);
            }
        }
    }

    private Set<Long> buyers() {
        Set<Long> buyers = new HashSet<>();
        undecided.forEach(entry -> buyers.add(entry.buyer()));
        return buyers;
    }

    private Set<Long> products() {
        Set<Long> products = new HashSet<>();
        for (OrderEntry entry : undecided) {
            for (int i = 0; i < entry.lineCount(); i++) {
                products.add(entry.product(i));
            }
        }
        return products;
    }

    private void checkStillMissing() throws SQLException {
        if (unseen) {
            return;
        }
        List<OrderEntry> missing = undecided.stream()
                .filter(entry -> !rows.containsKey(entry.id()))
                .toList();
        if (!missing.isEmpty() && !reads.lockOrders(sortedIds(missing)).isEmpty()) {
            throw new RetryBatchException("an order of the batch was inserted meanwhile");
        }
    }

    /**
     * A missing row cannot be locked. A transaction that creates products or wallets draws its number under one guard
     * row. So taking it here decides whether that came before: then its rows are seen now, and the batch runs again
     * with them.
     */
    private void orderUnknowns(Ledger ledger) throws SQLException {
        List<Long> noWallet = without(buyers(), ledger::wallet);
        List<Long> noProduct = without(products(), ledger::stock);
        if (noWallet.isEmpty() && noProduct.isEmpty()) {
            return;
        }
        if (!reads.lockGuard() && around) {
            HeldRows unknown = new HeldRows(Set.of(), Set.copyOf(noWallet), Set.copyOf(noProduct));
            leaveOut(unknown::concern);
        } else if (reads.anyWallet(noWallet) || reads.anyStock(noProduct)) {
            throw new RetryBatchException("a wallet or product of the batch was created meanwhile");
        }
    }

    private static List<UUID> sortedIds(Collection<OrderEntry> entries) {
        return entries.stream()
                .map(OrderEntry::id)
                .distinct()
                .sorted(OrderIds.UNSIGNED)
                .toList();
    }
}
