package io.orderflow.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.OrderRequest;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlFailure;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.model.DatabaseContract;
import io.orderflow.testing.FaultPlan;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An order that comes alone, and what its whole way costs in statements. */
class LoneOrderTest extends DatabaseContract {
    private static final int CAUTIOUS_BATCHES = 16;

    private final List<String> statements = new ArrayList<>();
    private Engine engine;
    private Session session;

    /** After some orders, so that the engine knows what to expect. */
    @BeforeEach
    void seed() throws SQLException {
        shop().inventory().define(1, 10, 100_000, "product 1");
        shop().wallets().open(1, 1_000_000, "buyer 1");
        engine = new Engine(shop().tables(), Step.Watcher.NONE);
        session = shop().session();
        for (int i = 0; i < 2; i++) {
            decideOne();
        }
        shop().dataSource().setPlan((step, sql) -> {
            if (step == FaultPlan.Step.BEFORE_EXECUTE || step == FaultPlan.Step.BEFORE_COMMIT) {
                statements.add(sql.replaceFirst("(?s)( \\(| SET| WHERE|, ).*", ""));
            }
        });
    }

    @AfterEach
    void giveBack() {
        session.close();
    }

    @Test
    void anOrderWithARowIsDecidedWithoutAReadOfTheRow() throws SQLException {
        OrderEntry order = order();
        shop().journal(List.of(order));
        statements.clear();
        assertEquals(1, engine.decide(session, List.of(order)).verdicts().size());
        assertEquals(1, statements.stream().filter("COMMIT"::equals).count(), statements::toString);
        assertTrue(statements.stream().noneMatch(sql -> sql.startsWith("SELECT id")), statements::toString);
        assertTrue(statements.size() <= 6, statements::toString);
        assertEquals(
                List.of("1 1"),
                shop().read("SELECT o.status, COUNT(*) FROM orderflow_orders o JOIN orderflow_batch b"
                        + " ON b.id = o.batch_id WHERE b.size = 1 AND b.oldest = o.created_at AND o.id = "
                        + SqlText.id(order.id()) + " GROUP BY o.status"));
    }

    @Test
    void oneThatIsDecidedIsSkippedAndTheNextBatchesLookFirst() throws SQLException {
        OrderEntry order = decideOne();
        assertEquals(1, engine.decide(session, List.of(order)).skipped());
        for (int batch = 0; batch < CAUTIOUS_BATCHES; batch++) {
            decideOne();
            assertTrue(statements.stream().anyMatch(sql -> sql.startsWith("SELECT id")), "batch " + batch);
        }
        decideOne();
        assertTrue(statements.stream().noneMatch(sql -> sql.startsWith("SELECT id")), statements::toString);
    }

    @Test
    void anotherContentIsAConflict() throws SQLException {
        OrderEntry first = order();
        shop().journal(List.of(first));
        OrderEntry other =
                OrderEntry.of(OrderRequest.of(1).id(first.id()).line(1, 7).build());
        assertEquals(List.of(other), engine.decide(session, List.of(other)).conflicts());
        assertEquals(1, engine.decide(session, List.of(first)).verdicts().size());
    }

    @Test
    void oneWithoutARowIsInserted() throws SQLException {
        assertEquals(1, engine.decide(session, List.of(order())).verdicts().size());
    }

    /** Who waits for a row of an order must not keep all others from the stock. */
    @Test
    void aRowThatIsHeldIsWaitedForWithNothingElse() throws SQLException {
        OrderEntry order = order();
        shop().journal(List.of(order));
        try (Connection holder = shop().foreign();
                Statement statement = holder.createStatement()) {
            statement.executeQuery(
                    "SELECT id FROM orderflow_orders WHERE id = " + SqlText.id(order.id()) + " FOR UPDATE");
            statements.clear();
            SQLException waited = assertThrows(SQLException.class, () -> engine.decide(session, List.of(order)));
            assertTrue(SqlFailure.isLockWait(waited), waited::toString);
            String last = statements.get(statements.size() - 1);
            assertTrue(last.startsWith("SELECT id"), statements::toString);
            assertEquals(
                    1,
                    statement.executeUpdate("UPDATE orderflow_stock SET available = available - 1 WHERE product = 1"));
            holder.rollback();
        }
        assertEquals(1, engine.decide(session, List.of(order)).verdicts().size());
        shop().assertSound();
    }

    private OrderEntry decideOne() throws SQLException {
        OrderEntry order = order();
        shop().journal(List.of(order));
        statements.clear();
        engine.decide(session, List.of(order));
        return order;
    }

    private static OrderEntry order() {
        return OrderEntry.of(OrderRequest.of(1).line(1, 1).build());
    }
}
