package io.orderflow.internal.archive;

import io.orderflow.ArchiveConfig;
import io.orderflow.ArchiveProgress;
import io.orderflow.ArchiveSummary;
import io.orderflow.internal.archive.OldOrders.Piece;
import io.orderflow.internal.sql.SqlText;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * One walk over the rows of batches, oldest first, until they are too young or a feed has not read them. It remembers
 * nothing: what an earlier run did is not there any more. Used once, by one thread.
 */
final class ArchiveRun {
    private final ArchiveConfig config;
    private final Removal removal;
    private final ArchiveProgress progress;
    private final ArchiveReads reads;
    private final Bounds bounds;
    private final long forgetBefore;
    /** Orders of a piece: after one it rests a second at most, and so hears soon that it is to stop. */
    private final int most;

    private final Set<UUID> candidates = new LinkedHashSet<>();
    private final List<Long> empty = new ArrayList<>();
    private long archived;
    private long left;
    private long forgotten;
    private boolean stopped;
    private Optional<String> waitsFor = Optional.empty();

    ArchiveRun(ArchiveConfig config, Removal removal, ArchiveProgress progress, ArchiveReads reads) {
        this.config = config;
        this.removal = removal;
        this.progress = progress;
        this.reads = reads;
        this.bounds = reads.bounds(config.olderThan());
        this.forgetBefore = reads.forgetBefore(config.keepKeys());
        this.most = Math.min(config.ordersPerPiece(), config.ordersPerSecond());
    }

    ArchiveSummary run() {
        long last = 0;
        List<OldBatch> page;
        boolean more;
        do {
            page = reads.batches(last);
            more = page.size() == OldBatch.ROWS;
            for (OldBatch batch : page) {
                last = batch.id();
                if (stopped || !isDue(batch)) {
                    more = false;
                    break;
                }
                look(batch);
                takeWhole();
            }
        } while (more && !stopped);
        if (!stopped) {
            take(List.copyOf(candidates));
            removeEmpty();
        }
        return soFar(!stopped);
    }

    private boolean isDue(OldBatch batch) {
        if (batch.decidedAt() < bounds.before() && batch.id() > bounds.read()) {
            waitsFor = bounds.slowest();
        }
        return bounds.include(batch.id(), batch.decidedAt());
    }

    private void look(OldBatch batch) {
        switch (batch.kind()) {
            case DECIDED -> candidates.addAll(batch.members());
            case CHANGED -> candidates.addAll(reads.decidedBy(batch.members()));
            case PARKED, REDRIVEN -> {
                if (!reads.anyIsThere(batch.members())) {
                    empty.add(batch.id());
                }
            }
            case UNUSED -> empty.add(batch.id());
            case ARCHIVED -> forget(batch);
            case ADJUSTED -> throw new IllegalStateException("adjustments are not read here");
        }
        if (empty.size() >= SqlText.PIECE) {
            removeEmpty();
        }
    }

    private void forget(OldBatch batch) {
        long began = System.nanoTime();
        int keys = batch.members().size();
        if (batch.decidedAt() < forgetBefore && removal.keys(batch.id(), batch.members())) {
            forgotten += keys;
            pieceDone(began, Math.min(keys, most));
        }
    }

    private void removeEmpty() {
        if (!empty.isEmpty()) {
            removal.batches(empty);
            empty.clear();
        }
    }

    private void takeWhole() {
        while (!stopped && candidates.size() >= most) {
            List<UUID> piece = candidates.stream().limit(most).toList();
            take(piece);
            piece.forEach(candidates::remove);
        }
    }

    private void take(List<UUID> ids) {
        if (ids.isEmpty()) {
            return;
        }
        long began = System.nanoTime();
        Piece piece = reads.piece(ids, bounds, config);
        int gone = piece.old().isEmpty() ? 0 : removal.orders(piece.old());
        archived += gone;
        left += piece.left() + piece.old().size() - gone;
        pieceDone(began, gone);
    }

    private void pieceDone(long began, int orders) {
        stopped = !progress.goOn(soFar(false)) || !rested(began, orders);
    }

    /** Waits as long as the pace says; false if the thread was interrupted, which ends the run. */
    private boolean rested(long began, int orders) {
        long nanos = TimeUnit.SECONDS.toNanos(orders) / config.ordersPerSecond() - (System.nanoTime() - began);
        try {
            if (nanos > 0) {
                TimeUnit.NANOSECONDS.sleep(nanos);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return !Thread.currentThread().isInterrupted();
    }

    private ArchiveSummary soFar(boolean complete) {
        return new ArchiveSummary(archived, left, forgotten, complete, waitsFor);
    }
}
