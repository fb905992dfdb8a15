package io.orderflow.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.AdjustmentResult;
import io.orderflow.RejectReason;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlFailure;
import io.orderflow.model.DatabaseContract;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.FaultPlan;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two transactions that meet, each meeting brought about on purpose. */
class EngineConcurrencyTest extends DatabaseContract {
    private static final Duration BOUND = Duration.ofSeconds(20);

    private static final Session.Settings IMPATIENT =
            new Session.Settings(false, Duration.ofSeconds(1), Duration.ofSeconds(30), Duration.ofSeconds(30));

    private static final long BUYER = 10;
    private static final long PRODUCT = 1;
    private static final long NEW_PRODUCT = 2;

    @BeforeEach
    void seed() {
        shop().inventory().define(PRODUCT, 10, 100, "product");
        shop().wallets().open(BUYER, 1_000, "buyer");
    }

    @Test
    void aProductThatIsDefinedAfterTheRejectionHasTheLargerNumber() {
        OrderEntry order = order(BUYER, NEW_PRODUCT, 1);
        CompletableFuture<AdjustmentResult> defining = new CompletableFuture<>();
        BatchResult result = decide(order, Step.LOCKED, () -> {
            start("defining", defining, this::define);
            awaitUncommitted("orderflow_stock", "product = " + NEW_PRODUCT);
        });
        assertEquals(
                Optional.of(RejectReason.UNKNOWN_PRODUCT),
                result.verdicts().get(0).rejectReason());
        assertTrue(decisionOf(defining) > result.decision(0));
    }

    @Test
    void aWalletThatIsOpenedAfterTheRejectionHasTheLargerNumber() {
        OrderEntry order = order(77, PRODUCT, 1);
        CompletableFuture<AdjustmentResult> opening = new CompletableFuture<>();
        BatchResult result = decide(order, Step.LOCKED, () -> {
            start("opening", opening, () -> shop().wallets().open(77, 1_000, "late"));
            awaitUncommitted("orderflow_wallet", "buyer = 77");
        });
        assertEquals(
                Optional.of(RejectReason.UNKNOWN_BUYER),
                result.verdicts().get(0).rejectReason());
        assertTrue(decisionOf(opening) > result.decision(0));
    }

    @Test
    void aProductThatIsDefinedFirstIsSeenWithTheSmallerNumber() throws Exception {
        // an adjustment runs on a thread of the library's
        Gate gate = new Gate("orderflow-apart", "COMMIT");
        CompletableFuture<AdjustmentResult> defining = new CompletableFuture<>();
        shop().dataSource().setPlan(gate);
        start("defining", defining, this::define);
        await(gate.arrived);
        CompletableFuture<BatchResult> deciding = new CompletableFuture<>();
        start("deciding", deciding, () -> decide(order(BUYER, NEW_PRODUCT, 1)));
        gate.opened.countDown();
        BatchResult result = deciding.get(BOUND.toSeconds(), TimeUnit.SECONDS);
        assertEquals(Optional.empty(), result.verdicts().get(0).rejectReason());
        assertTrue(decisionOf(defining) < result.decision(0));
    }

    @Test
    void anOrderWithoutARowThatTwoWorkersHoldIsDecidedOnce() throws Exception {
        OrderEntry order = order(BUYER, PRODUCT, 1);
        CompletableFuture<BatchResult> second = new CompletableFuture<>();
        BatchResult first = decide(order, Step.LOCKED, () -> startPastItsFirstRead(second, order));
        assertEquals(1, first.verdicts().size());
        assertEquals(1, second.get(BOUND.toSeconds(), TimeUnit.SECONDS).skipped());
        assertEquals(990, shop().wallets().find(BUYER).orElseThrow().balance());
    }

    /** Nothing but the guard and the key of the row itself keeps these two apart. */
    @Test
    void anOrderOfNobodyForNothingThatTwoWorkersHoldIsDecidedOnce() throws Exception {
        OrderEntry order = order(99, 99, 1);
        CompletableFuture<BatchResult> second = new CompletableFuture<>();
        BatchResult first = decide(order, Step.LOCKED, () -> startPastItsFirstRead(second, order));
        assertEquals(1, first.verdicts().size());
        assertEquals(1, second.get(BOUND.toSeconds(), TimeUnit.SECONDS).skipped());
    }

    @Test
    void aRowThatSomebodyHoldsTooLongRollsTheWholeBatchBack() throws SQLException {
        OrderEntry order = order(BUYER, PRODUCT, 1);
        shop().journal(List.of(order));
        try (Session session = shop().sessions().open(IMPATIENT)) {
            try (Connection foreign = shop().foreign();
                    Statement lock = foreign.createStatement()) {
                lock.executeUpdate("UPDATE orderflow_stock SET available = available");
                SQLException waited = assertThrows(SQLException.class, () -> engine().decide(session, List.of(order)));
                assertEquals(SqlFailure.CONTENTION, SqlFailure.of(waited), waited::toString);
                // the locks of the batch itself are gone: another takes them at once
                lock.executeUpdate("UPDATE orderflow_wallet SET balance = balance");
                lock.executeUpdate("UPDATE orderflow_orders SET reason = reason");
                foreign.rollback();
            }
            assertEquals(1, engine().decide(session, List.of(order)).verdicts().size());
        }
    }

