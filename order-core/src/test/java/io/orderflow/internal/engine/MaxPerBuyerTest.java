package io.orderflow.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.AdjustmentResult.Applied;
import io.orderflow.OrderRequest;
import io.orderflow.Payment;
import io.orderflow.Product;
import io.orderflow.RefundLine;
import io.orderflow.RefundRequest;
import io.orderflow.RefundResult;
import io.orderflow.RejectReason;
import io.orderflow.StockAdjustment;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.sql.Session;
import io.orderflow.model.DatabaseContract;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Products of which a buyer may have so many and no more, over all orders. */
class MaxPerBuyerTest extends DatabaseContract {
    private static final long LIMITED = 1;
    private static final long FREE = 2;
    private static final String DONE = "";

    private Engine engine;

    /** Product 1 with 3 pieces for each buyer, product 2 without a limit; buyer 9 has no wallet. */
    @BeforeEach
    void seed() throws SQLException {
        shop().inventory()
                .applyAll(List.of(
                        StockAdjustment.define(LIMITED, 10, 100, "limited"),
                        StockAdjustment.setMaxPerBuyer(LIMITED, 3, "three"),
                        StockAdjustment.define(FREE, 10, 1_000, "free")));
        shop().wallets().open(7, 10_000, "buyer 7");
        shop().wallets().open(8, 10_000, "buyer 8");
        engine = new Engine(shop().tables(), Step.Watcher.NONE);
        assertEquals(List.of(DONE), decide(order(8, FREE, 1)));
    }

    @Test
    void nobodyGetsMoreOverAllHisOrders() throws SQLException {
        assertEquals(List.of(DONE), decide(order(7, LIMITED, 2)));
        assertEquals(List.of("LIMIT_PER_BUYER"), decide(order(7, LIMITED, 2)));
        assertEquals(List.of(DONE), decide(order(7, LIMITED, 1)));
        assertEquals(List.of("LIMIT_PER_BUYER"), decide(order(7, LIMITED, 1)));
        assertEquals(List.of(DONE), decide(order(8, LIMITED, 3)));
        assertEquals(List.of("1 7 3", "1 8 3"), purchases());
        assertEquals(94, available(LIMITED));
    }

    @Test
    void inOneBatchTheOrdersOfABuyerCountUpOneAfterTheOther() throws SQLException {
        assertEquals(
                List.of(DONE, "LIMIT_PER_BUYER", DONE, DONE, "LIMIT_PER_BUYER", DONE),
                decide(
                        order(7, LIMITED, 2),
                        order(7, LIMITED, 2),
                        order(8, LIMITED, 3),
                        order(7, LIMITED, 1),
                        external(7, LIMITED, 1),
                        order(7, FREE, 500)));
        assertEquals(List.of("1 7 3", "1 8 3"), purchases());
    }

    @Test
    void allLinesOfAnOrderCountTogetherAndItIsRejectedAsAWhole() throws SQLException {
        OrderRequest.Builder four =
                OrderRequest.of(7).line(LIMITED, 2).line(FREE, 1).line(LIMITED, 2);
        OrderRequest.Builder three =
                OrderRequest.of(7).line(LIMITED, 2).line(FREE, 1).line(LIMITED, 1);
        assertEquals(List.of("LIMIT_PER_BUYER"), decide(OrderEntry.of(four.build())));
        assertEquals(List.of(), purchases());
        assertEquals(999, available(FREE));
        assertEquals(List.of(DONE), decide(OrderEntry.of(three.build())));
        assertEquals(List.of("1 7 3"), purchases());
    }

    /** Also of one who has no wallet at all. */
    @Test
    void whoeverPaysTheBuyerIsCounted() throws SQLException {
        assertEquals(List.of(DONE), decide(external(9, LIMITED, 2)));
        assertEquals(List.of("LIMIT_PER_BUYER"), decide(external(9, LIMITED, 2)));
        assertEquals(List.of("1 9 2"), purchases());
    }

