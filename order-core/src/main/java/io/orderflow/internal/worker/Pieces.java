package io.orderflow.internal.worker;

import io.orderflow.WorkerConfig;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongSupplier;

/**
 * What recovery found in the journal, cut into pieces of at most a batch, for all threads of a runner. Recovery alone
 * adds; a thread that has time takes one, and says what became of it. All of it is memory: what is forgotten here is
 * still PENDING, and the next search finds it. No piece that is here is claimed in the database before somebody begins
 * it, so a process that dies leaves claims on what was in work and not on all that was found. Thread-safe; nothing is
 * done under its lock but moving pieces.
 *
 * <ul>
 *   <li><b>S1</b> What is here, waiting or in work, is not found again.
 *   <li><b>S2</b> A worker tries a piece once. When it fails, for whatever reason, recovery sees to it, and the worker
 *       goes on.
 *   <li><b>S3</b> After an outage, or a wait for a row that was in vain, workers take nothing until recovery has
 *       decided a piece in the usual way: going around rows that others hold, each would leave out what the others
 *       decide at that moment.
 *   <li><b>S4</b> Orders that hosts placed and others are taken in turns, each in the order in which they were found.
 *   <li><b>S5</b> Urgent orders are taken before all of these, but no two pieces of them in a row while others wait.
 * </ul>
 */
final class Pieces {
    /** For each worker the one that it takes next, and some more while recovery decides one itself. */
    private static final int FOR_EACH_WORKER = 4;

    private final int most;
    private final int maxBatch;
    private final Runnable wakeWorkers;
    private final UUID owner = UUID.randomUUID();
    private final Deque<List<UUID>> urgent = new ArrayDeque<>();
    private final Deque<List<UUID>> placed = new ArrayDeque<>();
    private final Deque<List<UUID>> overdue = new ArrayDeque<>();
    private final Deque<List<UUID>> failed = new ArrayDeque<>();

    /** Each with the line that it came from. */
    private final Map<List<UUID>, Deque<List<UUID>>> inWork = new IdentityHashMap<>();

    private final PassedOver passedOver;

    private boolean urgentTaken;
    private boolean placedTurn;
    private boolean moreExpected;
    private boolean workersMay = true;
    private boolean closed;

    /**
     * No pieces.
     *
     * @param wakeWorkers ends the sleep of workers that have nothing to do
     */
    Pieces(WorkerConfig config, LongSupplier nanoTime, Runnable wakeWorkers) {
        this.most = 1 + FOR_EACH_WORKER * config.threads();
        this.maxBatch = config.maxBatch();
        this.passedOver = new PassedOver(nanoTime);
        this.wakeWorkers = wakeWorkers;
    }

    /** In whose name this runner's threads claim the orders of pieces. */
    UUID owner() {
        return owner;
    }

    /** How many orders a search is to find, of those that hosts placed and of the others. */
    synchronized int room() {
        return (most - Math.min(most - 1, Math.max(placed.size(), overdue.size()))) * maxBatch;
    }

    /** How many urgent orders a look is to find. */
    synchronized int urgentRoom() {
        return Math.max(0, most - urgent.size()) * maxBatch;
    }

    /**
     * Whether it is time for a look for urgent orders: few of their pieces are left. What failed counts only when it is
     * more than the others alone make it, or urgent orders would wait behind those.
     */
    synchronized boolean isUrgentWanted() {
        return urgent.size() <= most / 2 && failed.size() <= 3 * most;
    }

    /**
     * Whether it is time for a search although there is work: few pieces are left, and the last search did not find the
     * end.
     */
    synchronized boolean isMoreWanted() {
        return moreExpected && placed.size() + overdue.size() + failed.size() <= most / 2;
    }

    /** Whether the last search did not find the end. */
    synchronized boolean isMoreExpected() {
        return moreExpected;
    }

    /** Adds what a search found, oldest first. */
    void found(List<UUID> placedIds, List<UUID> overdueIds, boolean more) {
        boolean wake;
        synchronized (this) {
            cut(placedIds, placed);
            cut(overdueIds, overdue);
            moreExpected = more;
            wake = workersMay && isAny();
        }
        if (wake) {
            wakeWorkers.run();
        }
    }

    /** Adds what a search for urgent orders found; it may not have found the end. */
    void foundUrgent(List<UUID> ids) {
        boolean wake;
        synchronized (this) {
            cut(ids, urgent);
            // the first is for the one who found it
            wake = workersMay && urgent.size() > 1;
        }
        if (wake) {
            wakeWorkers.run();
        }
    }

    private void cut(List<UUID> ids, Deque<List<UUID>> pieces) {
        for (int from = 0; from < ids.size(); from += maxBatch) {
            pieces.addLast(List.copyOf(ids.subList(from, Math.min(ids.size(), from + maxBatch))));
        }
    }

