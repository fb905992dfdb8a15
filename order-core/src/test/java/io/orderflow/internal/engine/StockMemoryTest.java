package io.orderflow.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.OrderRequest;
import io.orderflow.RejectReason;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.sql.Session;
import io.orderflow.model.DatabaseContract;
import io.orderflow.testing.FaultPlan;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Batches that are decided on remembered stock before the stock is locked, while others change it. An order of nobody
 * in each batch keeps them from taking money by counts, see {@link GuardedUpdatesTest}.
 */
class StockMemoryTest extends DatabaseContract {
    private static final long BUYER = 10;
    private static final long NOBODY = 99;
    private static final long PRODUCT = 1;
    private static final long OTHER = 2;

    private Engine engine;

    /** After one batch, so that the engine knows both products. */
    @BeforeEach
    void seed() {
        shop().inventory().define(PRODUCT, 100, 40, "product");
        shop().inventory().define(OTHER, 5, 10, "other");
        shop().wallets().open(BUYER, 10_000, "buyer");
        engine = new Engine(shop().tables(), Step.Watcher.NONE);
        decide(order(BUYER, PRODUCT, 1), order(BUYER, OTHER, 1));
    }

    @Test
    void linesAndWalletsOfAKnownProductAreWrittenBeforeItsStockIsLocked() {
        assertTrue(stockIsLockedAfterTheLines(engine));
        assertFalse(stockIsLockedAfterTheLines(new Engine(shop().tables(), Step.Watcher.NONE)));
    }

    @Test
    void aPriceThatChangedRollsTheBatchBackAndItsRepetitionHasTheNewOne() {
        shop().inventory().setPrice(PRODUCT, 7, "price");
        OrderEntry order = order(BUYER, PRODUCT, 2);
        assertEquals(14, decideTwice(order).total());
    }

    /** The total is the same, the lines are not. */
    @Test
    void pricesThatChangedAgainstEachOtherRollTheBatchBackToo() {
        shop().inventory().setPrice(PRODUCT, 99, "price");
        shop().inventory().setPrice(OTHER, 6, "price of the other");
        OrderEntry order = OrderEntry.of(
                OrderRequest.of(BUYER).line(PRODUCT, 1).line(OTHER, 1).build());
        assertEquals(105, decideTwice(order).total());
    }

    @Test
    void stockThatIsGoneRollsTheBatchBackAndItsRepetitionRejects() {
        shop().inventory().correct(PRODUCT, -39, "correct");
        OrderEntry order = order(BUYER, PRODUCT, 1);
        assertEquals(
                Optional.of(RejectReason.INSUFFICIENT_STOCK), decideTwice(order).rejectReason());
    }

    @Test
    void stockThatIsBackRollsTheRejectionBack() {
        decide(order(BUYER, PRODUCT, 39));
        assertEquals(0, shop().inventory().find(PRODUCT).orElseThrow().available());
        shop().inventory().restock(PRODUCT, 3, "restock");
        OrderEntry order = order(BUYER, PRODUCT, 3);
        assertTrue(decideTwice(order).completed());
    }

    @Test
    void stockThatChangedAndStillDoesIsTakenFromWhatIsThere() {
        shop().inventory().correct(PRODUCT, -34, "correct");
        assertTrue(decide(order(BUYER, PRODUCT, 2)).verdicts().get(0).completed());
        assertEquals(3, shop().inventory().find(PRODUCT).orElseThrow().available());
        assertTrue(decide(order(BUYER, PRODUCT, 3)).verdicts().get(0).completed());
        assertEquals(0, shop().inventory().find(PRODUCT).orElseThrow().available());
    }

    @Test
    void afterAWrongGuessBatchesLockFirstForAWhile() {
        shop().inventory().setPrice(PRODUCT, 7, "price");
        decideTwice(order(BUYER, PRODUCT, 1));
        int cautious = 0;
        while (!stockIsLockedAfterTheLines(engine)) {
            cautious++;
        }
        assertEquals(15, cautious, "the repetition is the first of sixteen");
    }

    /** The verdict on an order whose batch was rolled back once, without a trace. */
    private Verdict decideTwice(OrderEntry order) {
        List<String> before = records();
        List<String> between = new ArrayList<>();
        int[] tries = {0};
        shop().dataSource().setPlan((step, sql) -> {
            if (step == FaultPlan.Step.BEFORE_EXECUTE
                    && sql.matches("(?s)SELECT.*_wallet.*FOR UPDATE")
                    && ++tries[0] == 2) {
                between.addAll(records());
            }
        });
        Verdict verdict = decide(order).verdicts().get(0);
        shop().dataSource().setPlan(FaultPlan.NONE);
        assertEquals(2, tries[0]);
        assertEquals(before, between);
        return verdict;
    }

    private List<String> records() {
        List<String> all = new ArrayList<>(shop().read("SELECT * FROM orderflow_wallet"));
        all.addAll(shop().read("SELECT * FROM orderflow_stock ORDER BY product"));
        all.addAll(shop().read("SELECT line_no, product, quantity FROM orderflow_order_line ORDER BY product"));
        all.addAll(shop().read("SELECT COUNT(*) FROM orderflow_orders"));
        return all;
    }

    /** Whether a batch of one order writes first and locks later. */
    private boolean stockIsLockedAfterTheLines(Engine engine) {
        List<String> seen = new ArrayList<>();
        shop().dataSource().setPlan((step, sql) -> {
            if (step == FaultPlan.Step.BEFORE_EXECUTE
                    && sql.matches("(?s)(INSERT.*order_line|SELECT.*_stock.*FOR UPDATE).*")) {
                seen.add(sql.substring(0, 6));
            }
        });
        decide(engine, order(BUYER, PRODUCT, 1));
        shop().dataSource().setPlan(FaultPlan.NONE);
        return seen.equals(List.of("INSERT", "SELECT"));
    }

    private BatchResult decide(OrderEntry... orders) {
        return decide(engine, orders);
    }

    private BatchResult decide(Engine engine, OrderEntry... orders) {
        List<OrderEntry> batch = new ArrayList<>(List.of(orders));
        batch.add(order(NOBODY, PRODUCT, 1));
        try (Session session = shop().session()) {
            return engine.decide(session, batch);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }
}