    @Test
    void ofSeveralReasonsTheOneThatComesFirstInTheListIsGiven() throws SQLException {
        shop().inventory().correct(LIMITED, -98, "two are left");
        shop().wallets().withdraw(7, 10_000, "poor");
        assertEquals(
                List.of(
                        "UNKNOWN_BUYER",
                        "PRICE_CHANGED",
                        "LIMIT_PER_BUYER",
                        "LIMIT_PER_BUYER",
                        "INSUFFICIENT_STOCK",
                        "INSUFFICIENT_FUNDS"),
                decide(
                        order(9, LIMITED, 4),
                        OrderEntry.of(OrderRequest.of(7).line(LIMITED, 4, 11).build()),
                        order(7, LIMITED, 4),
                        order(8, LIMITED, 4),
                        order(8, LIMITED, 3),
                        order(7, LIMITED, 2)));
        assertEquals(List.of(), purchases());
    }

    @Test
    void whatWasSoldBeforeDoesNotCountAndTheNextCountBeginsAtNothing() throws SQLException {
        OrderEntry before = order(7, FREE, 50);
        assertEquals(List.of(DONE), decide(before));
        set(FREE, 4);
        assertEquals(OptionalLong.of(4), product(FREE).maxPerBuyer());
        assertEquals(List.of(DONE, "LIMIT_PER_BUYER"), decide(order(7, FREE, 4), order(7, FREE, 1)));
        refund(before, 20, true);
        assertEquals(List.of("LIMIT_PER_BUYER"), decide(order(7, FREE, 1)), "those never counted");

        assertInstanceOf(Applied.class, shop().inventory().removeMaxPerBuyer(FREE, "free again"));
        assertEquals(OptionalLong.empty(), product(FREE).maxPerBuyer());
        OrderEntry between = order(7, FREE, 9);
        assertEquals(List.of(DONE), decide(between));
        set(FREE, 2);
        refund(between, 9, false);
        assertEquals(List.of(DONE, "LIMIT_PER_BUYER"), decide(order(7, FREE, 2), order(7, FREE, 1)));
        assertEquals(List.of("2 7 2"), purchases());
    }

    @Test
    void anotherNumberGoesOnWithTheSameCount() throws SQLException {
        assertEquals(List.of(DONE), decide(order(7, LIMITED, 2)));
        set(LIMITED, 5);
        assertEquals(List.of("LIMIT_PER_BUYER", DONE), decide(order(7, LIMITED, 4), order(7, LIMITED, 3)));
        set(LIMITED, 1);
        assertEquals(List.of("LIMIT_PER_BUYER", DONE), decide(order(7, LIMITED, 1), order(8, LIMITED, 1)));
        assertEquals(List.of("1 7 5", "1 8 1"), purchases());
    }

