package io.orderflow.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.DeadLetterReason;
import io.orderflow.Limits;
import io.orderflow.OrderRequest;
import io.orderflow.RejectReason;
import io.orderflow.internal.codec.Codes;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.model.DatabaseContract;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What one batch decides and writes. */
class EngineTest extends DatabaseContract {
    private static final long BUYER = 10;
    private static final long POOR = 11;
    private static final long NOBODY = 12;

    private static final long CHEAP = 1;
    private static final long RARE = 2;
    private static final long PRICELESS = 3;
    private static final long UNDEFINED = 4;
    private static final long RATIONED = 5;

    @BeforeEach
    void seed() {
        shop().inventory().define(CHEAP, 100, 1_000, "cheap");
        shop().inventory().define(RARE, 5, 2, "rare");
        shop().inventory().define(PRICELESS, Limits.AMOUNT, 0, "priceless");
        shop().inventory().define(RATIONED, 1, 10, "rationed");
        shop().inventory().setMaxPerBuyer(RATIONED, 1, "one each");
        shop().wallets().open(BUYER, 10_000, "buyer");
        shop().wallets().open(POOR, 99, "poor");
    }

    @Test
    void aCompletedOrderMovesStockAndMoneyAndKeepsItsLines() {
        OrderEntry order = OrderEntry.of(OrderRequest.of(BUYER)
                .line(CHEAP, 3)
                .line(RARE, 2, 5)
                .line(CHEAP, 1, 100)
                .hostData(new byte[] {1, 2, 3})
                .build());
        BatchResult result = shop().decide(List.of(order));
        assertEquals(List.of(new Verdict(order, Optional.empty(), 410)), result.verdicts());
        assertEquals(9_590, shop().wallets().find(BUYER).orElseThrow().balance());
        assertEquals(996, shop().inventory().find(CHEAP).orElseThrow().available());
        assertEquals(0, shop().inventory().find(RARE).orElseThrow().available());
        assertEquals(List.of("1 0 " + result.batch()), shop().read(orders("status, place, batch_id")));
        assertEquals(
                List.of("0 1 3 100", "1 2 2 5", "2 1 1 100"),
                shop().read("SELECT line_no, product, quantity, unit_price FROM orderflow_order_line"
                        + " ORDER BY line_no"));
    }

    @ParameterizedTest
    @EnumSource
    void eachReasonAloneRejects(RejectReason reason) {
        OrderEntry order = switch (reason) {
            case UNKNOWN_BUYER -> order(NOBODY, CHEAP, 1);
            case UNKNOWN_PRODUCT -> order(BUYER, UNDEFINED, 1);
            case PRICE_CHANGED ->
                OrderEntry.of(OrderRequest.of(BUYER).line(CHEAP, 1, 99).build());
            case AMOUNT_TOO_LARGE -> order(BUYER, PRICELESS, 2);
            case LIMIT_PER_BUYER -> order(BUYER, RATIONED, 2);
            case INSUFFICIENT_STOCK -> order(BUYER, RARE, 3);
            case INSUFFICIENT_FUNDS -> order(POOR, CHEAP, 1);
        };
        assertEquals(List.of(reason.name()), reasons(shop().decide(List.of(order))));
        assertEquals(List.of("2 " + Codes.of(reason)), shop().read(orders("status, reason")));
        assertEquals(0, shop().count("orderflow_order_line"));
    }

