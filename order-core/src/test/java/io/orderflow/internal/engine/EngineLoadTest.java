package io.orderflow.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.OrderRequest;
import io.orderflow.Payment;
import io.orderflow.StockAdjustment;
import io.orderflow.WalletAdjustment;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlFailure;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.model.DatabaseContract;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * Many workers with overlapping batches on few products and buyers, beside adjustments that make, fill, price and limit
 * them, while a reader checks one snapshot after the other.
 */
class EngineLoadTest extends DatabaseContract {
    private static final int WORKERS = 4;
    private static final int ORDERS = 1_500;
    private static final int BUYERS = 8;
    private static final int PRODUCTS = 8;
    private static final int MOST_DEADLOCKS = 10;

    private final Map<UUID, AtomicInteger> verdicts = new ConcurrentHashMap<>();
    private final AtomicInteger deadlocks = new AtomicInteger();
    private final AtomicInteger lostRaces = new AtomicInteger();

    /** Shared by all but the one that recovers, as by the workers of a process. */
    private final Engine engine = engine();

    @Test
    void everyOrderIsDecidedOnceAndEverySnapshotAddsUp() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        try {
            run(new Random(seed));
        } catch (Exception | Error e) {
            throw new AssertionError("failed with -Dseed=" + seed + ": " + e.getMessage(), e);
        }
    }

    private void run(Random random) throws Exception {
        seed();
        List<OrderEntry> orders = orders(random);
        List<OrderEntry> journaled = orders.subList(0, ORDERS / 2);
        SqlText.pieces(journaled, SqlText.PIECE).forEach(shop()::journal);
        ExecutorService threads = Executors.newCachedThreadPool();
        CountDownLatch gate = new CountDownLatch(1);
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < WORKERS; i++) {
            List<OrderEntry> share = new ArrayList<>(i == 0 ? journaled : orders);
            Collections.shuffle(share, random);
            Random own = new Random(random.nextLong());
            boolean recovers = i == 0;
            running.add(threads.submit(() -> work(gate, share, recovers, own)));
        }
        Random own = new Random(random.nextLong());
        running.add(threads.submit(() -> adjust(gate, own)));
        gate.countDown();
        int snapshots = 0;
        for (; running.stream().anyMatch(work -> !work.isDone()); snapshots++) {
            shop().assertSound();
        }
        for (Future<?> work : running) {
            work.get();
        }
        threads.shutdown();
        assertTrue(threads.awaitTermination(1, TimeUnit.MINUTES));
        System.out.println(kind() + ": " + WORKERS + " workers, " + ORDERS + " orders on " + PRODUCTS + " products: "
                + deadlocks + " deadlocks, " + lostRaces + " lost races, " + snapshots + " snapshots");
        assertEquals(ORDERS, verdicts.size());
        verdicts.forEach((id, count) -> assertEquals(1, count.get(), () -> "verdicts of " + id));
        assertTrue(deadlocks.get() <= MOST_DEADLOCKS, () -> deadlocks + " deadlocks");
    }

    private void seed() {
        List<StockAdjustment> products = new ArrayList<>();
        List<WalletAdjustment> wallets = new ArrayList<>();
        for (int i = 1; i < PRODUCTS; i++) {
            products.add(StockAdjustment.define(i, 10L * i, 200, "define " + i));
        }
        for (int i = 1; i < BUYERS; i++) {
            wallets.add(WalletAdjustment.open(i, 10_000, "open " + i));
        }
        shop().inventory().applyAll(products);
        shop().wallets().applyAll(wallets);
    }

    /** Of which some name the product and the buyer that come into being only later. */
    private static List<OrderEntry> orders(Random random) {
        List<OrderEntry> orders = new ArrayList<>();
        for (int i = 0; i < ORDERS; i++) {
            OrderRequest.Builder request = OrderRequest.of(1 + random.nextInt(BUYERS));
            request.payment(random.nextInt(5) == 0 ? Payment.EXTERNAL : Payment.WALLET);
            for (int lines = 1 + random.nextInt(3); lines > 0; lines--) {
                int product = 1 + (random.nextBoolean() ? 0 : random.nextInt(PRODUCTS));
                int quantity = 1 + random.nextInt(3);
                if (random.nextInt(4) == 0) {
                    request.line(product, quantity, 10L * product);
                } else {
                    request.line(product, quantity);
                }
            }
            orders.add(OrderEntry.of(request.build()));
        }
        return orders;
    }

    private Void work(CountDownLatch gate, List<OrderEntry> share, boolean recovers, Random random) throws Exception {
        Engine its = recovers ? engine() : engine;
        try (Session session = shop().session()) {
            gate.await();
            for (int from = 0; from < share.size(); ) {
                int to = Math.min(share.size(), from + 1 + random.nextInt(100));
                List<OrderEntry> batch = share.subList(from, to);
                BatchResult result = recovers
                        ? repeated(() -> its.recover(
                                session, batch.stream().map(OrderEntry::id).toList()))
                        : repeated(() -> its.decide(session, batch));
                result.verdicts()
                        .forEach(verdict -> verdicts.computeIfAbsent(
                                        verdict.entry().id(), id -> new AtomicInteger())
                                .incrementAndGet());
                from = to;
            }
        }
        return null;
    }

    private Engine engine() {
        return new Engine(shop().tables(), Step.Watcher.NONE);
    }

    /** One transaction. */
    @FunctionalInterface
    private interface Attempt {
        BatchResult run() throws SQLException;
    }

    private BatchResult repeated(Attempt attempt) throws SQLException {
        for (int i = 0; i < 50; i++) {
            try {
                return attempt.run();
            } catch (RetryBatchException e) {
                lostRaces.incrementAndGet();
            } catch (SQLException e) {
                switch (SqlFailure.of(e)) {
                    case CONTENTION -> deadlocks.incrementAndGet();
                    case DUPLICATE_KEY -> lostRaces.incrementAndGet();
                    default -> throw e;
                }
            }
        }
        throw new AssertionError("no batch loses 50 times");
    }

    private static StockAdjustment limit(long product, int most, String reference) {
        return most < 20
                ? StockAdjustment.removeMaxPerBuyer(product, reference)
                : StockAdjustment.setMaxPerBuyer(product, most, reference);
    }

    private Void adjust(CountDownLatch gate, Random random) throws Exception {
        gate.await();
        shop().inventory().define(PRODUCTS, 10L * PRODUCTS, 100, "the late product");
        shop().wallets().open(BUYERS, 10_000, "the late buyer");
        for (int i = 0; i < 30; i++) {
            shop().inventory()
                    .applyAll(List.of(
                            StockAdjustment.restock(1 + random.nextInt(PRODUCTS), 20, "restock " + i),
                            StockAdjustment.setPrice(1 + random.nextInt(PRODUCTS), random.nextInt(100), "price " + i),
                            StockAdjustment.correct(1, -random.nextInt(300), "correct " + i),
                            limit(1 + random.nextInt(PRODUCTS), random.nextInt(60), "limit " + i)));
            shop().wallets()
                    .applyAll(List.of(
                            WalletAdjustment.deposit(1 + random.nextInt(BUYERS), 1_000, "deposit " + i),
                            WalletAdjustment.withdraw(1 + random.nextInt(BUYERS), 700, "withdraw " + i)));
        }
        return null;
    }
}
