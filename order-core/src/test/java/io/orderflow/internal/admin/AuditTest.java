package io.orderflow.internal.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.AuditReport;
import io.orderflow.DeadLetterReason;
import io.orderflow.OrderRequest;
import io.orderflow.StockAdjustment;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.engine.BatchResult;
import io.orderflow.internal.engine.DeadLetters;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.model.DatabaseContract;
import io.orderflow.testing.FaultPlan;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The audit is silent on what is sound and names exactly what is not. */
class AuditTest extends DatabaseContract {
    private OrderEntry completed;
    private OrderEntry rejected;
    private OrderEntry pending;
    private OrderEntry parked;
    private BatchResult batch;

    @BeforeEach
    void aDayInTheShop() throws SQLException {
        shop().inventory().define(1, 100, 10, "define 1");
        shop().inventory().setPrice(1, 50, "price 1");
        shop().inventory().define(2, 5, 10, "define 2");
        shop().wallets().open(7, 1_000, "open 7");
        shop().wallets().open(8, 0, "open 8");
        completed = order(7, 1, 3);
        rejected = order(7, 1, 8);
        pending = order(7, 2, 1);
        parked = order(8, 1, 1);
        shop().journal(List.of(completed, pending, parked));
        batch = shop().decide(List.of(completed, rejected));
        try (Session session = shop().session()) {
            new DeadLetters(shop().tables())
                    .park(session, parked, new DeadLetters.Parking(DeadLetterReason.POISON, "tried", 3));
        }
    }

    @Test
    void aSoundShopIsCounted() {
        AuditReport report = shop().audit();
        assertEquals(
                "4 1 1 1 1 2 2 0",
                report.orders() + " " + report.pending() + " " + report.completed() + " " + report.rejected() + " "
                        + report.parked() + " " + report.products() + " " + report.wallets() + " "
                        + report.differences());
        assertEquals(List.of(), report.examples());
    }

    @Test
    void anEmptyShopIsSound() {
        shop().empty();
        assertEquals(0, shop().audit().orders());
        assertTrue(shop().audit().ok());
    }

    @Test
    void aBalance() {
        tamper("UPDATE orderflow_wallet SET balance = balance + 1 WHERE buyer = 7");
        assertFound("wallet of buyer 7 has a balance of 851, which is 1 more than its adjustments, orders "
                + "and what they gave back give");
    }

    /** The database refuses it as long as its constraint is there. */
    @Test
    void aBalanceBelowZeroAlsoWhereTheAdjustmentsAgree() {
        shop().execute("ALTER TABLE orderflow_wallet DROP CONSTRAINT orderflow_wallet_balance_range");
        try {
            tamper("UPDATE orderflow_wallet SET balance = -5 WHERE buyer = 8");
            shop().execute("UPDATE orderflow_adjustment SET amount = -5 WHERE reference = 'open 8'");
            List<String> found = shop().audit().examples();
            assertEquals(
                    "wallet of buyer 8 has a balance of -5, which is 0 more than its adjustments, orders"
                            + " and what they gave back give",
                    found.get(0));
        } finally {
            shop().execute("UPDATE orderflow_wallet SET balance = 0 WHERE buyer = 8");
            shop().execute(
                            "ALTER TABLE orderflow_wallet ADD CONSTRAINT orderflow_wallet_balance_range CHECK (balance >= 0)");
        }
    }

    @Test
    void aWalletThatIsGone() {
        tamper("DELETE FROM orderflow_wallet WHERE buyer = 7");
        assertFound("wallet of buyer 7 has a balance of 0, which is -850 more than its adjustments, orders "
                + "and what they gave back give");
    }

    @Test
    void stock() {
        tamper("UPDATE orderflow_stock SET available = available + 1 WHERE product = 2");
        assertFound("product 2 has 11 pieces available, which is 1 more than its adjustments, order "
                + "lines and what was given back give");
    }

