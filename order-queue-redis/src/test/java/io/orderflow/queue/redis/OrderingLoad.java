package io.orderflow.queue.redis;

import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.SubmitOutcome;
import io.orderflow.testing.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/** Submits orders from several threads, each until it is accepted, as the documents say. Thread-safe. */
final class OrderingLoad implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final IntFunction<OrderRequest> orders;
    private final OrderProcessor shop;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicInteger numbers = new AtomicInteger();
    private final AtomicInteger again = new AtomicInteger();
    private final Set<UUID> accepted = ConcurrentHashMap.newKeySet();
    private volatile boolean stopped;

    OrderingLoad(IntFunction<OrderRequest> orders, OrderProcessor shop) {
        this.orders = orders;
        this.shop = shop;
    }

    void start(int buyers) {
        for (int i = 0; i < buyers; i++) {
            Thread thread = new Thread(this::run, "orders-" + i);
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
    }

    private void run() {
        try {
            while (!stopped) {
                submit(orders.apply(numbers.incrementAndGet()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void submit(OrderRequest order) throws InterruptedException {
        SubmitOutcome outcome = shop.submit(order).outcome();
        while (outcome != SubmitOutcome.ACCEPTED && outcome != SubmitOutcome.DUPLICATE) {
            again.incrementAndGet();
            TimeUnit.MILLISECONDS.sleep(50);
            outcome = shop.submit(order).outcome();
        }
        accepted.add(order.id());
        TimeUnit.MILLISECONDS.sleep(2);
    }

    void awaitAccepted(int more) {
        int count = accepted.size() + more;
        Eventually.await(more + " more are accepted", PATIENCE, () -> accepted.size() >= count, this::toString);
    }

    Set<UUID> accepted() {
        return accepted;
    }

    int submitted() {
        return numbers.get();
    }

    /** Ends when each order that was begun is accepted. */
    void stop() {
        stopped = true;
        Eventually.await(
                "the buyers ended", PATIENCE, () -> threads.stream().noneMatch(Thread::isAlive), this::toString);
    }

    @Override
    public void close() {
        stop();
    }

    @Override
    public String toString() {
        return numbers + " orders, " + accepted.size() + " accepted, " + again + " submitted again";
    }
}
