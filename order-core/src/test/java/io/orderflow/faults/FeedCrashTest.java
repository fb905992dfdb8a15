package io.orderflow.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.Acceptance;
import io.orderflow.FeedConfig;
import io.orderflow.OrderProcessor;
import io.orderflow.WorkerConfig;
import io.orderflow.internal.codec.Codes;
import io.orderflow.model.ShopDatabase;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.JavaProcess;
import io.orderflow.testing.TestDatabase;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Processes that submit and decide, and processes that read the feed, are killed while they are at it. */
class FeedCrashTest {
    private static final Duration BOUND = Duration.ofSeconds(120);
    private static final int KILLS = 3;
    private static final int ORDERS = 600;
    private static final String EVENT = "event ";

    /** A file of H2 has one process. */
    @ParameterizedTest
    @EnumSource(names = "H2", mode = EnumSource.Mode.EXCLUDE)
    void everyDecisionIsSeenInItsOrder(TestDatabase.Kind kind) {
        long seed = System.nanoTime();
        List<Long> seen = new ArrayList<>();
        try (ShopDatabase shop = ShopDatabase.open(kind)) {
            try (OrderProcessor orders =
                    OrderProcessor.builder(shop.dataSource()).build()) {
                Goods.seed(orders);
            }
            submitAndKill(shop, seed, seen);
            try (OrderProcessor orders =
                            OrderProcessor.builder(shop.dataSource()).build().start();
                    JavaProcess last = reader(shop.database())) {
                orders.workers(WorkerConfig.defaults()).start();
                await(
                        "all are decided, and no hold is left",
                        () -> shop.read("SELECT (SELECT COUNT(*) FROM orderflow_orders WHERE status IN (0, 4))"
                                        + " + (SELECT COUNT(*) FROM orderflow_hold)")
                                .equals(List.of("0")),
                        shop);
                await(
                        "all is read",
                        () -> orders.feeds().find("crash").orElseThrow().behind() == 0,
                        shop);
                last.kill9();
                last.awaitExit(BOUND);
                seen.addAll(positions(last));
            }
            List<Long> decided = shop
                    .read("SELECT batch_id * 1000 + place FROM orderflow_orders WHERE status IN (" + Codes.REJECTED
                            + ","
                            + Codes.charged() + ") UNION ALL SELECT batch_id * 1000 + place FROM orderflow_order_change"
                            + " ORDER BY 1")
                    .stream()
                    .map(Long::valueOf)
                    .toList();
            assertTrue(decided.size() > ORDERS / 2, () -> decided.size() + " orders, seed " + seed);
            assertEquals(decided, List.copyOf(new LinkedHashSet<>(seen)), "seed " + seed);
            shop.assertSound();
        }
    }

    /** Each reader is killed when it has seen something new, and every other time the shop is killed with it. */
    private static void submitAndKill(ShopDatabase shop, long seed, List<Long> seen) {
        ShopProcess process =
                ShopProcess.start(shop.database(), Acceptance.ROW_JOURNAL, seed, ORDERS, ShopProcess.Trap.NONE);
        try {
            for (int kill = 1; kill <= KILLS; kill++) {
                try (JavaProcess reader = reader(shop.database())) {
                    long before = seen.stream().mapToLong(Long::longValue).max().orElse(0);
                    await(
                            "something new is read",
                            () -> positions(reader).stream().anyMatch(position -> position > before),
                            reader);
                    if (kill % 2 == 0) {
                        process.process().kill9();
                        process.close();
                        process = ShopProcess.start(
                                shop.database(), Acceptance.ROW_JOURNAL, seed + kill, ORDERS, ShopProcess.Trap.NONE);
                    }
                    reader.kill9();
                    reader.awaitExit(BOUND);
                    seen.addAll(positions(reader));
                }
            }
            process.awaitSubmitted();
            process.end();
        } finally {
            process.close();
        }
    }

    private static void await(String what, BooleanSupplier condition, Object state) {
        Eventually.await(what, BOUND, condition, state::toString);
    }

    private static JavaProcess reader(TestDatabase database) {
        return JavaProcess.start(Reader.class, database.jdbcUrl(), database.user(), database.password());
    }

    /** Of whole lines: the process may have died in the middle of one. */
    private static List<Long> positions(JavaProcess reader) {
        return reader.lines().stream()
                .filter(line -> line.startsWith(EVENT) && line.endsWith("."))
                .flatMap(line -> Stream.of(
                        line.substring(EVENT.length(), line.length() - 1).split(" ")))
                .map(Long::valueOf)
                .toList();
    }

    /** Reads the feed and says what it was told, until it is killed. */
    static final class Reader {
        private Reader() {}

        public static void main(String[] arguments) throws IOException {
            HikariConfig config = new HikariConfig();
            config.setJdbcUrl(arguments[0]);
            config.setUsername(arguments[1]);
            config.setPassword(arguments[2]);
            config.setMaximumPoolSize(4);
            FeedConfig feed = FeedConfig.builder()
                    .lease(Duration.ofSeconds(2))
                    .maxEvents(20)
                    .build();
            try (HikariDataSource pool = new HikariDataSource(config);
                    OrderProcessor orders = OrderProcessor.builder(pool).build()) {
                orders.feed("crash").start(feed, events -> {
                    StringBuilder line = new StringBuilder(EVENT);
                    events.forEach(event -> line.append(event.position()).append(' '));
                    line.setCharAt(line.length() - 1, '.');
                    System.out.println(line);
                });
                while (System.in.read() >= 0) {
                    // until the test is over
                }
            }
        }
    }
}
