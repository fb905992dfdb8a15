package io.orderflow.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.OrderProcessor;
import io.orderflow.WorkerConfig;
import io.orderflow.internal.codec.Codes;
import io.orderflow.internal.codec.DecisionNumber;
import io.orderflow.model.ShopDatabase;
import io.orderflow.testing.BuildConsole;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Processes that submit and decide, and processes that read the feed, are killed while they are at it. Small here;
 * {@code -Dfeed.orders=1000000} and more properties make it large, see docs/load-test.md.
 */
class FeedCrashTest {
    private static final int ORDERS = Integer.getInteger("feed.orders", 600);
    private static final int KILLS = Integer.getInteger("feed.kills", 3);
    private static final int PROCESSES = Integer.getInteger("feed.processes", 1);

    /** 2 minutes, and as long as the orders may take on a slow machine. */
    private static final Duration BOUND = Duration.ofSeconds(120 + ORDERS / 500);

    /** A large run is watched by somebody. */
    private static final Consumer<String> PROGRESS =
            System.getProperty("feed.orders") == null ? System.out::println : BuildConsole::say;

    @TempDir
    Path folder;

    /** A file of H2 has one process. */
    static Stream<TestDatabase.Kind> databases() {
        return TestDatabase.Kind.named("feed.databases", "MARIADB,MYSQL");
    }

    @ParameterizedTest
    @MethodSource("databases")
    void everyDecisionIsSeenInItsOrder(TestDatabase.Kind kind) throws SQLException {
        long seed = Long.getLong("feed.seed", System.nanoTime());
        try (ShopDatabase shop = ShopDatabase.open(kind)) {
            try (OrderProcessor orders =
                    OrderProcessor.builder(shop.dataSource()).build()) {
                Goods.seed(orders, Math.max(1, ORDERS / 1_000));
            }
            long start = System.nanoTime();
            List<long[]> told = submitAndKill(shop, seed);
            double seconds = (System.nanoTime() - start) / 1e9;
            long[] decided = decided(shop);
            PROGRESS.accept(String.format(
                    "%s: %d orders of %d processes and %d events in %.1f s, %d kills; %d events were told",
                    kind,
                    PROCESSES * (ORDERS / PROCESSES),
                    PROCESSES,
                    decided.length,
                    seconds,
                    KILLS,
                    told.stream().mapToLong(positions -> positions.length).sum()));
            assertEquals(PROCESSES * (ORDERS / PROCESSES), shop.count("orderflow_orders"), "seed " + seed);
            assertInOrder(decided, told, seed);
            shop.assertSound();
        }
    }

    private List<long[]> submitAndKill(ShopDatabase shop, long seed) {
        FeedVictims.Plan plan = new FeedVictims.Plan(seed, PROCESSES, ORDERS / PROCESSES, KILLS, BOUND, PROGRESS);
        try (FeedVictims victims = FeedVictims.start(shop.database(), plan, folder)) {
            victims.submitAndKill();
            try (OrderProcessor orders =
                    OrderProcessor.builder(shop.dataSource()).build().start()) {
                orders.workers(WorkerConfig.defaults()).start();
                await(
                        "nothing waits, and no hold is left",
                        () -> isEmpty(shop, "pending") && isEmpty(shop, "hold"),
                        shop);
                await(
                        "all is read",
                        () -> orders.feeds()
                                        .find(FeedReaderProcess.FEED)
                                        .orElseThrow()
                                        .behind()
                                == 0,
                        victims);
                return victims.told();
            }
        }
    }

    private static boolean isEmpty(ShopDatabase shop, String table) {
        return shop.read("SELECT 1 FROM orderflow_" + table + " LIMIT 1").isEmpty();
    }

    private static void await(String what, BooleanSupplier condition, Object state) {
        Eventually.await(what, BOUND, condition, state::toString);
    }

    /** The numbers of all decisions and changes by the tables of orders and changes, which the feed does not read. */
    private static long[] decided(ShopDatabase shop) throws SQLException {
        String charged = "(" + Codes.REJECTED + "," + Codes.charged() + ")";
        String[] from = {"orderflow_orders WHERE status IN " + charged, "orderflow_order_change"};
        try (Connection connection = shop.foreign();
                Statement statement = connection.createStatement()) {
            long[] numbers = new long[0];
            for (String rows : from) {
                numbers = append(statement, rows, numbers);
            }
            Arrays.sort(numbers);
            return numbers;
        }
    }

    private static long[] append(Statement statement, String rows, long[] before) throws SQLException {
        long[] numbers = before;
        try (ResultSet row = statement.executeQuery("SELECT COUNT(*) FROM " + rows)) {
            row.next();
            numbers = Arrays.copyOf(before, before.length + row.getInt(1));
        }
        try (ResultSet row = statement.executeQuery("SELECT batch_id, place FROM " + rows)) {
            for (int i = before.length; row.next(); i++) {
                numbers[i] = DecisionNumber.of(row.getLong(1), row.getInt(2));
            }
        }
        return numbers;
    }

    /**
     * Each reader goes on with what comes after the last that was told, or with something before, and skips nothing.
     */
    private static void assertInOrder(long[] decided, List<long[]> told, long seed) {
        int newest = -1;
        for (int reader = 0; reader < told.size(); reader++) {
            int before = newest;
            for (long position : told.get(reader)) {
                int place = Arrays.binarySearch(decided, position);
                if (place < 0 || place > before + 1) {
                    throw new AssertionError("reader " + reader + " was told " + position + ", which is "
                            + (place < 0 ? "nothing" : "event " + place) + ", after event " + before + ", seed "
                            + seed);
                }
                before = place;
                newest = Math.max(newest, place);
            }
        }
        assertTrue(decided.length > ORDERS / 2, () -> decided.length + " events, seed " + seed);
        assertEquals(decided.length - 1, newest, "the last that was told, seed " + seed);
    }
}