    /** The lines give one reason more with each order; the first reason in the list of reasons must be given. */
    @Test
    void theFirstReasonInTheListIsGiven() {
        List<OrderEntry> orders = List.of(
                entry(OrderRequest.of(POOR).line(CHEAP, 1)),
                entry(OrderRequest.of(POOR).line(CHEAP, 1).line(RARE, 3)),
                entry(OrderRequest.of(POOR).line(CHEAP, 1).line(RARE, 3).line(RATIONED, 2)),
                entry(OrderRequest.of(POOR)
                        .line(CHEAP, 1)
                        .line(RARE, 3)
                        .line(RATIONED, 2)
                        .line(PRICELESS, 1)),
                entry(OrderRequest.of(POOR)
                        .line(CHEAP, 1, 99)
                        .line(RARE, 3)
                        .line(RATIONED, 2)
                        .line(PRICELESS, 1)),
                entry(OrderRequest.of(POOR)
                        .line(CHEAP, 1, 99)
                        .line(RARE, 3)
                        .line(PRICELESS, 1)
                        .line(UNDEFINED, 1)),
                entry(OrderRequest.of(NOBODY)
                        .line(CHEAP, 1, 99)
                        .line(RARE, 3)
                        .line(PRICELESS, 1)
                        .line(UNDEFINED, 1)));
        List<String> expected = new ArrayList<>();
        for (RejectReason reason : RejectReason.values()) {
            expected.add(0, reason.name());
        }
        assertEquals(expected, reasons(shop().decide(orders)));
        assertEquals(
                List.of("PRICE_CHANGED"),
                reasons(shop().decide(List.of(
                        entry(OrderRequest.of(POOR).line(PRICELESS, 1, 1).line(CHEAP, 1))))));
    }

    @Test
    void linesOnOneProductCountTogether() {
        shop().decide(List.of(
                entry(OrderRequest.of(BUYER).line(RARE, 1).line(CHEAP, 1).line(RARE, 2))));
        assertEquals(List.of("2 5"), shop().read(orders("status, reason")));
        BatchResult enough =
                shop().decide(List.of(entry(OrderRequest.of(BUYER).line(RARE, 1).line(RARE, 1))));
        assertEquals(List.of("completed"), reasons(enough));
        assertEquals(0, shop().inventory().find(RARE).orElseThrow().available());
    }

    @Test
    void theLargestTotalIsCharged() {
        shop().inventory().restock(PRICELESS, 5, "a priceless one");
        shop().wallets().deposit(BUYER, Limits.AMOUNT, "deposit");
        shop().inventory().define(20, Limits.AMOUNT / Limits.QUANTITY, Limits.QUANTITY, "grain");
        BatchResult result = shop().decide(List.of(
                entry(OrderRequest.of(BUYER).line(PRICELESS, 1).line(RARE, 1)),
                order(BUYER, 20, Limits.QUANTITY),
                order(BUYER, PRICELESS, 1)));
        assertEquals(List.of("AMOUNT_TOO_LARGE", "completed", "INSUFFICIENT_FUNDS"), reasons(result));
        assertEquals(10_000, shop().wallets().find(BUYER).orElseThrow().balance());
    }

    @Test
    void ordersOfABatchSeeEachOtherInTheOrderGiven() {
        BatchResult result = shop().decide(List.of(
                order(POOR, RARE, 1),
                order(POOR, CHEAP, 1),
                order(BUYER, RARE, 2),
                order(BUYER, RARE, 1),
                order(BUYER, CHEAP, 99),
                order(BUYER, CHEAP, 1),
                order(POOR, RARE, 1)));
        assertEquals(
                List.of(
                        "completed",
                        "INSUFFICIENT_FUNDS",
                        "INSUFFICIENT_STOCK",
                        "completed",
                        "completed",
                        "INSUFFICIENT_FUNDS",
                        "INSUFFICIENT_STOCK"),
                reasons(result));
        assertEquals(94, shop().wallets().find(POOR).orElseThrow().balance());
        assertEquals(95, shop().wallets().find(BUYER).orElseThrow().balance());
    }

    @Test
    void theBatchSaysHowManyItDecidedAndWhen() {
        BatchResult result = shop().decide(List.of(order(BUYER, CHEAP, 1), order(NOBODY, CHEAP, 1)));
        assertEquals(List.of("2"), shop().read("SELECT size FROM orderflow_batch WHERE id = " + result.batch()));
        assertEquals(
                List.of("0", "1"),
                shop().read("SELECT place FROM orderflow_orders WHERE batch_id = " + result.batch()
                        + " ORDER BY place"));
        BatchResult next = shop().decide(List.of(order(BUYER, CHEAP, 1)));
        assertTrue(next.batch() > result.batch());
        assertTrue(next.decision(0) > result.decision(1));
    }

