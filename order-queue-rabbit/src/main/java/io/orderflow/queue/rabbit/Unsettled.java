package io.orderflow.queue.rabbit;

import io.orderflow.queue.Delivery;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The books of one connection's deliveries (E1). Guarded by the consumer's lock. */
final class Unsettled {
    private final Map<Long, RabbitDelivery> unsettled = new LinkedHashMap<>();
    private final Deque<RabbitDelivery> buffer = new ArrayDeque<>();

    /** It came. */
    void add(RabbitDelivery delivery) {
        unsettled.put(delivery.tag(), delivery);
        buffer.addLast(delivery);
    }

    /** They are the server's again. */
    void clear() {
        unsettled.clear();
        buffer.clear();
    }

    int size() {
        return unsettled.size();
    }

    boolean isEmpty() {
        return unsettled.isEmpty();
    }

    boolean has(long tag) {
        return unsettled.containsKey(tag);
    }

    /** True when there is something that nobody received yet. */
    boolean hasArrivals() {
        return !buffer.isEmpty();
    }

    /** Hands some out, each for a lease from now on. */
    List<Delivery> receive(int max, long leaseNanos) {
        List<Delivery> taken = new ArrayList<>(Math.min(max, buffer.size()));
        long leaseEnd = System.nanoTime() + leaseNanos;
        while (taken.size() < max && !buffer.isEmpty()) {
            RabbitDelivery delivery = buffer.removeFirst();
            delivery.hold(leaseEnd);
            taken.add(delivery);
        }
        return taken;
    }

    /** Takes out what nobody received. */
    List<RabbitDelivery> takeArrivals() {
        List<RabbitDelivery> idle = new ArrayList<>(buffer);
        buffer.clear();
        idle.forEach(each -> unsettled.remove(each.tag()));
        return idle;
    }

    /** Takes out those of them that are still held. */
    List<RabbitDelivery> takeHeld(List<RabbitDelivery> deliveries) {
        List<RabbitDelivery> held = deliveries.stream()
                .filter(each -> unsettled.get(each.tag()) == each)
                .toList();
        held.forEach(each -> unsettled.remove(each.tag()));
        return held;
    }

    /** Takes out what was held for a lease without renewal. */
    List<RabbitDelivery> takeLate() {
        long now = System.nanoTime();
        List<RabbitDelivery> late = unsettled.values().stream()
                .filter(each -> each.isReceived() && each.leaseEnd() - now <= 0)
                .toList();
        late.forEach(each -> unsettled.remove(each.tag()));
        return late;
    }

    /**
     * Settles them; returns the tag up to which all that was unsettled is acked by it, 0 if none, and leaves the
     * others.
     */
    long settle(List<RabbitDelivery> deliveries, List<RabbitDelivery> others) {
        deliveries.stream().filter(each -> unsettled.remove(each.tag(), each)).forEach(others::add);
        long lowest = unsettled.isEmpty()
                ? Long.MAX_VALUE
                : unsettled.keySet().iterator().next();
        long upTo = 0;
        for (RabbitDelivery each : others) {
            upTo = each.tag() < lowest ? Math.max(upTo, each.tag()) : upTo;
        }
        long covered = upTo;
        others.removeIf(each -> each.tag() <= covered);
        return upTo;
    }

    /** When the first lease of what was received ends, if that is before the given moment, else that one. */
    long earliestLeaseEnd(long otherwise) {
        long earliest = otherwise;
        for (RabbitDelivery each : unsettled.values()) {
            if (each.isReceived() && each.leaseEnd() - earliest < 0) {
                earliest = each.leaseEnd();
            }
        }
        return earliest;
    }
}
