package io.orderflow.internal.journal;

import io.orderflow.internal.codec.OrderEntry;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Orders that groups of this process carry and that are not known to be decided, as many as there is room for: they
 * have no rows yet that would tell of them. Thread-safe.
 */
public final class AcceptedOrders {
    /** Most orders that a process remembers: about 10 MB of orders with a line or two. */
    public static final int MOST = 16_384;

    /** Bytes of requests, of which each may have 4 KB, for each order that is remembered. */
    static final int BYTES_EACH = 1_024;

    /** Groups that are asked for with one statement; a process that decides nothing may write as many in a second. */
    static final int MOST_ASKED = 500;

    /** Between two statements, and after a group was written: a pool in front of replicas may not show it at once. */
    private static final long PAUSE = TimeUnit.SECONDS.toNanos(1);

    private final int most;
    private final LongSupplier nanoTime;
    private final Map<UUID, Accepted> orders = new ConcurrentHashMap<>();
    private final AtomicLong bytes = new AtomicLong();
    private final Deque<Remembered> groups = new ArrayDeque<>();
    private long asked;

    /**
     * Knows no order.
     *
     * @param most how many it remembers, fewer if they are large
     */
    public AcceptedOrders(int most, LongSupplier nanoTime) {
        this.most = most;
        this.nanoTime = nanoTime;
        this.asked = nanoTime.getAsLong();
    }

    /**
     * An order and when it was accepted.
     *
     * @param at by this process's clock
     */
    record Accepted(OrderEntry entry, Instant at) {}

    private record Remembered(UUID id, List<UUID> orders, long since) {}

    Optional<Accepted> find(UUID id) {
        return Optional.ofNullable(orders.get(id));
    }

    private boolean isRoom() {
        return orders.size() < most && bytes.get() < (long) most * BYTES_EACH;
    }

    private static long bytes(OrderEntry entry) {
        return entry.request().length;
    }

    /** A group was committed. */
    void add(UUID group, List<OrderEntry> entries, Instant at) {
        List<UUID> kept = new ArrayList<>(entries.size());
        for (OrderEntry entry : entries) {
            if (isRoom()) {
                Accepted before = orders.put(entry.id(), new Accepted(entry, at));
                bytes.addAndGet(bytes(entry) - (before == null ? 0 : bytes(before.entry())));
                kept.add(entry.id());
            }
        }
        if (!kept.isEmpty()) {
            synchronized (groups) {
                groups.addLast(new Remembered(group, kept, nanoTime.getAsLong()));
            }
        }
    }

    /** Orders have a verdict, or were set aside; after their commit. */
    public void decided(Collection<UUID> ids) {
        if (!orders.isEmpty()) {
            ids.forEach(this::forget);
        }
    }

    private void forget(UUID id) {
        Accepted before = orders.remove(id);
        if (before != null) {
            bytes.addAndGet(-bytes(before.entry()));
        }
    }

    /** Groups that others may have decided meanwhile: now and then, in turns, those whose turn was longest ago. */
    List<UUID> toAsk() {
        synchronized (groups) {
            long now = nanoTime.getAsLong();
            if (groups.isEmpty() || now - asked < PAUSE) {
                return List.of();
            }
            asked = now;
            groups.removeIf(group -> group.orders().stream().noneMatch(orders::containsKey));
            return groups.stream()
                    .filter(group -> now - group.since() >= PAUSE)
                    .limit(MOST_ASKED)
                    .map(Remembered::id)
                    .toList();
        }
    }

    /**
     * Forgets groups that are gone: their orders are decided, or have rows.
     *
     * @param asked what {@link #toAsk} gave
     * @param left those of them that are still there
     */
    void answered(List<UUID> asked, Set<UUID> left) {
        Set<UUID> all = Set.copyOf(asked);
        synchronized (groups) {
            List<Remembered> seen =
                    groups.stream().filter(group -> all.contains(group.id())).toList();
            groups.removeIf(group -> all.contains(group.id()));
            for (Remembered group : seen) {
                if (left.contains(group.id())) {
                    groups.addLast(group);
                } else {
                    group.orders().forEach(this::forget);
                }
            }
        }
    }
}
