package io.orderflow.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.Acceptance;
import io.orderflow.Order;
import io.orderflow.OrderRequest;
import io.orderflow.OrderStatus;
import io.orderflow.internal.engine.Step;
import io.orderflow.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A worker whose process is stopped in mid-transaction while it holds the row of a product that everybody wants (F9).
 */
class FrozenWorkerTest {
    @ParameterizedTest
    @CsvSource({"MARIADB, LOCKED", "MARIADB, WRITTEN", "MARIADB_CONNECTOR, WRITTEN", "MYSQL, LOCKED", "MYSQL, WRITTEN"})
    void othersCommitWithinTwoLeasesAndTheZombieDoesNoHarm(TestDatabase.Kind kind, Step step)
            throws InterruptedException, SQLException {
        Acceptance acceptance = Journals.inTurn(kind.ordinal() + step.ordinal());
        try (TestedShop shop = TestedShop.open(TestDatabase.open(kind), acceptance);
                ShopProcess zombie =
                        ShopProcess.start(shop.database(), acceptance, 1, 20, ShopProcess.Trap.park(step))) {
            zombie.process().awaitLine("parked", ShopProcess.BOUND);
            zombie.process().freeze();
            long frozen = System.nanoTime();
            CompletableFuture<Duration> stranger = whenAStrangersRowIsFree(shop.database());
            shop.startWorkers();
            OrderRequest request = OrderRequest.of(1).line(Goods.HOT, 1).build();
            shop.submit(request);
            Order order = shop.orders().await(request.id(), TestedShop.BOUND).orElseThrow();
            Duration took = Duration.ofNanos(System.nanoTime() - frozen);
            assertEquals(OrderStatus.COMPLETED, order.status());
            System.out.println(kind + ", " + acceptance + ": a worker frozen when " + step + ": others commit after "
                    + BuyerAnswers.millis(took));
            assertTrue(
                    took.compareTo(TestedShop.LEASE.multipliedBy(2)) < 0
                            || took.compareTo(stranger.join().multipliedBy(2)) < 0,
                    () -> "two leases: " + took + "; a stranger's row was free after " + stranger.join());
            stranger.join();

            zombie.process().thaw();
            zombie.process().send("go");
            zombie.awaitSubmitted();
            zombie.enterInto(shop.book());
            shop.settle();
            zombie.end();
            shop.settle();
        }
    }

    /**
     * How long the server takes here and now to end a session that is silent for a lease, and to hand its row on. On a
     * busy machine that is longer than a lease.
     */
    private static CompletableFuture<Duration> whenAStrangersRowIsFree(TestDatabase database) throws SQLException {
        Connection silent = database.connect();
        Connection waiting = database.connect();
        execute(silent, "CREATE TABLE stranger (id INT PRIMARY KEY)");
        execute(silent, "INSERT INTO stranger VALUES (1)");
        execute(silent, "SET SESSION wait_timeout = " + TestedShop.LEASE.toSeconds());
        silent.setAutoCommit(false);
        execute(silent, "SELECT id FROM stranger FOR UPDATE");
        long start = System.nanoTime();
        return CompletableFuture.supplyAsync(() -> {
            try (waiting) {
                execute(waiting, "SELECT id FROM stranger FOR UPDATE");
                Duration took = Duration.ofNanos(System.nanoTime() - start);
                // the server has ended it: nothing that a close would roll back
                silent.abort(Runnable::run);
                return took;
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
