package io.orderflow.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.DeadLetterReason;
import io.orderflow.OrderRequest;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlFailure;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.model.DatabaseContract;
import io.orderflow.model.ShopDatabase;
import io.orderflow.testing.FaultPlan;
import io.orderflow.testing.FaultPlan.Step;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Batches of an engine that met no rows of late and looks for none. */
class NoRowsExpectedTest extends DatabaseContract {
    private static final int CAUTIOUS_BATCHES = 16;
    private static final int THREADS = 6;
    private static final int FRAMES = 25;

    private final List<String> looks = new ArrayList<>();
    private Engine engine;
    private Session session;

    /** After one batch, so that the engine expects no rows. */
    @BeforeEach
    void seed() throws SQLException {
        shop().inventory().define(1, 10, 100_000, "product 1");
        shop().inventory().define(2, 10, 100_000, "product 2");
        shop().wallets().open(1, 1_000_000, "buyer 1");
        shop().wallets().open(2, 1_000_000, "buyer 2");
        engine = new Engine(shop().tables(), io.orderflow.internal.engine.Step.Watcher.NONE);
        session = shop().session();
        engine.decide(session, List.of(order(1, 1, 1)));
        shop().dataSource().setPlan((step, sql) -> {
            if (step == Step.BEFORE_EXECUTE && sql.startsWith("SELECT") && sql.contains("FROM orderflow_orders")) {
                looks.add(sql);
            }
        });
    }

    @AfterEach
    void giveBack() {
        session.close();
    }

    @Test
    void noRowIsLookedForWhereTheLastBatchHadNone() throws SQLException {
        assertEquals(3, engine.decide(session, orders(3)).verdicts().size());
        assertEquals(List.of(), looks);
        new Engine(shop().tables(), io.orderflow.internal.engine.Step.Watcher.NONE).decide(session, orders(3));
        assertEquals(2, looks.size(), "nobody knows what a new process will meet");
    }

    @Test
    void afterARowWasMetSixteenBatchesLook() throws SQLException {
        OrderEntry order = order(1, 1, 1);
        engine.decide(session, List.of(order));
        assertThrows(RetryBatchException.class, () -> engine.decide(session, List.of(order)));
        for (int batch = 1; batch <= CAUTIOUS_BATCHES; batch++) {
            looks.clear();
            engine.decide(session, orders(1));
            assertEquals(2, looks.size(), "batch " + batch);
        }
        looks.clear();
        engine.decide(session, orders(1));
        assertEquals(List.of(), looks);
    }

    /** Rows of a journal that has one for each order: every batch looks, and none runs twice. */
    @Test
    void whereRowsComeAgainAndAgainNoBatchRunsTwice() throws SQLException {
        AtomicInteger again = new AtomicInteger();
        for (int i = 0; i < 3 * CAUTIOUS_BATCHES; i++) {
            List<OrderEntry> orders = orders(2);
            shop().journalRows(orders);
            try {
                engine.decide(session, orders);
            } catch (RetryBatchException e) {
                again.incrementAndGet();
                engine.decide(session, orders);
            }
        }
        assertEquals(1, again.get());
        assertEquals(List.of("1 97"), byStatus());
    }

    /** A journal of groups has rows of the ones and none of the others. */
    @Test
    void ofABatchOfBothKindsNamedOrdersAloneAreLookedFor() throws SQLException {
        for (int batch = 0; batch < 2 * CAUTIOUS_BATCHES; batch++) {
            List<OrderEntry> orders = List.of(order(1, 1, 1), keyed(batch, 1), order(2, 2, 1), keyed(batch, 2));
            shop().journalGroup(orders);
            looks.clear();
            assertEquals(4, engine.decide(session, orders).verdicts().size());
            assertEquals(1, looks.size(), looks::toString);
            for (OrderEntry order : orders) {
                boolean named = !OrderIds.isTimeOrdered(order.id());
                assertEquals(named, looks.get(0).contains(SqlText.id(order.id())), looks::toString);
            }
        }
        assertEquals(List.of("1 129"), byStatus());
    }

    @Test
    void aRowOfTheOtherKindThatIsThereAfterAllIsMet() throws SQLException {
        List<OrderEntry> batch = List.of(order(1, 1, 1), keyed(1, 1), order(2, 2, 1), keyed(1, 2));
        shop().journalGroup(batch);
        shop().journalRows(batch.subList(0, 1));
        assertThrows(RetryBatchException.class, () -> engine.decide(session, batch));
        assertEquals(4, engine.decide(session, batch).verdicts().size());
        List<OrderEntry> queued = List.of(keyed(2, 1), order(1, 1, 1));
        assertEquals(2, engine.decide(session, queued).verdicts().size(), "a queue alone accepted them");
        assertEquals(List.of("1 7"), byStatus());
    }

    private static OrderEntry keyed(int batch, int number) {
        return OrderEntry.of(OrderRequest.of(1)
                .line(1, 1)
                .idempotencyKey(batch + " " + number)
                .build());
    }

    @Test
    void aFrameThatWasDecidedBeforeIsSkippedAndTheRestOfItsBatchDecided() throws SQLException {
        OrderEntry before = order(1, 1, 1);
        OrderEntry rejected = order(99, 1, 1);
        engine.decide(session, List.of(before, rejected));
        List<OrderEntry> batch = List.of(order(2, 2, 1), before, order(2, 1, 1), rejected);
        assertThrows(RetryBatchException.class, () -> engine.decide(session, batch));
        BatchResult result = engine.decide(session, batch);
        assertEquals(2, result.verdicts().size());
        assertEquals(2, result.skipped());
        assertEquals(List.of("1 4", "2 1"), byStatus());
    }