    @Test
    void theSameOrderTwiceInABatchIsDecidedOnce() {
        OrderEntry order = order(BUYER, CHEAP, 1);
        BatchResult result = shop().decide(List.of(order, order, order));
        assertEquals(1, result.verdicts().size());
        assertEquals(2, result.skipped());
        assertEquals(9_900, shop().wallets().find(BUYER).orElseThrow().balance());
    }

    @Test
    void otherContentUnderTheSameIdInABatchIsAConflictWithTheFirst() {
        UUID id = OrderIds.next();
        OrderEntry first = entry(OrderRequest.of(BUYER).id(id).line(CHEAP, 1));
        OrderEntry other = entry(OrderRequest.of(BUYER).id(id).line(CHEAP, 2));
        OrderEntry otherBuyer = entry(OrderRequest.of(POOR).id(id).line(CHEAP, 1));
        BatchResult result = shop().decide(List.of(first, other, first, otherBuyer));
        assertEquals(List.of("completed"), reasons(result));
        assertEquals(List.of(other, otherBuyer), result.conflicts());
        assertEquals(1, result.skipped());
        assertEquals(99, shop().wallets().find(POOR).orElseThrow().balance());
    }

    @Test
    void aDecidedOrderIsSkippedWhateverItsVerdict() {
        List<OrderEntry> orders = List.of(order(BUYER, CHEAP, 1), order(BUYER, RARE, 3), order(NOBODY, CHEAP, 1));
        shop().decide(orders);
        shop().inventory().restock(RARE, 10, "more");
        shop().wallets().open(NOBODY, 1_000, "nobody");
        long batches = shop().count("orderflow_batch");
        BatchResult again = shop().decide(orders);
        assertEquals(new BatchResult(0, List.of(), List.of(), 3), again);
        assertEquals(batches, shop().count("orderflow_batch"));
        assertEquals(9_900, shop().wallets().find(BUYER).orElseThrow().balance());
    }

    @Test
    void theContentInTheRowWins() {
        OrderEntry pending = order(BUYER, CHEAP, 1);
        OrderEntry decided = order(BUYER, CHEAP, 2);
        shop().journal(List.of(pending));
        shop().decide(List.of(decided));
        OrderEntry otherPending = entry(OrderRequest.of(POOR).id(pending.id()).line(RARE, 1));
        OrderEntry otherDecided = entry(OrderRequest.of(BUYER).id(decided.id()).line(RARE, 1));
        BatchResult result = shop().decide(List.of(otherPending, otherDecided, pending, decided));
        assertEquals(List.of(otherPending, otherDecided), result.conflicts());
        assertEquals(List.of("completed"), reasons(result));
        assertEquals(1, result.skipped());
        assertEquals(2, shop().inventory().find(RARE).orElseThrow().available());
    }

