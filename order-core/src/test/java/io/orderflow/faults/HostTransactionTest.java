package io.orderflow.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.Order;
import io.orderflow.OrderRequest;
import io.orderflow.OrderStatus;
import io.orderflow.PlaceResult;
import io.orderflow.SubmitResult;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Orders that a host places inside its own transactions. */
class HostTransactionTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @ParameterizedTest
    @EnumSource
    void anOrderExistsWithTheTransactionAndNotWithoutIt(TestDatabase.Kind kind) throws Exception {
        try (TestedShop shop = TestedShop.open(TestDatabase.open(kind));
                Connection host = shop.database().connect()) {
            shop.startWorkers();
            execute(host, "CREATE TABLE invoice (id BIGINT PRIMARY KEY)");
            OrderRequest request = OrderRequest.of(1).line(2, 1).build();
            assertThrows(IllegalArgumentException.class, () -> shop.orders().place(host, request));

            host.setAutoCommit(false);
            execute(host, "INSERT INTO invoice VALUES (1)");
            assertEquals(new PlaceResult.Placed(request.id()), shop.orders().place(host, request));
            assertInstanceOf(PlaceResult.Duplicate.class, shop.orders().place(host, request));
            host.rollback();
            assertEquals(Optional.empty(), shop.orders().find(request.id()));

            assertEquals(new PlaceResult.Placed(request.id()), shop.orders().place(host, request));
            execute(host, "INSERT INTO invoice VALUES (2)");
            host.commit();
            shop.book().accepted(request);
            Order order = shop.orders().await(request.id(), TestedShop.BOUND).orElseThrow();
            assertEquals(OrderStatus.COMPLETED, order.status());
            assertEquals(1, shop.checker().number("SELECT COUNT(*) FROM invoice"));

            assertEquals(new PlaceResult.Duplicate(order), shop.orders().place(host, request));
            OrderRequest other = OrderRequest.of(1).line(2, 2).id(request.id()).build();
            assertEquals(new PlaceResult.Conflict(request.id()), shop.orders().place(host, other));
            host.commit();
            assertInstanceOf(SubmitResult.Duplicate.class, shop.submit(request));
            shop.settle();
        }
    }

    @ParameterizedTest
    @EnumSource
    void placingChangesNothingAboutTheConnection(TestDatabase.Kind kind) throws SQLException {
        try (TestedShop shop = TestedShop.open(TestDatabase.open(kind));
                Connection host = shop.database().connect()) {
            host.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
            host.setAutoCommit(false);
            String before = settings(host, kind);
            OrderRequest request = OrderRequest.of(1).line(2, 1).build();
            shop.orders().place(host, request);
            shop.orders().place(host, request);
            assertEquals(before, settings(host, kind));
            assertEquals(Connection.TRANSACTION_SERIALIZABLE, host.getTransactionIsolation());
            host.rollback();
        }
    }

    private static String settings(Connection connection, TestDatabase.Kind kind) throws SQLException {
        String query = kind == TestDatabase.Kind.H2
                ? "SELECT LOCK_TIMEOUT()"
                : "SELECT CONCAT_WS(' ', @@SESSION.innodb_lock_wait_timeout, @@SESSION.wait_timeout, "
                        + "@@SESSION.sql_mode)";
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1) + " " + connection.getNetworkTimeout() + " " + connection.getAutoCommit();
        }
    }

    /** Which of its orders a runner takes first is no matter of drivers. */
    @ParameterizedTest
    @EnumSource(names = "MARIADB_CONNECTOR", mode = EnumSource.Mode.EXCLUDE)
    void aPlacedOrderIsDecidedWithinASecondWhileTheQueueIsFull(TestDatabase.Kind kind) throws Exception {
        try (TestedShop shop = TestedShop.open(TestDatabase.open(kind));
                Connection host = shop.database().connect()) {
            host.setAutoCommit(false);
            shop.startWorkers();
            BuyerAnswers hinted = new BuyerAnswers();
            BuyerAnswers unhinted = new BuyerAnswers();
            try (Flood flood = new Flood(shop);
                    RowsBeside beside = RowsBeside.start(shop.database(), 1, 2)) {
                Eventually.await(
                        "the flood flows",
                        TestedShop.BOUND,
                        () -> flood.submitted() > 2 * Flood.WINDOW,
                        flood::toString);
                for (int i = 0; i < 8; i++) {
                    boolean hint = i % 2 == 0;
                    Duration took = placeAndAwait(shop, host, hint, hint ? hinted : unhinted);
                    assertTrue(
                            took.compareTo(beside.extend(SECOND)) < 0,
                            () -> (hint ? "with" : "without") + " a hint decided after " + took + "; " + beside);
                }
                System.out.println(kind + ": " + beside);
            }
            System.out.println(
                    kind + ": placed orders under full load: with a hint " + hinted + "; without " + unhinted);
            shop.settle();
        }
    }

    private static Duration placeAndAwait(TestedShop shop, Connection host, boolean hint, BuyerAnswers answers)
            throws SQLException, InterruptedException {
        OrderRequest request = OrderRequest.of(1).line(2, 1).build();
        shop.orders().place(host, request);
        host.commit();
        long start = System.nanoTime();
        shop.book().accepted(request);
        if (hint) {
            shop.orders().afterCommit();
        }
        Order order = shop.orders().await(request.id(), TestedShop.BOUND).orElseThrow();
        assertTrue(order.status().isVerdict(), order::toString);
        long end = System.nanoTime();
        answers.add(start, end, new SubmitResult.Accepted(request.id()));
        return Duration.ofNanos(end - start);
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** A thread that keeps hundreds of submissions under way, so that the queue never runs empty. */
    private static final class Flood implements AutoCloseable {
        private static final int WINDOW = 600;

        private final TestedShop shop;
        private final Deque<CompletableFuture<Void>> underWay = new ArrayDeque<>();
        private final Thread thread = new Thread(this::run, "flood");
        private volatile boolean ended;
        private volatile int submitted;

        Flood(TestedShop shop) {
            this.shop = shop;
            thread.setDaemon(true);
            thread.start();
        }

        int submitted() {
            return submitted;
        }

        private void run() {
            while (!ended) {
                OrderRequest request = Goods.order(77, submitted);
                underWay.addLast(shop.orders()
                        .submitAsync(request)
                        .thenAccept(result -> shop.book().answered(request, result)));
                submitted++;
                if (underWay.size() >= WINDOW) {
                    underWay.removeFirst().join();
                }
            }
            underWay.forEach(CompletableFuture::join);
        }

        @Override
        public void close() {
            ended = true;
            Load.awaitEnd(thread);
        }

        @Override
        public String toString() {
            return submitted + " submitted, " + shop.checker().state();
        }
    }
}