    @Test
    void aLimitThatIsRemovedAndSetInOneCallBeginsAnew() throws SQLException {
        assertEquals(List.of(DONE), decide(order(7, LIMITED, 3)));
        shop().inventory()
                .applyAll(List.of(
                        StockAdjustment.removeMaxPerBuyer(LIMITED, "over"),
                        StockAdjustment.setMaxPerBuyer(LIMITED, 2, "new sale")));
        assertEquals(List.of(DONE, "LIMIT_PER_BUYER"), decide(order(7, LIMITED, 2), order(7, LIMITED, 1)));
        assertEquals(List.of("1 7 2"), purchases());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void piecesThatAreGivenBackMayBeBoughtAgain(boolean restock) throws SQLException {
        OrderEntry order = OrderEntry.of(OrderRequest.of(7)
                .line(LIMITED, 2)
                .line(FREE, 5)
                .line(LIMITED, 1)
                .build());
        assertEquals(List.of(DONE), decide(order));
        refund(order, 1, restock);
        assertEquals(List.of("1 7 2"), purchases());
        assertEquals(List.of("LIMIT_PER_BUYER", DONE), decide(order(7, LIMITED, 2), order(7, LIMITED, 1)));
        RefundRequest rest = RefundRequest.rest(order.id(), "rest");
        assertInstanceOf(RefundResult.Refunded.class, shop().changes().refund(restock ? rest : rest.withoutRestock()));
        assertEquals(List.of("1 7 1"), purchases());
        assertEquals(restock ? 99 : 96, available(LIMITED));
        assertEquals(restock ? 999 : 994, available(FREE));
        assertEquals(List.of(DONE), decide(order(7, LIMITED, 2)));
    }

    /** One of them goes back to the stock and one does not; both are of one buyer. */
    @Test
    void severalRefundsAtOnce() throws SQLException {
        OrderEntry one = order(7, LIMITED, 1);
        OrderEntry two = external(7, LIMITED, 2);
        OrderEntry three = order(8, LIMITED, 3);
        assertEquals(List.of(DONE, DONE, DONE), decide(one, two, three));
        shop().changes()
                .refundAll(List.of(
                        RefundRequest.rest(one.id(), "one"),
                        RefundRequest.rest(two.id(), "two").withoutRestock(),
                        RefundRequest.of(three.id(), "three", new RefundLine(0, 1)),
                        RefundRequest.rest(one.id(), "again")));
        assertEquals(List.of("1 7 0", "1 8 2"), purchases());
        assertEquals(96, available(LIMITED));
    }

    /** Decided by what this process remembers of the product, which knows of no limit. */
    @Test
    void aLimitThatAnotherProcessSetHoldsAtOnce() throws SQLException {
        assertEquals(List.of(DONE), decide(order(7, FREE, 5)));
        assertTrue(statements(order(7, FREE, 5)).stream().noneMatch(sql -> sql.startsWith("SELECT")));
        set(FREE, 2);
        assertEquals(List.of("LIMIT_PER_BUYER"), decide(order(7, FREE, 3)));
        assertEquals(List.of(DONE), decide(order(7, FREE, 2)));
        assertEquals(List.of("2 7 2"), purchases());
    }

    /** The same where lines and wallets are written before the stock is locked: one cannot pay. */
    @Test
    void aLimitThatIsNotRememberedWhileLinesAreWrittenEarlyHoldsToo() throws SQLException {
        decide(order(7, FREE, 1), order(9, FREE, 1));
        set(FREE, 2);
        assertEquals(
                List.of("UNKNOWN_BUYER", DONE, "LIMIT_PER_BUYER"),
                decide(order(9, FREE, 1), order(7, FREE, 2), order(7, FREE, 1)));
        assertEquals(List.of("2 7 2"), purchases());
    }

    @Test
    void aLimitCostsTwoStatementsAndAProductWithoutOneNone() throws SQLException {
        List<String> free = List.of(
                "UPDATE wallet", "INSERT order_line", "UPDATE stock", "INSERT batch", "INSERT orders", "COMMIT");
        assertEquals(free, statements(order(7, FREE, 1)));
        List<String> limited = new ArrayList<>(List.of(
                "SELECT wallet",
                "SELECT stock",
                "SELECT purchase",
                "INSERT order_line",
                "UPDATE wallet",
                "UPDATE stock",
                "INSERT purchase",
                "INSERT batch",
                "INSERT orders",
                "COMMIT"));
        assertEquals(limited, statements(order(7, LIMITED, 1)));
        assertEquals(limited, statements(order(7, LIMITED, 1)), "and no batch runs twice");
        assertEquals(limited, statements(order(8, LIMITED, 1), order(8, LIMITED, 1), order(7, FREE, 1)));
        assertEquals(free, statements(order(7, FREE, 1)), "next to it others go on as ever");
        shop().inventory().removeMaxPerBuyer(LIMITED, "over");
        statements(order(7, LIMITED, 1));
        assertEquals(free, statements(order(7, LIMITED, 1)), "and so does this one, when it has no limit");
    }

    @Test
    void aRefundOfAProductWithoutALimitTakesNoStatementMore() throws SQLException {
        OrderEntry order = order(7, FREE, 5);
        decide(order);
        List<String> statements = SeenStatements.of(shop(), () -> refund(order, 1, false));
        assertTrue(
                statements.stream()
                        .noneMatch(sql ->
                                sql.endsWith("purchase") || sql.equals("SELECT stock") || sql.equals("UPDATE stock")),
                statements::toString);
    }

    /** A stranger has a buyer's row: whoever waits for none leaves that buyer's order for later. */
    @Test
    void aRowThatAStrangerHoldsIsGoneAround() throws SQLException {
        decide(order(7, LIMITED, 3));
        OrderEntry more = order(7, LIMITED, 1);
        OrderEntry other = order(8, FREE, 1);
        try (Connection stranger = shop().foreign();
                Statement statement = stranger.createStatement();
                Session session = shop().session()) {
            statement.execute("SELECT * FROM orderflow_purchase WHERE product = 1 AND buyer = 7 FOR UPDATE");
            BatchResult result = engine.decideAround(session, List.of(more, other));
            assertEquals(List.of(DONE), reasons(result));
            assertEquals(Set.of(more.id()), result.waiting());
            assertEquals(Set.of(LIMITED), result.held().products());
            stranger.rollback();
            assertEquals(List.of("LIMIT_PER_BUYER"), reasons(engine.decideAround(session, List.of(more))));
            assertEquals(List.of(DONE), reasons(engine.decideAround(session, List.of(order(8, LIMITED, 3)))));
        }
        assertEquals(List.of("1 7 3", "1 8 3"), purchases());
    }

    /** More shares than one statement reads or writes, of more than one product. */
    @Test
    void sixHundredBuyersInOneBatch() throws SQLException {
        set(FREE, 1);
        List<OrderEntry> batch = new ArrayList<>();
        for (int buyer = 1_000; buyer < 1_300; buyer++) {
            batch.add(OrderEntry.of(OrderRequest.of(buyer)
                    .line(FREE, 1)
                    .line(LIMITED, buyer % 2 == 0 && buyer < 1_100 ? 2 : 1)
                    .payment(Payment.EXTERNAL)
                    .build()));
        }
        shop().inventory().restock(LIMITED, 1_000, "more");
        assertEquals(List.of(DONE), decide(batch).stream().distinct().toList());
        assertEquals(600, shop().count("orderflow_purchase"));
        List<OrderEntry> again = batch.stream()
                .map(entry -> OrderEntry.of(OrderRequest.of(entry.buyer())
                        .line(LIMITED, 2)
                        .payment(Payment.EXTERNAL)
                        .build()))
                .toList();
        List<String> reasons = decide(again);
        assertEquals(50, reasons.stream().filter("LIMIT_PER_BUYER"::equals).count());
        assertEquals(
                List.of("1 2 50", "1 3 250", "2 1 300"),
                shop().read("SELECT product, pieces, COUNT(*) FROM orderflow_purchase GROUP BY product, pieces"
                        + " ORDER BY product, pieces"));
    }

    private void set(long product, long most) {
        assertInstanceOf(Applied.class, shop().inventory().setMaxPerBuyer(product, most, product + " has " + most));
    }

    private void refund(OrderEntry order, int pieces, boolean restock) {
        RefundRequest request = RefundRequest.of(order.id(), "back " + order.id() + pieces, new RefundLine(0, pieces));
        assertInstanceOf(
                RefundResult.Refunded.class, shop().changes().refund(restock ? request : request.withoutRestock()));
    }

    private List<String> decide(OrderEntry... orders) throws SQLException {
        return decide(List.of(orders));
    }

    /** The reasons of the verdicts; nothing for a completed order. */
    private List<String> decide(List<OrderEntry> orders) throws SQLException {
        try (Session session = shop().session()) {
            return reasons(engine.decide(session, orders));
        }
    }

    private static List<String> reasons(BatchResult result) {
        return result.verdicts().stream()
                .map(verdict -> verdict.rejectReason().map(RejectReason::name).orElse(DONE))
                .toList();
    }

    /** The statements of a batch, each as its verb and its first table. */
    private List<String> statements(OrderEntry... orders) {
        return SeenStatements.of(shop(), () -> decide(orders));
    }

    private List<String> purchases() {
        return shop().read("SELECT product, buyer, pieces FROM orderflow_purchase ORDER BY product, buyer");
    }

    private Product product(long product) {
        return shop().inventory().find(product).orElseThrow();
    }

    private long available(long product) {
        return product(product).available();
    }
}
