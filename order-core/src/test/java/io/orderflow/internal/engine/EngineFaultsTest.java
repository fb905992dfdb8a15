package io.orderflow.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlFailure;
import io.orderflow.model.DatabaseContract;
import io.orderflow.testing.FaultPlan;
import io.orderflow.testing.FaultPlan.Step;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A batch that fails at any of its statements has no effect, and the same batch again has all of them, once. */
class EngineFaultsTest extends DatabaseContract {
    private static final long BUYER = 10;
    private static final long PRODUCT = 1;

    @BeforeEach
    void seed() {
        shop().inventory().define(PRODUCT, 10, 1_000_000, "product");
        shop().wallets().open(BUYER, 1_000_000, "buyer");
    }

    /** A way to fail, and whether the connection can be used afterwards. */
    record Fault(String name, Step step, Supplier<SQLException> failure, boolean endsConnection) {
        @Override
        public String toString() {
            return name + " " + step;
        }
    }

    static Stream<Fault> faults() {
        return Stream.of(
                new Fault("deadlock", Step.BEFORE_EXECUTE, FaultPlan::deadlock, false),
                new Fault("lock wait", Step.AFTER_EXECUTE, FaultPlan::lockWaitTimeout, false),
                new Fault("read only", Step.BEFORE_EXECUTE, FaultPlan::readOnly, true),
                new Fault("lost", Step.BEFORE_EXECUTE, () -> FaultPlan.lost(Step.BEFORE_EXECUTE), true),
                new Fault("lost", Step.AFTER_EXECUTE, () -> FaultPlan.lost(Step.AFTER_EXECUTE), true));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void aFailureAtAnyStatementHasNoEffectAndTheSameBatchAgainHasThemAll(Fault fault) throws SQLException {
        Session session = shop().session();
        int statement = 1;
        for (; ; statement++) {
            List<OrderEntry> batch = mixedBatch();
            List<String> before = effects();
            shop().dataSource().setPlan(FaultPlan.nth(fault.step(), statement, fault.failure()));
            try {
                decide(session, batch);
                break;
            } catch (SQLException e) {
                shop().dataSource().setPlan(FaultPlan.NONE);
                assertEquals(fault.endsConnection(), SqlFailure.of(e).endsConnection(), fault::toString);
                if (fault.endsConnection()) {
                    session.discard(e);
                    session = shop().session();
                }
            }
            assertEquals(before, effects(), "after " + fault + " at statement " + statement);
            assertEquals(6, decide(session, batch).verdicts().size(), "after " + fault + " at statement " + statement);
        }
        session.close();
        assertTrue(statement > 10, "only " + statement + " statements were made to fail");
    }

    @Test
    void aCommitInDoubtThatWasDoneIsFoundInTheRows() throws SQLException {
        List<OrderEntry> batch = mixedBatch();
        SQLException lost = failAt(Step.AFTER_COMMIT, batch);
        assertFalse(SqlFailure.of(lost).isDefinite());
        List<String> after = effects();
        try (Session session = shop().session()) {
            assertEquals(new BatchResult(0, List.of(), List.of(), 6), decide(session, batch));
        }
        assertEquals(after, effects());
        assertEquals(999_960, shop().wallets().find(BUYER).orElseThrow().balance());
    }

    @Test
    void aCommitInDoubtThatWasNotDoneIsDoneOnceByTheSameBatch() throws SQLException {
        List<OrderEntry> batch = mixedBatch();
        List<String> before = effects();
        failAt(Step.BEFORE_COMMIT, batch);
        assertEquals(before, effects());
        try (Session session = shop().session()) {
            assertEquals(6, decide(session, batch).verdicts().size());
            assertEquals(6, decide(session, batch).skipped());
        }
        assertEquals(999_960, shop().wallets().find(BUYER).orElseThrow().balance());
    }

    @ParameterizedTest
    @MethodSource("brokenRows")
    void anUpdateThatMissesALockedRowRollsBackAndSaysWhichTable(String delete, String table) throws SQLException {
        List<OrderEntry> batch = mixedBatch();
        List<String> before = effects();
        try (Session session = shop().session()) {
            Engine engine = new Engine(shop().tables(), step -> {
                if (step == io.orderflow.internal.engine.Step.LOCKED) {
                    deleteOn(session, delete);
                }
            });
            BrokenInvariantException broken =
                    assertThrows(BrokenInvariantException.class, () -> engine.decide(session, batch));
            assertTrue(broken.getMessage().startsWith("an update of " + table + " matched "), broken::getMessage);
            assertEquals(before, effects());
            assertEquals(6, decide(session, batch).verdicts().size());
        }
    }

    static Stream<Arguments> brokenRows() {
        return Stream.of("wallet", "stock", "orders")
                .map(table -> Arguments.of("DELETE FROM orderflow_" + table, "orderflow_" + table));
    }

    @Test
    void theNumberOfStatementsIsTheSameForTenOrdersAndForFiveHundred() throws SQLException {
        List<String> ten = statementsOf(10);
        List<String> fiveHundred = statementsOf(500);
        assertEquals(ten, fiveHundred);
        assertEquals(14, ten.size(), ten::toString);
    }

    /** The beginnings of the statements of a batch with everything in it: journaled and new, completed and rejected. */
    private List<String> statementsOf(int orders) throws SQLException {
        List<OrderEntry> batch = new ArrayList<>();
        while (batch.size() < orders) {
            batch.addAll(mixedBatch());
        }
        List<String> statements = new ArrayList<>();
        try (Session session = shop().session()) {
            shop().dataSource().setPlan((step, sql) -> {
                if (step == Step.BEFORE_EXECUTE || step == Step.BEFORE_COMMIT) {
                    statements.add(sql.substring(0, Math.min(30, sql.length())));
                }
            });
            decide(session, batch.subList(0, orders));
            shop().dataSource().setPlan(FaultPlan.NONE);
        }
        return statements;
    }

    private SQLException failAt(Step step, List<OrderEntry> batch) {
        Session session = shop().session();
        shop().dataSource().setPlan(FaultPlan.nth(step, 1));
        SQLException lost = assertThrows(SQLException.class, () -> decide(session, batch));
        shop().dataSource().setPlan(FaultPlan.NONE);
        session.discard(lost);
        return lost;
    }

    private static void deleteOn(Session session, String delete) {
        try (Statement statement = session.statement()) {
            statement.executeUpdate(delete);
        } catch (SQLException e) {
            throw new AssertionError(delete, e);
        }
    }

    private BatchResult decide(Session session, List<OrderEntry> batch) throws SQLException {
        return new Engine(shop().tables(), io.orderflow.internal.engine.Step.Watcher.NONE).decide(session, batch);
    }

    /** Six orders: completed, rejected, and of an unknown buyer; one of each journaled, one not. */
    private List<OrderEntry> mixedBatch() {
        List<OrderEntry> batch = List.of(
                order(BUYER, PRODUCT, 1),
                order(BUYER, PRODUCT, 1_000_000),
                order(99, PRODUCT, 1),
                order(BUYER, PRODUCT, 3),
                order(BUYER, PRODUCT, 1_000_000),
                order(99, PRODUCT, 1));
        shop().journal(batch.subList(0, 3));
        return batch;
    }

    private List<String> effects() {
        List<String> effects = new ArrayList<>(shop().read("SELECT balance FROM orderflow_wallet ORDER BY buyer"));
        effects.addAll(shop().read("SELECT available, unit_price FROM orderflow_stock ORDER BY product"));
        effects.addAll(shop().read("SELECT status, COUNT(*) FROM orderflow_orders GROUP BY status ORDER BY status"));
        effects.addAll(shop().read("SELECT COUNT(*) FROM orderflow_order_line"));
        effects.addAll(shop().read("SELECT COUNT(*) FROM orderflow_batch"));
        return effects;
    }
}