    /** Whether a worker would get a piece. */
    synchronized boolean areForWorkers() {
        return workersMay && !closed && isAny();
    }

    private boolean isAny() {
        return !urgent.isEmpty() || isOther();
    }

    private boolean isOther() {
        return !placed.isEmpty() || !overdue.isEmpty();
    }

    /** A piece for a worker, which says {@link #decided} or {@link #leave} in the end. */
    synchronized Optional<List<UUID>> takeForWorker() {
        return workersMay && !closed ? takeUrgent(false).or(this::take) : Optional.empty();
    }

    /**
     * As {@link #take}, but of urgent orders alone; nothing if it is the others' turn (S5).
     *
     * @param othersInWork whether the caller has other work
     */
    synchronized Optional<List<UUID>> takeUrgent(boolean othersInWork) {
        boolean theirTurn = urgentTaken && (othersInWork || isOther() || !failed.isEmpty());
        urgentTaken = !urgent.isEmpty() && !theirTurn;
        return urgentTaken ? take(urgent) : Optional.empty();
    }

    /** A piece of those that are not urgent for recovery, which says {@link #ended} in the end. */
    synchronized Optional<List<UUID>> take() {
        return take(nextLine());
    }

    /** As {@link #take}, but of what workers left alone: claims of this runner may be on its orders. */
    synchronized Optional<List<UUID>> takeFailed() {
        return take(failed);
    }

    /** As {@link #take}, but of what hosts placed alone. */
    synchronized Optional<List<UUID>> takePlaced() {
        return take(placed);
    }

    private Deque<List<UUID>> nextLine() {
        placedTurn = overdue.isEmpty() || !placedTurn && !placed.isEmpty();
        return placedTurn ? placed : overdue;
    }

    private Optional<List<UUID>> take(Deque<List<UUID>> line) {
        Optional<List<UUID>> piece = Optional.ofNullable(line.pollFirst());
        piece.ifPresent(taken -> inWork.put(taken, line));
        return piece;
    }

    /** Whether recovery would get a piece. */
    synchronized boolean areForRecovery() {
        return isAny() || !failed.isEmpty();
    }

    /** Whether urgent pieces wait and no others. */
    synchronized boolean areOnlyUrgent() {
        return !urgent.isEmpty() && !isOther() && failed.isEmpty();
    }

    /** Whether no piece waits or is in work. */
    synchronized boolean areOver() {
        return !areForRecovery() && inWork.isEmpty();
    }

    /**
     * A worker has decided a piece, but for the rest, which had too many lines for one batch and is claimed by nobody.
     */
    synchronized void decided(List<UUID> piece, List<UUID> rest) {
        Deque<List<UUID>> line = inWork.remove(piece);
        if (!rest.isEmpty()) {
            line.addFirst(rest);
        }
    }

    /**
     * A worker could not decide a piece, and claims of this runner may be on its orders (S2).
     *
     * @param badTimes whether other pieces would fail too (S3)
     * @return whether recovery sees to it; it does not when it has ended
     */
    synchronized boolean leave(List<UUID> piece, boolean badTimes) {
        inWork.remove(piece);
        workersMay &= !badTimes;
        if (!closed) {
            failed.addLast(piece);
        }
        return !closed;
    }

    /** Recovery could not decide a piece, and others would fail too. */
    synchronized void badTimes() {
        workersMay = false;
    }

    /** Recovery has decided a piece in the usual way. */
    void goodTimes() {
        boolean wake;
        synchronized (this) {
            wake = !workersMay && isAny();
            workersMay = true;
        }
        if (wake) {
            wakeWorkers.run();
        }
    }

    /** Recovery has seen to all of these pieces. */
    synchronized void ended(Collection<List<UUID>> pieces) {
        pieces.forEach(inWork::remove);
    }

    /** These orders' rows are held by others: they are left out for a moment. */
    synchronized void passOver(Collection<UUID> ids) {
        passedOver.add(ids);
    }

    /**
     * What a search must not find again (S1): asked before it reads, or it would find what is decided while it reads.
     */
    synchronized Set<UUID> hidden() {
        Set<UUID> hidden = new HashSet<>(passedOver.ids());
        for (Collection<List<UUID>> pieces : List.of(urgent, placed, overdue, failed, inWork.keySet())) {
            pieces.forEach(hidden::addAll);
        }
        return hidden;
    }

    /**
     * Recovery ends: nobody takes any more.
     *
     * @return whether there are pieces that failed, so that claims may be on their orders
     */
    synchronized boolean close() {
        closed = true;
        return !failed.isEmpty();
    }
}
