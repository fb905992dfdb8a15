package io.orderflow.internal.engine;

import io.orderflow.Limits;
import io.orderflow.internal.codec.Codes;
import io.orderflow.internal.codec.Fingerprint;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.engine.LockingReads.Undecided;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The orders of one batch and their rows: which are to be decided, and what becomes of the others. Used once, by one
 * thread.
 */
final class BatchOrders {
    private final LockingReads reads;
    private final NoRows noRows;
    private final boolean around;

    /** Whether some rows were not looked for: the INSERT fails if there is one. */
    private boolean unseen;

    /** Orders whose rows were looked for, ascending. */
    private List<UUID> lookedFor = List.of();

    private Map<UUID, OrderRow> rows = new HashMap<>();
    private final List<OrderEntry> undecided = new ArrayList<>();
    private final List<OrderEntry> conflicts = new ArrayList<>();
    private final Set<UUID> waiting = new HashSet<>();
    private final HeldRows held = new HeldRows();
    private int skipped;

    /**
     * Creates the orders of a batch.
     *
     * @param around whether the reads leave out rows that others hold
     */
    BatchOrders(LockingReads reads, NoRows noRows, boolean around) {
        this.reads = reads;
        this.noRows = noRows;
        this.around = around;
    }

    /** Locks the rows of orders from a queue, ascending; not those that are not expected. */
    void lock(List<OrderEntry> delivered) throws SQLException {
        Predicate<OrderEntry> unexpected = noRows.now();
        unseen = delivered.stream().anyMatch(unexpected);
        look(delivered, unexpected.negate());
        noRows.seen(delivered, lookedFor, rows.keySet());
        classify(delivered);
    }

    private void look(List<OrderEntry> delivered, Predicate<OrderEntry> which) throws SQLException {
        lookedFor = delivered.stream()
                .filter(which)
                .map(OrderEntry::id)
                .distinct()
                .sorted(OrderIds.UNSIGNED)
                .toList();
        rows = reads.lockOrders(lookedFor);
    }

    private List<UUID> missing() {
        return lookedFor.stream().filter(id -> !rows.containsKey(id)).toList();
    }

    /** Takes an order as its row is expected to be; {@link LoneRow} locks it with the number. */
    void presume(OrderEntry order) {
        rows.put(order.id(), new OrderRow(Codes.PENDING, order.fingerprint(), 0, OrderRow.UNKNOWN));
        undecided.add(order);
    }

    /** Whether all orders have rows, and are undecided. */
    boolean areAllAsJournaled() {
        return conflicts.isEmpty() && skipped == 0 && rows.size() == undecided.size();
    }

    /**
     * Locks those of the rows that nobody holds; orders whose rows others hold are left out.
     *
     * @param inserted orders whose rows others may be inserting: left out if they have no row that is committed
     * @param onlyWithRows whether orders without a row are left out
     */
    void lockAround(List<OrderEntry> delivered, Set<UUID> inserted, boolean onlyWithRows) throws SQLException {
        look(delivered, id -> true);
        List<UUID> without = missing();
        if (!without.isEmpty()) {
            held.orders().addAll(reads.heldOrders(without));
            without.stream().filter(inserted::contains).forEach(held.orders()::add);
        }
        classify(delivered);
        leaveOut(entry -> held.orders().contains(entry.id()) || onlyWithRows && !rows.containsKey(entry.id()));
    }

    /** Locks the rows of orders from the journal that nobody else holds. */
    void lockUndecided(List<UUID> recovered) throws SQLException {
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
    private void classify(List<OrderEntry> delivered) {
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

    /**
     * The order waits with all that was delivered under its id: which content is the first is decided with it, unless
     * its row says so.
     */
    void leaveOut(Predicate<OrderEntry> which) {
        undecided.removeIf(entry -> which.test(entry) && waiting.add(entry.id()));
        if (!waiting.isEmpty()) {
            conflicts.removeIf(entry -> waiting.contains(entry.id()) && !rows.containsKey(entry.id()));
        }
    }

    /** Looks again for rows that were missing: with the wallets locked, whoever inserts one has done so. */
    void checkStillMissing() throws SQLException {
        List<UUID> missing = missing();
        if (missing.isEmpty()) {
            return;
        }
        Set<UUID> left = undecided.stream().map(OrderEntry::id).collect(Collectors.toSet());
        if (!reads.lockOrders(missing.stream().filter(left::contains).toList()).isEmpty()) {
            throw new RetryBatchException("an order of the batch was inserted meanwhile");
        }
    }

    /** An insert met a row. Whether that may be because it was not looked for; then the next batches look. */
    boolean wasBlind() {
        if (unseen) {
            noRows.failed();
        }
        return unseen;
    }

    /** Those that are to be decided, in the order of their decision. */
    List<OrderEntry> undecided() {
        return undecided;
    }

    /** The rows that are locked. */
    Map<UUID, OrderRow> rows() {
        return rows;
    }

    /** Entries whose content is not that of the order's row, or of the first with its id. */
    List<OrderEntry> conflicts() {
        return conflicts;
    }

    /** What others hold. */
    HeldRows held() {
        return held;
    }

    /** The buyers whose wallets are to pay for what is to be decided. */
    Set<Long> buyers() {
        Set<Long> buyers = new HashSet<>();
        for (OrderEntry entry : undecided) {
            if (entry.needsWallet()) {
                buyers.add(entry.buyer());
            }
        }
        return buyers;
    }

    /** The products of what is to be decided. */
    Set<Long> products() {
        Set<Long> products = new HashSet<>();
        for (OrderEntry entry : undecided) {
            for (int i = 0; i < entry.lineCount(); i++) {
                products.add(entry.product(i));
            }
        }
        return products;
    }

    /** What the batch comes to. */
    BatchResult result(long batch, List<Verdict> verdicts) {
        return new BatchResult(batch, verdicts, conflicts, skipped, waiting, held);
    }

    /** How many need no decision. */
    int skipped() {
        return skipped;
    }
}
