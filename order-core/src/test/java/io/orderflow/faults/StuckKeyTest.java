package io.orderflow.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.Acceptance;
import io.orderflow.OrderRequest;
import io.orderflow.OrderStatus;
import io.orderflow.SubmitResult;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.testing.CommitLag;
import io.orderflow.testing.TestDatabase;
import io.orderflow.testkit.MachineLag;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A foreign transaction that holds the key of one order for a long time (F12). */
class StuckKeyTest {
    private static final Duration DEADLINE = Duration.ofSeconds(5);
    private static final Duration OTHERS = Duration.ofMillis(1_500);
    private static final Duration LATENESS = Duration.ofMillis(250);
    private static final Duration HELD = Duration.ofSeconds(5);

    /** One wait of a second for the row, and a batch before it and after it. */
    private static final Duration VERDICT = Duration.ofMillis(2_500);

    /** What all buyers together are ahead of the workers is a batch or two: it is the row that is waited for. */
    private static final int AHEAD = 50;

    private static final long PACE = TimeUnit.MILLISECONDS.toNanos(20);

    @ParameterizedTest
    @CsvSource({"H2, 6", "MARIADB, 10", "MARIADB_CONNECTOR, 10", "MYSQL, 10"})
    void theOthersDoNotWaitForTheStuckOne(TestDatabase.Kind kind, int seconds) throws SQLException {
        OrderRequest stuck =
                OrderRequest.of(1).line(2, 1).idempotencyKey("stuck").build();
        try (MachineLag lag = MachineLag.watch();
                TestedShop shop = TestedShop.open(TestDatabase.open(kind), Journals.inTurn(kind.ordinal()));
                Connection foreign = shop.database().connect()) {
            shop.startWorkers();
            BuyerAnswers others;
            BuyerAnswers ofStuck;
            try (Load load = Load.paced(shop, 6, 4, AHEAD)) {
                shop.awaitDecided(100);
                hold(foreign, stuck);
                long start = System.nanoTime();
                ofStuck = submitAgainAndAgain(shop, stuck, Duration.ofSeconds(seconds), foreign);
                others = load.answers().where(answer -> answer.end() > start);
            }
            System.out.println(kind + ", a key held for " + seconds + " s: the others " + others);
            System.out.println(kind + ", a key held for " + seconds + " s: the stuck one " + ofStuck);
            assertTrue(others.percentile(99).compareTo(lag.extend(OTHERS)) < 0, () -> others + "; " + lag);
            assertEquals(others.size(), others.count(SubmitResult.Accepted.class), others::toString);
            Duration latest = lag.extend(DEADLINE.plus(LATENESS));
            assertTrue(ofStuck.longest().compareTo(latest) < 0, () -> ofStuck + "; " + lag);
            assertTrue(ofStuck.count(SubmitResult.Unknown.class) > 0, ofStuck::toString);
            assertTrue(ofStuck.count(SubmitResult.Accepted.class) <= 1, ofStuck::toString);
            assertInstanceOf(SubmitResult.Duplicate.class, shop.submit(stuck));
            shop.settle();
        }
    }

    /** The order is accepted, since its group needs no row of its own, and its worker meets the row. */
    @ParameterizedTest
    @EnumSource
    void theOthersAreDecidedWhileSomebodyInsertsTheRowOfAnOrderThatAGroupCarries(TestDatabase.Kind kind)
            throws SQLException, InterruptedException {
        OrderRequest stuck = OrderRequest.of(1).line(2, 1).build();
        try (MachineLag lag = MachineLag.watch();
                TestedShop shop = TestedShop.open(TestDatabase.open(kind), Acceptance.GROUP_JOURNAL);
                CommitLag commits = CommitLag.watch(shop.database());
                Connection foreign = shop.database().connect()) {
            shop.startWorkers();
            hold(foreign, stuck);
            Duration longest = Duration.ZERO;
            try (Load load = Load.paced(shop, 6, 4, AHEAD)) {
                shop.awaitDecided(100);
                assertInstanceOf(SubmitResult.Accepted.class, shop.submit(stuck));
                long begin = System.nanoTime();
                for (int i = 0; System.nanoTime() - begin < HELD.toNanos(); i++) {
                    OrderRequest other = Goods.order(7, i);
                    long start = System.nanoTime();
                    shop.submit(other);
                    shop.orders().await(other.id(), TestedShop.BOUND);
                    Duration took = Duration.ofNanos(System.nanoTime() - start);
                    longest = took.compareTo(longest) > 0 ? took : longest;
                    TimeUnit.NANOSECONDS.sleep(PACE);
                }
                assertTrue(load.accepted() > 100, () -> load.answers().toString());
            }
            System.out.println(kind + ", a row held for " + HELD + ": the slowest verdict of the others after "
                    + longest + "; " + lag + "; " + commits);
            Duration latest = commits.extend(lag.extend(VERDICT));
            assertTrue(longest.compareTo(latest) < 0, longest + "; " + lag + "; " + commits);
            assertEquals(
                    OrderStatus.PENDING,
                    shop.orders().find(stuck.id()).orElseThrow().status());
            foreign.rollback();
            assertEquals(
                    OrderStatus.COMPLETED,
                    shop.orders()
                            .await(stuck.id(), TestedShop.BOUND)
                            .orElseThrow()
                            .status());
            shop.settle();
        }
    }

    /**
     * Submits the same order every 20 ms, as of an impatient buyer, sets it free in the end, and waits for all answers.
     */
    private static BuyerAnswers submitAgainAndAgain(
            TestedShop shop, OrderRequest stuck, Duration held, Connection foreign) throws SQLException {
        BuyerAnswers answers = new BuyerAnswers();
        List<CompletableFuture<Void>> all = new ArrayList<>();
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < held.toNanos()) {
            long start = System.nanoTime();
            all.add(shop.orders()
                    .submitAsync(stuck)
                    .thenAccept(result -> answers.add(start, System.nanoTime(), result)));
            LockSupport.parkNanos(PACE);
        }
        foreign.rollback();
        all.forEach(CompletableFuture::join);
        return answers;
    }

    private static void hold(Connection foreign, OrderRequest request) throws SQLException {
        foreign.setAutoCommit(false);
        try (PreparedStatement insert = foreign.prepareStatement(
                "INSERT INTO orderflow_orders (id, buyer, status, fingerprint, request, place, created_at) VALUES (?,"
                        + " 1, 0, x'00112233445566778899aabbccddeeff', x'00', 0, '2026-01-01 00:00:00')")) {
            insert.setBytes(1, OrderIds.toBytes(request.id()));
            assertEquals(1, insert.executeUpdate());
        }
    }
}
