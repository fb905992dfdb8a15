package io.orderflow.internal.journal;

import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.codec.OrderIds;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Orders that this process journaled as groups and that are not known to be decided: they have no rows yet that would
 * tell of them. All with an idempotency key are here, or the journal would not notice that a key was used; of the
 * others, as many as there is room for. Thread-safe.
 */
public final class AcceptedOrders {
    /** Most orders that a process remembers: about 10 MB of orders with a line or two. */
    public static final int MOST = 16_384;

    /** Most groups that are asked for with one statement. */
    private static final int MOST_ASKED = 100;

    /** Between two statements, and after a group was written: a pool in front of replicas may not show it at once. */
    private static final long PAUSE = TimeUnit.SECONDS.toNanos(1);

    private final int most;
    private final LongSupplier nanoTime;
    private final Map<UUID, Accepted> orders = new ConcurrentHashMap<>();
    private final Deque<Remembered> groups = new ArrayDeque<>();
    private long asked;

    /**
     * Knows no order.
     *
     * @param most how many it remembers; half of that is left to orders with a key
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

    List<Accepted> ofBuyer(long buyer) {
        return orders.values().stream()
                .filter(accepted -> accepted.entry().buyer() == buyer)
                .toList();
    }

    /** Whether so many orders with keys can be added. */
    boolean hasRoom(long keyed) {
        return orders.size() + keyed <= most;
    }

    /** A group was committed. */
    void add(UUID group, List<OrderEntry> entries, Instant at) {
        List<UUID> kept = new ArrayList<>(entries.size());
        for (OrderEntry entry : entries) {
            if (OrderIds.isOfKey(entry.id()) || orders.size() < most / 2) {
                orders.put(entry.id(), new Accepted(entry, at));
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
            ids.forEach(orders::remove);
        }
    }

    /** Groups that others may have decided meanwhile: now and then those that are here for longest. */
    List<UUID> toAsk() {
        synchronized (groups) {
            while (!groups.isEmpty() && groups.peekFirst().orders().stream().noneMatch(orders::containsKey)) {
                groups.removeFirst();
            }
            long now = nanoTime.getAsLong();
            if (groups.isEmpty() || now - asked < PAUSE) {
                return List.of();
            }
            asked = now;
            return groups.stream()
                    .limit(MOST_ASKED)
                    .filter(group -> now - group.since() >= PAUSE)
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
        Set<UUID> gone = new HashSet<>(asked);
        gone.removeAll(left);
        synchronized (groups) {
            groups.removeIf(group -> {
                boolean isGone = gone.contains(group.id());
                if (isGone) {
                    group.orders().forEach(orders::remove);
                }
                return isGone;
            });
        }
    }
}
