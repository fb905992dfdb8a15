package io.orderflow.internal.intake;

import io.orderflow.Limits;
import io.orderflow.internal.codec.FrameCodec;
import io.orderflow.internal.codec.OrderEntry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Journaled orders that wait for their publishing, bounded in number and age: what does not fit, or waits too long for
 * a queue that is away, is left to recovery, which has it from the journal. Thread-safe.
 */
final class Backlog {
    /** With recovery's own time this keeps a verdict within 1 s while the queue is away. */
    static final long PATIENCE = TimeUnit.MILLISECONDS.toNanos(300);

    private final int capacity;
    private final Deque<Item> items = new ArrayDeque<>();
    private int inHand;

    /**
     * An order and since when it waits.
     *
     * @param last whether it is the last of those that were journaled together
     */
    record Item(OrderEntry entry, long since, boolean last) {}

    Backlog(int capacity) {
        this.capacity = capacity;
    }

    /** Adds at the end; how many did not fit. */
    synchronized int add(List<OrderEntry> written, long now) {
        int fits = Math.min(written.size(), Math.max(0, capacity - items.size()));
        for (int i = 0; i < fits; i++) {
            items.addLast(new Item(written.get(i), now, i == written.size() - 1));
        }
        return written.size() - fits;
    }

    /**
     * Takes the oldest that fit one frame; empty if nothing waits. Groups stay together where they fit: who decides a
     * whole group takes its row out of the journal, and nobody need search for it. Whose frame was taken before has
     * settled it.
     */
    synchronized List<Item> takeFrame() {
        List<Item> frame = new ArrayList<>(Math.min(items.size(), Limits.BATCH_ORDERS));
        int bytes = 0;
        while (!items.isEmpty() && frame.size() < Limits.BATCH_ORDERS) {
            bytes += FrameCodec.sizeOf(items.peekFirst().entry());
            if (bytes > FrameCodec.ROOM) {
                break;
            }
            frame.add(items.removeFirst());
        }
        giveBackPart(frame);
        inHand = frame.size();
        return frame;
    }

    /** Puts the beginning of a group back behind which the frame was full, unless it is all there is. */
    private void giveBackPart(List<Item> frame) {
        int whole = frame.size();
        while (whole > 0 && !frame.get(whole - 1).last()) {
            whole--;
        }
        if (whole > 0) {
            List<Item> part = frame.subList(whole, frame.size());
            for (int i = part.size() - 1; i >= 0; i--) {
                items.addFirst(part.get(i));
            }
            part.clear();
        }
    }

    /** Puts a frame that the queue refused back to the front. */
    synchronized void giveBack(List<Item> frame) {
        for (int i = frame.size() - 1; i >= 0; i--) {
            items.addFirst(frame.get(i));
        }
        inHand = 0;
    }

    /** The frame that was taken is somebody else's now. */
    synchronized void forget() {
        inHand = 0;
    }

    /** Whether nothing waits and nothing is taken and not settled. */
    synchronized boolean isQuiet() {
        return items.isEmpty() && inHand == 0;
    }

    /** Drops what waited too long; how many. */
    synchronized int dropOld(long now) {
        int dropped = 0;
        while (!items.isEmpty() && now - items.peekFirst().since() >= PATIENCE) {
            items.removeFirst();
            dropped++;
        }
        return dropped;
    }

    synchronized int size() {
        return items.size();
    }
}