    @Test
    void aDeadlockWithAForeignTransactionEndsAndTheBatchIsDecidedOnce() throws Exception {
        OrderEntry order = order(BUYER, PRODUCT, 1);
        CompletableFuture<BatchResult> deciding = new CompletableFuture<>();
        try (Connection foreign = shop().foreign();
                Statement lock = foreign.createStatement()) {
            lock.executeUpdate("UPDATE orderflow_stock SET available = available");
            Gate gate = new Gate("deciding", "orderflow_stock");
            shop().dataSource().setPlan(gate);
            start("deciding", deciding, () -> decide(order));
            await(gate.arrived);
            gate.opened.countDown();
            try {
                lock.executeUpdate("UPDATE orderflow_wallet SET balance = balance");
            } catch (SQLException victim) {
                assertEquals(SqlFailure.CONTENTION, SqlFailure.of(victim), victim::toString);
            }
            foreign.rollback();
        }
        assertEquals(
                1, deciding.get(BOUND.toSeconds(), TimeUnit.SECONDS).verdicts().size());
        assertEquals(990, shop().wallets().find(BUYER).orElseThrow().balance());
    }

    @Test
    void theSnapshotOfAReaderHoldsNoHalfOfABatch() throws Exception {
        OrderEntry order = order(BUYER, PRODUCT, 1);
        decide(order, Step.WRITTEN, () -> {
            shop().assertSound();
            assertEquals(0, shop().count("orderflow_orders"));
        });
        shop().assertSound();
    }

    private AdjustmentResult define() {
        return shop().inventory().define(NEW_PRODUCT, 10, 5, "late");
    }

    private Engine engine() {
        return new Engine(shop().tables(), Step.Watcher.NONE);
    }

    private BatchResult decide(OrderEntry order) {
        return decide(order, Step.ACKED, () -> {});
    }

    /** Decides, again after each lost race, and does something at a step of the first try. */
    private BatchResult decide(OrderEntry order, Step step, Runnable action) {
        boolean[] done = {false};
        Engine engine = new Engine(shop().tables(), reached -> {
            if (reached == step && !done[0]) {
                done[0] = true;
                action.run();
            }
        });
        try (Session session = shop().session()) {
            return LostRaces.decideUntilDone(engine, session, List.of(order));
        }
    }

    /** A second worker that has seen no row of the order yet, and waits for what the first holds. */
    private void startPastItsFirstRead(CompletableFuture<BatchResult> second, OrderEntry order) {
        CountDownLatch read = new CountDownLatch(1);
        shop().dataSource().setPlan((step, sql) -> {
            if (step == FaultPlan.Step.AFTER_EXECUTE
                    && Thread.currentThread().getName().equals("second")) {
                read.countDown();
            }
        });
        start("second", second, () -> decide(order));
        await(read);
    }

    private static <T> void start(String name, CompletableFuture<T> future, Supplier<T> work) {
        Runnable task = () -> {
            try {
                future.complete(work.get());
            } catch (RuntimeException | Error e) {
                future.completeExceptionally(e);
            }
        };
        new Thread(task, name).start();
    }

    private static long decisionOf(CompletableFuture<AdjustmentResult> future) {
        return ((AdjustmentResult.Applied)
                        future.orTimeout(BOUND.toSeconds(), TimeUnit.SECONDS).join())
                .decision();
    }

    /** Waits for a row that another transaction has inserted and not committed. */
    private void awaitUncommitted(String table, String condition) {
        Eventually.await("an uncommitted row", BOUND, () -> uncommitted(table, condition) == 1, () -> table);
    }

    private int uncommitted(String table, String condition) {
        try (Connection reader = shop().foreign();
                Statement statement = reader.createStatement()) {
            reader.setTransactionIsolation(Connection.TRANSACTION_READ_UNCOMMITTED);
            try (var row = statement.executeQuery("SELECT COUNT(*) FROM " + table + " WHERE " + condition)) {
                row.next();
                int count = row.getInt(1);
                reader.rollback();
                return count;
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(BOUND.toSeconds(), TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Holds the threads whose names begin so before its statements that contain a text, until it is opened. */
    private record Gate(String thread, String text, CountDownLatch arrived, CountDownLatch opened)
            implements FaultPlan {
        Gate(String thread, String text) {
            this(thread, text, new CountDownLatch(1), new CountDownLatch(1));
        }

        @Override
        public void reached(Step step, String sql) {
            boolean before = step == Step.BEFORE_EXECUTE || step == Step.BEFORE_COMMIT;
            if (before && sql.contains(text) && Thread.currentThread().getName().startsWith(thread)) {
                arrived.countDown();
                await(opened);
            }
        }
    }
}
