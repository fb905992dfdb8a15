package io.orderflow.internal.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.WalletAdjustment;
import io.orderflow.WorkerConfig;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.model.ShopDatabase;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.JavaProcess;
import io.orderflow.testing.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Holds that are over all at once, and orders meanwhile. Small here; {@code -Dexpiry.holds=1000000} and more properties
 * measure, see docs/load-test.md. What is measured is printed and not judged.
 */
class ExpiryRateTest {
    private static final int HOLDS = Integer.getInteger("expiry.holds", 2_000);
    private static final int RATE = Integer.getInteger("expiry.rate", 100);
    private static final int QUIET = Integer.getInteger("expiry.quiet", 100);
    private static final int ORDERS = Integer.getInteger("expiry.orders", 2_000);
    private static final int RUNNERS = Integer.getInteger("expiry.runners", 1);
    private static final int BUYERS = Integer.getInteger("expiry.buyers", 2_000);
    private static final int PRODUCTS = Integer.getInteger("expiry.products", 100);
    private static final Duration BOUND = Duration.ofHours(1);

    private final Random random = new Random(3);
    private final List<OrderProcessor> processors = new ArrayList<>();

    private ShopDatabase shop;

    /** The hold that expires last, since all have one deadline. */
    private UUID last;

    static Stream<TestDatabase.Kind> databases() {
        return TestDatabase.Kind.named("expiry.databases", "H2,MARIADB,MYSQL");
    }

    /** In memory it is one process's. */
    static Stream<TestDatabase.Kind> servers() {
        return databases().filter(kind -> kind != TestDatabase.Kind.H2);
    }

    @AfterEach
    void close() {
        if (shop != null) {
            shop.close();
        }
    }

    private void reserve(TestDatabase.Kind kind) {
        shop = ShopDatabase.open(kind);
        List<WalletAdjustment> wallets = LongStream.range(0, BUYERS)
                .mapToObj(buyer -> WalletAdjustment.open(buyer, 1_000_000_000, "open " + buyer))
                .toList();
        shop.wallets().applyAll(wallets);
        for (int product = 0; product < PRODUCTS; product++) {
            shop.inventory().define(product, 100, 1_000_000_000, "define " + product);
        }
        for (int from = 0; from < HOLDS; from += SqlText.PIECE) {
            List<OrderEntry> held = orders(Math.min(SqlText.PIECE, HOLDS - from), true);
            last = held.get(held.size() - 1).id();
            shop.decide(held);
        }
    }

    /** Another process takes and decides orders at a constant rate. */
    @ParameterizedTest
    @MethodSource("servers")
    void besideASteadyProcess(TestDatabase.Kind kind) {
        reserve(kind);
        try (JavaProcess steady = steady()) {
            steady.awaitLine(SteadyOrdersProgram.READY, BOUND);
            steady.send(String.valueOf(QUIET));
            String alone = verdicts(steady, 1);
            makeDue();
            // what it decided until now counts for nothing
            steady.send("1");
            verdicts(steady, 2);
            double seconds = expireAll();
            steady.send("end");
            assertEquals(0, steady.awaitExit(BOUND), steady::toString);
            String beside = verdicts(steady, 3);
            print(seconds, "orders at " + RATE + " a second alone: " + alone + "; beside it: " + beside);
            Eventually.await(
                    "what that process left is decided",
                    BOUND,
                    () -> shop.read("SELECT 1 FROM orderflow_pending LIMIT 1").isEmpty(),
                    steady::toString);
        } finally {
            processors.forEach(OrderProcessor::close);
        }
        assertEquals(HOLDS, shop.count("orderflow_order_change"));
        shop.assertSound();
    }

    /** Batches are decided one after the other that no worker of this process knows of. */
    @ParameterizedTest
    @MethodSource("databases")
    void besideFullBatches(TestDatabase.Kind kind) {
        reserve(kind);
        double alone = decide();
        makeDue();
        try {
            start();
            double beside = decide();
            double seconds = expireAll();
            print(seconds, String.format("orders alone %.0f a second, beside it %.0f", alone, beside));
        } finally {
            processors.forEach(OrderProcessor::close);
        }
        assertEquals(HOLDS, shop.count("orderflow_order_change"));
        shop.assertSound();
    }

    private void print(double seconds, String more) {
        System.out.printf(
                "%s: %d holds in %.1f s, %.0f a second; %s%n", shop.kind(), HOLDS, seconds, HOLDS / seconds, more);
    }

    private JavaProcess steady() {
        TestDatabase database = shop.database();
        return JavaProcess.start(
                List.of("-Xmx512m"),
                SteadyOrdersProgram.class,
                database,
                String.valueOf(RATE),
                String.valueOf(BUYERS),
                String.valueOf(PRODUCTS));
    }

    private static String verdicts(JavaProcess steady, int count) {
        Eventually.await("an answer", BOUND, () -> said(steady).size() >= count || !steady.isAlive(), steady::toString);
        return said(steady).get(count - 1).substring(SteadyOrdersProgram.VERDICTS.length());
    }

    private static List<String> said(JavaProcess steady) {
        return steady.lines().stream()
                .filter(line -> line.startsWith(SteadyOrdersProgram.VERDICTS))
                .toList();
    }

    private void makeDue() {
        shop.execute("UPDATE orderflow_hold SET deadline = '2020-01-01 00:00:00'");
    }

    private void start() {
        for (int i = 0; i < RUNNERS; i++) {
            OrderProcessor orders = OrderProcessor.builder(shop.dataSource())
                    .allowWeakQueue(true)
                    .build()
                    .start();
            processors.add(orders);
            orders.workers(WorkerConfig.defaults()).start();
        }
    }

    /** How many seconds it takes, from now. */
    private double expireAll() {
        long start = System.nanoTime();
        if (processors.isEmpty()) {
            start();
        }
        // a look for any hold passes over all that are done and not yet purged, which would cost what is measured
        awaitNone("the last hold has expired", " WHERE order_id = " + SqlText.id(last));
        awaitNone("all holds have expired", "");
        return (System.nanoTime() - start) / 1e9;
    }

    private void awaitNone(String what, String which) {
        Eventually.await(
                what,
                BOUND,
                () -> shop.read("SELECT 1 FROM orderflow_hold" + which + " LIMIT 1")
                        .isEmpty(),
                () -> Long.toString(shop.count("orderflow_hold")));
    }

    private double decide() {
        long start = System.nanoTime();
        for (int from = 0; from < ORDERS; from += SqlText.PIECE) {
            shop.decide(orders(SqlText.PIECE, false));
        }
        return ORDERS / ((System.nanoTime() - start) / 1e9);
    }

    private List<OrderEntry> orders(int count, boolean held) {
        List<OrderEntry> orders = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            OrderRequest.Builder order = OrderRequest.of(random.nextInt(BUYERS)).line(random.nextInt(PRODUCTS), 1);
            orders.add(OrderEntry.of(held ? order.holdFor(Duration.ofDays(1)).build() : order.build()));
        }
        return orders;
    }
}