    @Test
    void aPrice() {
        tamper("UPDATE orderflow_stock SET unit_price = 100 WHERE product = 1");
        assertFound("product 1 has the price 100, and its adjustments say 50");
    }

    @Test
    void aPriceThatWasCharged() {
        tamper("UPDATE orderflow_order_line SET unit_price = unit_price + 1 WHERE order_id = " + id(completed));
        assertFound(
                "wallet of buyer 7 has a balance of 850, which is 3 more than its adjustments, orders "
                        + "and what they gave back give",
                "order " + completed.id() + " was charged 51 for a piece of product 1, and its price was 50 then");
    }

    @Test
    void aPriceThatWasChargedAlsoWhereTheWalletAgrees() {
        tamper("UPDATE orderflow_order_line SET unit_price = 0 WHERE order_id = " + id(completed));
        shop().execute("UPDATE orderflow_wallet SET balance = balance + 150 WHERE buyer = 7");
        assertFound("order " + completed.id() + " was charged 0 for a piece of product 1, and its price was 50 then");
    }

    @Test
    void pricesOfOneBatchAreInTheOrderOfTheirPlaces() {
        List<StockAdjustment> prices = new ArrayList<>();
        for (int price = 1; price <= 20; price++) {
            prices.add(StockAdjustment.setPrice(2, price, "again " + price));
        }
        shop().inventory().applyAll(prices);
        // as if they had come in the opposite order, so that the rows alone do not tell it
        shop().execute("UPDATE orderflow_adjustment SET place = 19 - place WHERE reference LIKE 'again %'");
        shop().execute("UPDATE orderflow_stock SET unit_price = 1 WHERE product = 2");
        shop().decide(List.of(pending));
        assertEquals(List.of(), shop().audit().examples());
    }

    @Test
    void aPriceThatWasNeverSet() {
        shop().decide(List.of(pending));
        tamper("DELETE FROM orderflow_adjustment WHERE reference = 'define 2'");
        List<String> found = shop().audit().examples();
        String charged =
                "order " + pending.id() + " was charged 5 for a piece of product 2, and its price was not set then";
        assertTrue(found.contains(charged), found::toString);
    }

    @Test
    void aPriceThatTheBuyerHadNotSeen() {
        OrderEntry seen = OrderEntry.of(OrderRequest.of(7).line(2, 1, 5).build());
        shop().decide(List.of(seen));
        tamper("UPDATE orderflow_order_line SET unit_price = 6 WHERE order_id = " + id(seen));
        shop().execute("UPDATE orderflow_adjustment SET unit_price = 6 WHERE reference = 'define 2'");
        shop().execute("UPDATE orderflow_stock SET unit_price = 6 WHERE product = 2");
        shop().execute("UPDATE orderflow_wallet SET balance = balance - 1 WHERE buyer = 7");
        assertFound("order " + seen.id() + " has a line 0 that is not line 0 of its request");
    }

    @Test
    void whatIsDecidedMeanwhileIsNotSeen() {
        Deque<OrderEntry> later = new ArrayDeque<>();
        for (int i = 0; i < 20; i++) {
            later.add(order(7, 2, 1));
        }
        shop().journal(List.copyOf(later));
        AtomicBoolean deciding = new AtomicBoolean();
        shop().dataSource().setPlan((step, sql) -> {
            // what decides comes here too
            boolean ofTheAudit = step == FaultPlan.Step.AFTER_EXECUTE && sql.contains("orderflow_");
            if (ofTheAudit && !later.isEmpty() && deciding.compareAndSet(false, true)) {
                shop().decide(List.of(later.remove()));
                deciding.set(false);
            }
        });
        AuditReport report = shop().audit();
        assertEquals(List.of(), report.examples());
        assertEquals(21, report.pending());
        assertTrue(later.size() < 15, () -> later.size() + " are not decided yet");
    }

