package io.orderflow.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.OrderRequest;
import io.orderflow.ReplayReport;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.sql.SqlText;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The oracle itself: silent on a shop where all is well, and each wrong record is named. */
class ReplayModelTest extends DatabaseContract {
    private OrderEntry completed;
    private OrderEntry soldOut;

    @BeforeEach
    void aDayInTheShop() {
        shop().inventory().define(1, 100, 3, "define 1");
        shop().inventory().define(2, 7, 50, "define 2");
        shop().wallets().open(10, 1_000, "open 10");
        completed = OrderEntry.of(
                OrderRequest.of(10).line(1, 2).line(2, 1, 7).line(1, 1).build());
        soldOut = order(10, 1, 1);
        shop().journal(List.of(completed, order(10, 2, 50)));
        shop().decide(List.of(completed, soldOut, order(11, 1, 1), order(10, 3, 1)));
        shop().inventory().setPrice(2, 8, "price 2");
        shop().inventory().correct(1, 5, "correct 1");
        shop().decide(List.of(order(10, 1, 4), order(10, 1, 1), order(10, 2, 40)));
        shop().wallets().withdraw(10, 100, "withdraw 10");
        shop().wallets().deposit(10, 1, "deposit 10");
    }

    @Test
    void aSoundShopHasNoDifferences() throws SQLException {
        assertEquals(List.of(), replay());
        assertEquals(List.of("3"), shop().read("SELECT COUNT(*) FROM orderflow_orders WHERE status = 1"));
    }

    @Test
    void aBalanceAStockOrAPriceThatIsWrongOrGone() throws SQLException {
        tampered();
        shop().execute("UPDATE orderflow_wallet SET balance = balance + 1");
        shop().execute("UPDATE orderflow_stock SET available = available + 1, unit_price = 101 WHERE product = 1");
        shop().execute("DELETE FROM orderflow_stock WHERE product = 2");
        assertEquals(
                List.of(
                        "balance of buyer 10 is 95 and should be 94",
                        "stock of product 1 is 1 and should be 0",
                        "stock of product 2 is gone",
                        "price of product 1 is 101 and should be 100",
                        "price of product 2 is gone",
                        "limit of product 2 is gone"),
                replay());
    }

    @Test
    void aPaymentThatWasAnotherOne() throws SQLException {
        tampered();
        OrderEntry external = external(11, 2, 1);
        shop().decide(List.of(external));
        assertEquals(List.of(), replay());
        OrderEntry charged =
                OrderEntry.of(OrderRequest.of(11).line(2, 1).id(external.id()).build());
        StringBuilder change = new StringBuilder("UPDATE orderflow_orders SET request = ");
        SqlText.hex(change, charged.request());
        SqlText.hex(change.append(", fingerprint = "), charged.fingerprint().toBytes());
        shop().execute(change + " WHERE id = " + hex(external));
        List<String> differences = replay();
        assertTrue(
                differences.get(0).endsWith("is completed and should be rejected for reason 1"), differences::toString);
    }

    @Test
    void aFalseRejection() throws SQLException {
        tampered();
        shop().execute("UPDATE orderflow_orders SET status = 2, reason = 6 WHERE id = " + hex(completed));
        List<String> differences = replay();
        assertTrue(
                differences.get(0).endsWith("is rejected for reason 6 and should be completed"), differences::toString);
        assertEquals(1, differences.size(), differences::toString);
    }

    @Test
    void aFalseAcceptance() throws SQLException {
        tampered();
        shop().execute("UPDATE orderflow_orders SET status = 1, reason = 0 WHERE id = " + hex(soldOut));
        List<String> differences = replay();
        assertTrue(differences.get(0).startsWith("order " + soldOut.id() + ", number "), differences::toString);
        assertTrue(
                differences.get(0).endsWith("is completed and should be rejected for reason 5"), differences::toString);
        assertEquals(1, differences.size(), differences::toString);
    }

    @Test
    void aLineThatIsWrongGoneOrTooMany() throws SQLException {
        tampered();
        shop().execute("UPDATE orderflow_order_line SET unit_price = 8 WHERE line_no = 1");
        shop().execute("DELETE FROM orderflow_order_line WHERE line_no = 2");
        shop().execute("INSERT INTO orderflow_order_line VALUES (" + hex(soldOut) + ", 0, 1, 1, 100)");
        assertEquals(
                List.of(
                        "order " + completed.id() + ", line 1, is 2 x 1 at 8 and should be 2 x 1 at 7",
                        "order " + completed.id() + " has 2 lines of 3",
                        "order " + soldOut.id() + " should not have a line 0"),
                replay());
    }

    @Test
    void aDecisionNumberThatStandsTwice() throws SQLException {
        tampered();
        shop().execute("UPDATE orderflow_orders SET place = 0 WHERE place = 1 AND id = " + hex(soldOut));
        String number = shop().read("SELECT CONCAT(batch_id, '/0') FROM orderflow_orders WHERE id = " + hex(soldOut))
                .get(0);
        assertEquals(List.of("decision number " + number + " stands twice"), replay());
    }

    @Test
    void aDepositThatIsNotOnRecord() throws SQLException {
        tampered();
        shop().execute("DELETE FROM orderflow_adjustment WHERE reference = 'deposit 10'");
        assertEquals(List.of("balance of buyer 10 is 94 and should be 93"), replay());
    }

    @Test
    void anAdjustmentThatWasImpossible() throws SQLException {
        tampered();
        shop().execute("UPDATE orderflow_adjustment SET amount = -194 WHERE reference = 'withdraw 10'");
        List<String> differences = replay();
        assertTrue(
                differences.get(0).endsWith("of kind 13 by -194 on 10 should have been refused"),
                differences::toString);
    }

    @Test
    void aRequestThatIsNotTheOneThatWasAccepted() throws SQLException {
        tampered();
        StringBuilder other = new StringBuilder();
        SqlText.hex(other, order(10, 1, 2).request());
        shop().execute("UPDATE orderflow_orders SET request = " + other + " WHERE id = " + hex(soldOut));
        assertEquals(List.of("order " + soldOut.id() + " has the fingerprint of another content"), replay());
        shop().execute("UPDATE orderflow_orders SET request = x'00' WHERE id = " + hex(soldOut));
        assertTrue(replay().get(0).startsWith("order " + soldOut.id() + " has a verdict and an unreadable request"));
    }

    @Test
    void manyDifferencesAreCounted() throws SQLException {
        tampered();
        for (int buyer = 100; buyer < 250; buyer++) {
            shop().execute("INSERT INTO orderflow_wallet VALUES (" + buyer + ", 0)");
        }
        List<String> differences = replay();
        assertEquals(ReplayReport.EXAMPLES + 1, differences.size());
        assertEquals("and 50 more", differences.get(ReplayReport.EXAMPLES));
    }

    private List<String> replay() throws SQLException {
        return ReplayCheck.verify(shop().dataSource(), shop().tables().prefix());
    }

    private static String hex(OrderEntry order) {
        return SqlText.id(order.id());
    }
}