    @Test
    void anotherContentIsAConflictWhenTheBatchRunsAgain() throws SQLException {
        OrderEntry before = order(1, 1, 1);
        engine.decide(session, List.of(before));
        OrderEntry other =
                OrderEntry.of(OrderRequest.of(2).id(before.id()).line(2, 2).build());
        List<OrderEntry> batch = List.of(other, order(2, 1, 1));
        assertThrows(RetryBatchException.class, () -> engine.decide(session, batch));
        BatchResult result = engine.decide(session, batch);
        assertEquals(List.of(other), result.conflicts());
        assertEquals(1, result.verdicts().size());
        assertEquals(
                List.of("1"), shop().read("SELECT buyer FROM orderflow_orders WHERE id = " + SqlText.id(before.id())));
    }

    @Test
    void aRowThatWaitsForItsVerdictGetsIt() throws SQLException {
        List<OrderEntry> batch = orders(3);
        shop().journalRows(batch.subList(1, 2));
        assertThrows(RetryBatchException.class, () -> engine.decide(session, batch));
        assertEquals(3, engine.decide(session, batch).verdicts().size());
        assertEquals(List.of("1 4"), byStatus());
    }

    @Test
    void anOrderThatWasSetAsideStaysSo() throws SQLException {
        OrderEntry parked = order(1, 1, 1);
        shop().journalRows(List.of(parked));
        new DeadLetters(shop().tables())
                .park(session, parked, new DeadLetters.Parking(DeadLetterReason.POISON, "a test", 3));
        assertThrows(RetryBatchException.class, () -> engine.decide(session, List.of(parked)));
        assertEquals(1, engine.decide(session, List.of(parked)).skipped());
        assertEquals(List.of("1 1", "3 1"), byStatus());
    }

    @Test
    void twinsOfOneBatchAreOneOrder() throws SQLException {
        OrderEntry order = order(1, 1, 1);
        OrderEntry other =
                OrderEntry.of(OrderRequest.of(1).id(order.id()).line(1, 7).build());
        BatchResult result = engine.decide(session, List.of(order, order(2, 2, 1), order, other));
        assertEquals(2, result.verdicts().size());
        assertEquals(1, result.skipped());
        assertEquals(List.of(other), result.conflicts());
        assertEquals(List.of(), looks);
    }

    /** What rests on rows that others wrote is followed by a commit of a change of our own. */
    @Test
    void aBatchThatOnlySkipsIsFollowedByACommitOfOurs() throws SQLException {
        List<OrderEntry> batch = orders(2);
        engine.decide(session, batch);
        assertThrows(RetryBatchException.class, () -> engine.decide(session, batch));
        List<String> writes = new ArrayList<>();
        shop().dataSource().setPlan((step, sql) -> {
            if (step == Step.BEFORE_EXECUTE && !sql.startsWith("SELECT")) {
                writes.add(sql.split(" \\(| WHERE")[0]);
            }
        });
        engine.decide(session, batch);
        assertEquals(List.of("INSERT INTO orderflow_attempt", "DELETE FROM orderflow_attempt"), writes);
    }

    /** Each thread has all frames, and two processes have an engine each. */
    @Test
    void manyWhoGetTheSameFramesDecideThemOnce() throws InterruptedException {
        shop().dataSource().setPlan(FaultPlan.NONE);
        List<List<OrderEntry>> frames = IntStream.range(0, FRAMES)
                .mapToObj(i -> IntStream.range(0, 20)
                        .mapToObj(j -> order(1 + j % 2, 1 + i % 2, 1))
                        .toList())
                .toList();
        List<Engine> engines =
                List.of(engine, new Engine(shop().tables(), io.orderflow.internal.engine.Step.Watcher.NONE));
        AtomicInteger decided = new AtomicInteger();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            List<List<OrderEntry>> mine = new ArrayList<>(frames);
            Collections.shuffle(mine, new Random(i));
            Engine own = engines.get(i % engines.size());
            threads.add(new Thread(() -> decideAll(own, mine, decided, failure)));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join(120_000);
        }
        assertEquals(null, failure.get());
        assertEquals(FRAMES * 20, decided.get());
        assertEquals(List.of("1 " + (FRAMES * 20 + 1)), byStatus());
    }

    private void decideAll(
            Engine own, List<List<OrderEntry>> frames, AtomicInteger decided, AtomicReference<Throwable> failure) {
        try (Session worker = shop().sessions().open(ShopDatabase.WORKER_SETTINGS)) {
            for (List<OrderEntry> frame : frames) {
                decided.addAndGet(decideUntilDone(own, worker, frame).verdicts().size());
            }
        } catch (SQLException | RuntimeException | Error e) {
            failure.compareAndSet(null, e);
        }
    }

    private static BatchResult decideUntilDone(Engine own, Session worker, List<OrderEntry> frame) throws SQLException {
        for (int tries = 1; ; tries++) {
            assertTrue(tries < 1_000, "lost again and again");
            try {
                return own.decide(worker, frame);
            } catch (RetryBatchException e) {
                // again
            } catch (SQLException e) {
                SqlFailure kind = SqlFailure.of(e);
                if (kind != SqlFailure.CONTENTION && kind != SqlFailure.DUPLICATE_KEY) {
                    throw e;
                }
            }
        }
    }

    private List<String> byStatus() {
        return shop().read("SELECT status, COUNT(*) FROM orderflow_orders GROUP BY status ORDER BY status");
    }
}