    @Test
    void aLineThatIsGone() {
        tamper("DELETE FROM orderflow_order_line");
        assertFound(
                "wallet of buyer 7 has a balance of 850, which is -150 more than its adjustments, orders "
                        + "and what they gave back give",
                "product 1 has 7 pieces available, which is -3 more than its adjustments, order "
                        + "lines and what was given back give",
                "order " + completed.id() + " is completed and has no lines");
    }

    @Test
    void aLineOfAnOrderThatIsNotCompleted() {
        tamper("INSERT INTO orderflow_order_line VALUES (" + id(rejected) + ", 0, 1, 1, 0)");
        assertFound(
                "product 1 has 7 pieces available, which is 1 more than its adjustments, order lines"
                        + " and what was given back give",
                "order " + rejected.id() + " is not completed and has lines");
    }

    @Test
    void anOrderRowThatIsGone() {
        shop().execute("UPDATE orderflow_pending SET orders = " + id(pending));
        tamper("DELETE FROM orderflow_orders WHERE id = " + id(completed));
        assertFound(
                "wallet of buyer 7 has a balance of 850, which is -150 more than its adjustments, orders "
                        + "and what they gave back give",
                "order " + completed.id() + " has lines and no row",
                "batch " + batch.batch()
                        + " says that it decided 1 more orders, adjustments and changes than there are with its number");
    }

    @Test
    void aBatchRowThatIsGone() {
        tamper("DELETE FROM orderflow_batch WHERE id = " + batch.batch());
        assertFound("batch " + batch.batch()
                + " says that it decided -2 more orders, adjustments and changes than there are with its number");
    }

    @Test
    void anAdjustmentThatIsGone() {
        long number = Long.parseLong(shop().read("SELECT batch_id FROM orderflow_adjustment WHERE reference = 'open 7'")
                .get(0));
        tamper("DELETE FROM orderflow_adjustment WHERE reference = 'open 7'");
        assertFound(
                "wallet of buyer 7 has a balance of 850, which is 1000 more than its adjustments, orders "
                        + "and what they gave back give",
                "batch " + number
                        + " says that it decided 1 more orders, adjustments and changes than there are with its number");
    }

    @Test
    void aDecisionNumberThatStandsTwice() {
        tamper("UPDATE orderflow_orders SET place = 0 WHERE id = " + id(rejected));
        assertFound(
                "decision number " + batch.batch() + "/0 stands at 2 orders, adjustments or changes",
                "order " + rejected.id() + " is not what the row of batch " + batch.batch() + " has at place 0");
    }

    @Test
    void aCompletedOrderThatIsCalledPending() {
        tamper("UPDATE orderflow_orders SET status = 0 WHERE id = " + id(completed));
        assertFound(
                "wallet of buyer 7 has a balance of 850, which is -150 more than its adjustments, orders "
                        + "and what they gave back give",
                "order " + completed.id() + " is not completed and has lines"
                        + ", and is not decided, with decision number " + batch.batch() + "/0",
                "batch " + batch.batch()
                        + " says that it decided 1 more orders, adjustments and changes than there are with its number");
    }

    @Test
    void aPendingOrderThatIsCalledCompleted() {
        tamper("UPDATE orderflow_orders SET status = 1 WHERE id = " + id(pending));
        assertFound(
                "order " + pending.id() + " is completed and has no lines"
                        + ", and is decided without a decision number",
                "batch 0 says that it decided -1 more orders, adjustments and changes than there are with its number");
    }

    @Test
    void aRejectedOrderThatIsCalledCompleted() {
        tamper("UPDATE orderflow_orders SET status = 1 WHERE id = " + id(rejected));
        assertFound(
                "order " + rejected.id() + " is completed and has no lines"
                        + ", and is not rejected, with reason code 5",
                "order " + rejected.id() + " is not what the row of batch " + batch.batch() + " has at place 1");
    }

