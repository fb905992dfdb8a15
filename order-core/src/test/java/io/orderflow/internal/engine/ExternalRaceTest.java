package io.orderflow.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.model.DatabaseContract;
import io.orderflow.testing.FaultPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two workers with the same orders that only a queue has, and no wallet on which the one would wait for the other. */
class ExternalRaceTest extends DatabaseContract {
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final String LINES = "INSERT INTO orderflow_order_line";
    private static final String SECOND = "second";
    private static final int ORDERS = 400;
    private static final int BATCH = 20;

    private final Map<UUID, Integer> verdicts = new ConcurrentHashMap<>();

    @BeforeEach
    void seed() {
        shop().inventory().define(1, 10, 100_000, "product 1");
        shop().inventory().define(2, 10, 300, "product 2");
        shop().wallets().open(1, 1_000, "buyer 1");
    }

    /** The one waits for the other's lines, and then they are there. */
    @Test
    void whoComesToTheLinesSecondSkips() throws Exception {
        OrderEntry order = external(7, 1, 1);
        meet(order, true, Step.WRITTEN, FaultPlan.Step.BEFORE_EXECUTE);
        assertEquals(Map.of(order.id(), 1), verdicts);
    }

    /** The one has the stock and wants the lines, the other has the lines and wants the stock. */
    @Test
    void aDeadlockEndsAndTheOrderIsDecidedOnce() throws Exception {
        OrderEntry order = external(7, 1, 1);
        meet(order, false, Step.LOCKED, FaultPlan.Step.AFTER_EXECUTE);
        assertEquals(Map.of(order.id(), 1), verdicts);
    }

    /**
     * A worker comes to a step of its batch, and a second one to the lines of the same order meanwhile. The second
     * remembers the stock, so that it writes lines before it locks that.
     *
     * @param remembers whether the first does, too
     * @param step where the first waits for the second
     * @param lines what the second has done with the lines by then
     */
    private void meet(OrderEntry order, boolean remembers, Step step, FaultPlan.Step lines) throws Exception {
        Engine second = new Engine(shop().tables(), Step.Watcher.NONE);
        AtomicBoolean armed = new AtomicBoolean();
        CountDownLatch atLines = new CountDownLatch(1);
        CompletableFuture<Void> deciding = new CompletableFuture<>();
        Engine first = new Engine(shop().tables(), reached -> {
            if (reached == step && armed.compareAndSet(true, false)) {
                start(deciding, second, List.of(order));
                await(atLines);
            }
        });
        for (Engine engine : remembers ? List.of(first, second) : List.of(second)) {
            decide(engine, List.of(external(7, 1, 1)));
        }
        verdicts.clear();
        shop().dataSource().setPlan((at, sql) -> {
            if (at == lines && sql.startsWith(LINES) && isSecond()) {
                atLines.countDown();
            }
        });
        armed.set(true);
        decide(first, List.of(order));
        deciding.get(BOUND.toSeconds(), TimeUnit.SECONDS);
    }

    /** Batches that overlap in any way, in which orders are completed and rejected, with wallets and without. */
    @Test
    void ordersInTwoWorkersHandsAreDecidedOnce() throws Exception {
        List<OrderEntry> orders = new ArrayList<>();
        for (int i = 0; i < ORDERS; i++) {
            orders.add(
                    switch (i % 5) {
                        case 0 -> order(1, 1, 1);
                        case 1 -> external(1, 99, 1);
                        default -> external(1 + i % 3, 1 + i % 2, 1);
                    });
        }
        CompletableFuture<Void> deciding = new CompletableFuture<>();
        Engine second = new Engine(shop().tables(), Step.Watcher.NONE);
        long seed = Long.getLong("test.seed", System.nanoTime());
        start(deciding, second, shuffled(orders, new Random(seed)));
        decide(new Engine(shop().tables(), Step.Watcher.NONE), shuffled(orders, new Random(seed + 1)));
        deciding.get(BOUND.toSeconds(), TimeUnit.SECONDS);
        assertEquals(ids(orders), verdicts.keySet(), "seed " + seed);
        assertTrue(verdicts.values().stream().allMatch(count -> count == 1), "seed " + seed);
    }

    private static List<OrderEntry> shuffled(List<OrderEntry> orders, Random random) {
        List<OrderEntry> all = new ArrayList<>(orders);
        Collections.shuffle(all, random);
        return all;
    }

    private void start(CompletableFuture<Void> deciding, Engine engine, List<OrderEntry> orders) {
        Runnable task = () -> {
            try {
                decide(engine, orders);
                deciding.complete(null);
            } catch (RuntimeException | Error e) {
                deciding.completeExceptionally(e);
            }
        };
        new Thread(task, SECOND).start();
    }

    private static boolean isSecond() {
        return Thread.currentThread().getName().equals(SECOND);
    }

    /** Decides all, some at a time, and each batch again after a lost race, as workers do. */
    private void decide(Engine engine, List<OrderEntry> orders) {
        try (Session session = shop().session()) {
            for (List<OrderEntry> batch : SqlText.pieces(orders, BATCH)) {
                LostRaces.decideUntilDone(engine, session, batch)
                        .verdicts()
                        .forEach(verdict -> verdicts.merge(verdict.entry().id(), 1, Integer::sum));
            }
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(BOUND.toSeconds(), TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