    @Test
    void ordersWithAndWithoutRowsAreOneBatch() {
        List<OrderEntry> journaled = new ArrayList<>();
        List<OrderEntry> all = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            OrderEntry order = i % 5 == 4 ? order(POOR, CHEAP, 1) : order(BUYER, CHEAP, 1);
            all.add(order);
            if (i % 2 == 0) {
                journaled.add(order);
            }
        }
        Collections.shuffle(all, new Random(1));
        shop().journal(journaled);
        BatchResult result = shop().decide(all);
        assertEquals(all, result.verdicts().stream().map(Verdict::entry).toList());
        assertEquals(
                List.of("40"), shop().read("SELECT COUNT(*) FROM orderflow_orders WHERE batch_id = " + result.batch()));
        assertEquals(32, shop().count("orderflow_order_line"));
        assertEquals(6_800, shop().wallets().find(BUYER).orElseThrow().balance());
    }

    @Test
    void aParkedOrderIsSkipped() throws SQLException {
        OrderEntry order = order(BUYER, CHEAP, 1);
        try (Session session = shop().session()) {
            new DeadLetters(shop().tables())
                    .park(session, order, new DeadLetters.Parking(DeadLetterReason.POISON, "tried", 3));
        }
        assertEquals(1, shop().decide(List.of(order)).skipped());
        assertEquals(1, recover(List.of(order.id())).skipped());
        assertEquals(List.of("3"), shop().read(orders("status")));
    }

    @Test
    void recoveryDecidesWhatIsJournaledAndPlaced() {
        OrderEntry journaled = order(BUYER, CHEAP, 1);
        OrderEntry placed = order(BUYER, CHEAP, 2);
        OrderEntry decided = order(BUYER, CHEAP, 3);
        shop().journal(List.of(journaled, placed, decided));
        shop().execute("UPDATE orderflow_orders SET status = 4 WHERE id = " + SqlText.id(placed.id()));
        shop().decide(List.of(decided));
        BatchResult result = recover(List.of(OrderIds.next(), placed.id(), decided.id(), journaled.id()));
        assertEquals(2, result.verdicts().size());
        assertEquals(2, result.skipped());
        assertEquals(9_400, shop().wallets().find(BUYER).orElseThrow().balance());
    }

    @Test
    void recoveryLeavesOutWhatOthersHold() throws SQLException {
        OrderEntry held = order(BUYER, CHEAP, 1);
        OrderEntry free = order(BUYER, CHEAP, 2);
        shop().journal(List.of(held, free));
        try (Connection foreign = shop().foreign();
                Statement lock = foreign.createStatement()) {
            lock.executeQuery("SELECT id FROM orderflow_orders WHERE id = " + SqlText.id(held.id()) + " FOR UPDATE");
            BatchResult result = recover(List.of(held.id(), free.id()));
            assertEquals(
                    List.of(free.id()),
                    result.verdicts().stream()
                            .map(verdict -> verdict.entry().id())
                            .toList());
            assertEquals(1, result.skipped());
            foreign.rollback();
        }
        assertEquals(1, recover(List.of(held.id(), free.id())).verdicts().size());
    }

    /** 500 orders of 100 lines each would be a statement larger than a server need take. */
    @Test
    void recoveryTakesNoMoreLinesThanABatchMayHave() {
        List<OrderEntry> orders = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            OrderRequest.Builder request = OrderRequest.of(BUYER);
            for (int line = 0; line < Limits.LINES; line++) {
                request.line(CHEAP, 1);
            }
            orders.add(entry(request));
        }
        shop().journal(orders);
        List<UUID> ids = orders.stream().map(OrderEntry::id).toList();
        BatchResult first = recover(ids);
        assertEquals(Limits.BATCH_LINES / Limits.LINES, first.verdicts().size());
        assertEquals(10, first.skipped());
        assertEquals(10, recover(ids).verdicts().size());
        assertEquals(List.of("0"), shop().read("SELECT COUNT(*) FROM orderflow_orders WHERE status = 0"));
    }

    private BatchResult recover(List<UUID> ids) {
        try (Session session = shop().session()) {
            return new Engine(shop().tables(), Step.Watcher.NONE).recover(session, ids);
        } catch (SQLException e) {
            throw new AssertionError(shop() + " recovered nothing", e);
        }
    }

    private static OrderEntry entry(OrderRequest.Builder request) {
        return OrderEntry.of(request.build());
    }

    private static List<String> reasons(BatchResult result) {
        return result.verdicts().stream()
                .map(verdict -> verdict.rejectReason().map(Enum::name).orElse("completed"))
                .toList();
    }

    /** Some columns of all orders, as they were decided. */
    private static String orders(String columns) {
        return "SELECT " + columns + " FROM orderflow_orders ORDER BY batch_id, place";
    }
}
