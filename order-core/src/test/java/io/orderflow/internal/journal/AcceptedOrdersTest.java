package io.orderflow.internal.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.OrderRequest;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.codec.OrderIds;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the process remembers of the groups that it wrote. */
class AcceptedOrdersTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - SECOND); // so that it overflows
    private final AcceptedOrders accepted = new AcceptedOrders(AcceptedOrders.MOST, nanos::get);

    @Test
    void anOrderIsKnownUntilItIsDecided() {
        OrderEntry order = order();
        OrderEntry other = order();
        Instant now = Instant.now();
        accepted.add(OrderIds.next(), List.of(order, other), now);
        AcceptedOrders.Accepted known = accepted.find(order.id()).orElseThrow();
        assertEquals(order, known.entry());
        assertEquals(now, known.at());
        accepted.decided(List.of(OrderIds.next(), order.id()));
        assertTrue(accepted.find(order.id()).isEmpty());
        assertTrue(accepted.find(other.id()).isPresent());
    }

    @Test
    void asManyAreKnownAsThereIsRoomFor() {
        List<OrderEntry> all = orders(AcceptedOrders.MOST + 2);
        accepted.add(OrderIds.next(), all.subList(0, 3), Instant.now());
        accepted.add(OrderIds.next(), all.subList(3, all.size()), Instant.now());
        assertEquals(AcceptedOrders.MOST, known(all));
        assertEquals(AcceptedOrders.MOST, known(all.subList(0, AcceptedOrders.MOST)), "those that came first");
        accepted.decided(List.of(all.get(0).id()));
        assertEquals(1, room(orders(2)));
    }

    private long known(List<OrderEntry> orders) {
        return orders.stream()
                .filter(order -> accepted.find(order.id()).isPresent())
                .count();
    }

    /** How many of more orders are remembered. */
    private long room(List<OrderEntry> more) {
        accepted.add(OrderIds.next(), more, Instant.now());
        return known(more);
    }

    /** 16,384 orders of 4 KB are 64 MB. */
    @Test
    void largeOrdersFillItSooner() {
        List<OrderEntry> large = IntStream.range(0, AcceptedOrders.MOST)
                .mapToObj(i -> OrderEntry.of(
                        OrderRequest.of(1).line(1, 1).hostData(new byte[1_024]).build()))
                .toList();
        long each = large.get(0).request().length;
        int most = (int) (((long) AcceptedOrders.MOST * AcceptedOrders.BYTES_EACH + each - 1) / each);
        assertTrue(most < AcceptedOrders.MOST);
        // twice, and forgotten twice
        room(large.subList(0, 10));
        assertEquals(most, room(large));
        accepted.decided(List.of(large.get(0).id()));
        accepted.decided(List.of(large.get(0).id()));
        assertEquals(1, room(large.subList(most, most + 2)));
    }

    @Test
    void aGroupIsAskedForAfterASecondAndOnceASecond() {
        UUID group = OrderIds.next();
        List<OrderEntry> orders = orders(2);
        accepted.add(group, orders.subList(0, 1), Instant.now());
        assertEquals(List.of(), accepted.toAsk());
        nanos.addAndGet(SECOND);
        UUID young = OrderIds.next();
        accepted.add(young, orders.subList(1, 2), Instant.now());
        assertEquals(List.of(group), accepted.toAsk());
        accepted.answered(List.of(group), Set.of(group));
        assertEquals(List.of(), accepted.toAsk());
        nanos.addAndGet(SECOND);
        assertEquals(List.of(young, group), accepted.toAsk(), "whose turn was longest ago comes first");
        accepted.answered(List.of(young, group), Set.of(young));
        assertTrue(accepted.find(orders.get(0).id()).isEmpty());
        assertTrue(accepted.find(orders.get(1).id()).isPresent());
    }

    @Test
    void whatIsDecidedHereIsNotAskedFor() {
        List<OrderEntry> orders = orders(2);
        accepted.add(OrderIds.next(), orders, Instant.now());
        accepted.decided(orders.stream().map(OrderEntry::id).toList());
        nanos.addAndGet(SECOND);
        assertEquals(List.of(), accepted.toAsk());
    }

    /** Orders that wait for a row that somebody holds, for hours. */
    @Test
    void groupsThatStayDoNotHideOthers() {
        List<UUID> all = new ArrayList<>();
        for (int i = 0; i < 3 * AcceptedOrders.MOST_ASKED; i++) {
            all.add(OrderIds.next());
            accepted.add(all.get(i), orders(1), Instant.now());
        }
        Set<UUID> seen = new HashSet<>();
        for (int i = 0; i < 3; i++) {
            nanos.addAndGet(SECOND);
            List<UUID> asked = accepted.toAsk();
            assertEquals(AcceptedOrders.MOST_ASKED, asked.size());
            seen.addAll(asked);
            accepted.answered(asked, Set.copyOf(asked));
        }
        assertEquals(Set.copyOf(all), seen);
    }

    @Test
    void ordersThatItHasNoRoomForLeaveNoGroup() {
        accepted.add(OrderIds.next(), orders(AcceptedOrders.MOST), Instant.now());
        UUID group = OrderIds.next();
        accepted.add(group, orders(3), Instant.now());
        nanos.addAndGet(SECOND);
        assertFalse(accepted.toAsk().contains(group));
    }

    /** Workers tell of verdicts while the journal adds and asks. */
    @Test
    void whatIsDecidedIsForgottenWhoeverTellsOfItAndWhen() throws InterruptedException {
        List<OrderEntry> orders = orders(12_000);
        AtomicBoolean ended = new AtomicBoolean();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        List<Thread> workers = List.of(
                thread(failure, () -> tell(orders, ended)),
                thread(failure, () -> tell(orders, ended)),
                thread(failure, () -> {
                    while (!ended.get()) {
                        orders.forEach(order -> accepted.find(order.id()));
                    }
                }));
        workers.forEach(Thread::start);
        for (int from = 0; from < orders.size(); from += 10) {
            accepted.add(OrderIds.next(), orders.subList(from, from + 10), Instant.now());
            nanos.addAndGet(SECOND / 10);
            List<UUID> asked = accepted.toAsk();
            accepted.answered(asked, Set.copyOf(asked));
        }
        ended.set(true);
        for (Thread worker : workers) {
            worker.join(60_000);
        }
        assertEquals(null, failure.get());
        accepted.decided(orders.stream().map(OrderEntry::id).toList());
        nanos.addAndGet(SECOND);
        assertEquals(List.of(), accepted.toAsk());
        assertEquals(AcceptedOrders.MOST, room(orders(AcceptedOrders.MOST)), "its count of orders or bytes went wrong");
    }

    private void tell(List<OrderEntry> orders, AtomicBoolean ended) {
        while (!ended.get()) {
            for (int from = 0; from < orders.size(); from += 7) {
                accepted.decided(orders.subList(from, Math.min(orders.size(), from + 7)).stream()
                        .map(OrderEntry::id)
                        .toList());
            }
        }
    }

    private static Thread thread(AtomicReference<Throwable> failure, Runnable work) {
        return new Thread(() -> {
            try {
                work.run();
            } catch (RuntimeException | Error e) {
                failure.compareAndSet(null, e);
            }
        });
    }

    private static OrderEntry order() {
        return OrderEntry.of(OrderRequest.of(1).line(1, 1).build());
    }

    private static List<OrderEntry> orders(int count) {
        return IntStream.range(0, count).mapToObj(i -> order()).toList();
    }
}