    @Test
    void aPendingOrderThatIsCalledRejected() {
        tamper("UPDATE orderflow_orders SET status = 2 WHERE id = " + id(pending));
        assertFound(
                "order " + pending.id() + " is decided without a decision number, and is rejected with reason code 0",
                "batch 0 says that it decided -1 more orders, adjustments and changes than there are with its number");
    }

    @Test
    void aParkedOrderWithoutADeadLetter() {
        tamper("DELETE FROM orderflow_dead_letter");
        assertFound("order " + parked.id() + " is parked and not in the dead letters");
    }

    @Test
    void manyDifferencesAreCountedAndAllAreTold() throws SQLException {
        tampered();
        StringBuilder insert = new StringBuilder("INSERT INTO orderflow_wallet VALUES (100, 1)");
        for (int buyer = 101; buyer < 250; buyer++) {
            insert.append(",(").append(buyer).append(",1)");
        }
        shop().execute(insert.toString());
        List<String> told = new ArrayList<>();
        try (Connection connection = shop().dataSource().getConnection()) {
            AuditReport report = new Audit(connection, shop().tables(), told::add).run();
            assertEquals(150, report.differences());
            assertEquals(150, told.size());
            assertEquals(told.subList(0, AuditReport.EXAMPLES), report.examples());
        }
    }

    @Test
    void theConnectionIsLeftAsItWasAlsoAfterAFailure() throws SQLException {
        for (boolean autoCommit : new boolean[] {true, false}) {
            try (Connection connection = shop().dataSource().getConnection()) {
                connection.setAutoCommit(autoCommit);
                connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
                Audit audit = new Audit(connection, shop().tables(), difference -> {});
                audit.run();
                assertUnchanged(connection, autoCommit);
                shop().dataSource()
                        .setPlan(FaultPlan.nth(FaultPlan.Step.BEFORE_EXECUTE, 4, FaultPlan::lockWaitTimeout));
                assertThrows(SQLException.class, () -> new Audit(connection, shop().tables(), difference -> {}).run());
                assertUnchanged(connection, autoCommit);
                connection.setAutoCommit(true);
            }
        }
    }

    @Test
    void theFirstFailureIsTheOneThatIsThrown() throws SQLException {
        try (Connection connection = shop().dataSource().getConnection()) {
            shop().dataSource().setPlan(FaultPlan.nth(FaultPlan.Step.BEFORE_EXECUTE, 4));
            SQLException lost = assertThrows(
                    SQLException.class, () -> new Audit(connection, shop().tables(), difference -> {}).run());
            assertEquals("injected: connection lost at BEFORE_EXECUTE", lost.getMessage());
        }
    }

    @Test
    void anErrorLeavesTheConnectionAsItWasToo() throws SQLException {
        tamper("UPDATE orderflow_wallet SET balance = balance + 1 WHERE buyer = 7");
        try (Connection connection = shop().dataSource().getConnection()) {
            int isolation = connection.getTransactionIsolation();
            int networkTimeout = connection.getNetworkTimeout();
            Audit audit = new Audit(connection, shop().tables(), difference -> {
                throw new AssertionError("the listener's");
            });
            assertThrows(AssertionError.class, audit::run);
            assertTrue(connection.getAutoCommit());
            assertEquals(isolation, connection.getTransactionIsolation());
            assertEquals(networkTimeout, connection.getNetworkTimeout());
        }
    }

    private static void assertUnchanged(Connection connection, boolean autoCommit) throws SQLException {
        assertEquals(autoCommit, connection.getAutoCommit());
        assertEquals(Connection.TRANSACTION_READ_COMMITTED, connection.getTransactionIsolation());
    }

    private void tamper(String sql) {
        tampered();
        assertTrue(shop().execute(sql) >= 1, sql);
    }

    private void assertFound(String... differences) {
        assertEquals(List.of(differences), shop().audit().examples());
    }

    private static String id(OrderEntry order) {
        return SqlText.id(order.id());
    }
}
