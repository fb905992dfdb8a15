package io.orderflow.examples.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.AuditReport;
import io.orderflow.Order;
import io.orderflow.OrderLine;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.OrderStatus;
import io.orderflow.SubmitOutcome;
import io.orderflow.SubmitResult;
import io.orderflow.testing.Eventually;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Buyers of some products, one of which is scarce: each submits until the order is accepted. In the end all that was
 * accepted is read, and each verdict is found again by a simple model. Every second order has a key.
 */
final class ReplayedShop implements AutoCloseable {
    private static final int PRODUCTS = 5;
    private static final int SCARCE = 1;
    private static final int BUYERS = 20;
    private static final long PRICE = 10;
    private static final long PIECES = 1_000_000;
    private static final long FEW_PIECES = 100;
    private static final long BALANCE = 1_000_000;

    private final OrderProcessor orders;
    private final AtomicInteger next = new AtomicInteger();
    private final Map<UUID, Long> accepted = new ConcurrentHashMap<>();
    private final Set<String> odd = ConcurrentHashMap.newKeySet();
    private final List<Thread> buyers = new ArrayList<>();
    private volatile boolean closed;

    private ReplayedShop(OrderProcessor orders) {
        this.orders = orders;
    }

    /** Fills the shop. */
    static ReplayedShop open(OrderProcessor orders) {
        for (int product = 1; product <= PRODUCTS; product++) {
            orders.inventory().define(product, PRICE, pieces(product), "product " + product);
        }
        for (int buyer = 1; buyer <= BUYERS; buyer++) {
            orders.wallets().open(buyer, BALANCE, "wallet " + buyer);
        }
        return new ReplayedShop(orders);
    }

    private static long pieces(long product) {
        return product == SCARCE ? FEW_PIECES : PIECES;
    }

    void sell(int threads) {
        for (int i = 0; i < threads; i++) {
            Thread buyer = new Thread(this::buy, "buyer-" + i);
            buyer.setDaemon(true);
            buyers.add(buyer);
            buyer.start();
        }
    }

    private void buy() {
        try {
            while (!closed) {
                submit(order(next.incrementAndGet()));
                TimeUnit.MILLISECONDS.sleep(10);
            }
        } catch (InterruptedException | RuntimeException | Error e) {
            odd.add(e.toString());
        }
    }

    private void submit(OrderRequest order) throws InterruptedException {
        SubmitResult result = orders.submit(order);
        while (result.outcome() != SubmitOutcome.ACCEPTED && result.outcome() != SubmitOutcome.DUPLICATE) {
            if (result.outcome() == SubmitOutcome.CONFLICT) {
                odd.add(result.toString());
                return;
            }
            TimeUnit.MILLISECONDS.sleep(20);
            result = orders.submit(order);
        }
        accepted.put(order.id(), System.nanoTime());
    }

    private static OrderRequest order(int number) {
        OrderRequest.Builder order = OrderRequest.of(1 + number % BUYERS)
                .line(1 + number % PRODUCTS, 1 + number % 3)
                .line(1 + (number + 1) % PRODUCTS, 1);
        return number % 2 == 0 ? order.idempotencyKey("order " + number).build() : order.build();
    }

    void awaitAccepted(int more) {
        int count = accepted.size() + more;
        Eventually.await(more + " more are accepted", ServeSite.BOUND, () -> accepted.size() >= count, this::toString);
    }

    /** When the first order was accepted after a moment. */
    long acceptedAfter(long moment) {
        return accepted.values().stream()
                .filter(time -> time > moment)
                .mapToLong(Long::longValue)
                .min()
                .orElseThrow();
    }

    /** Every order that was accepted has the verdict that its place among the decisions gives it. */
    void check() {
        assertEquals(Set.of(), odd);
        List<UUID> lost = new ArrayList<>();
        List<Order> decided = new ArrayList<>();
        for (UUID id : accepted.keySet()) {
            orders.find(id)
                    .filter(order -> order.status() != OrderStatus.PENDING)
                    .ifPresentOrElse(decided::add, () -> lost.add(id));
        }
        assertTrue(lost.isEmpty(), () -> lost.size() + " lost of " + this + ": " + lost);
        replay(decided);
        AuditReport report = orders.audit();
        assertTrue(report.ok(), () -> report.examples().toString());
        assertEquals(0, report.pending());
    }

    private static void replay(List<Order> decided) {
        Map<Long, Long> stock = new HashMap<>();
        decided.sort(Comparator.comparingLong(order -> order.decision().orElseThrow()));
        for (Order order : decided) {
            Map<Long, Long> wanted = new HashMap<>();
            for (OrderLine line : order.lines()) {
                wanted.merge(line.product(), (long) line.quantity(), Long::sum);
            }
            boolean there = wanted.entrySet().stream()
                    .allMatch(line -> stock.getOrDefault(line.getKey(), pieces(line.getKey())) >= line.getValue());
            assertEquals(there ? OrderStatus.COMPLETED : OrderStatus.REJECTED, order.status(), order::toString);
            if (there) {
                wanted.forEach((product, pieces) ->
                        stock.merge(product, pieces(product) - pieces, (left, full) -> left - pieces));
            }
        }
    }

    /** Lets the buyers finish their submissions. */
    void sendHome() {
        closed = true;
        Eventually.await(
                "the buyers ended", ServeSite.BOUND, () -> buyers.stream().noneMatch(Thread::isAlive), this::toString);
    }

    @Override
    public void close() {
        sendHome();
    }

    @Override
    public String toString() {
        return next + " orders, " + accepted.size() + " accepted, odd " + odd;
    }
}
