package io.orderflow.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.Limits;
import io.orderflow.Order;
import io.orderflow.OrderRequest;
import io.orderflow.PageRequest;
import io.orderflow.Payment;
import io.orderflow.RejectReason;
import io.orderflow.Wallets;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.journal.OrderReader;
import io.orderflow.internal.sql.Session;
import io.orderflow.model.DatabaseContract;
import io.orderflow.testing.FaultPlan;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Orders that somebody else pays: no wallet is needed, looked for or charged. */
class ExternalOrdersTest extends DatabaseContract {
    private static final long BUYER = 10;
    private static final long POOR = 11;
    private static final long NOBODY = 12;

    private static final long CHEAP = 1;
    private static final long RARE = 2;
    private static final long PRICELESS = 3;
    private static final long UNDEFINED = 4;

    private final List<String> statements = new ArrayList<>();
    private Engine engine;
    private Session session;

    @BeforeEach
    void seed() {
        shop().inventory().define(CHEAP, 100, 1_000, "cheap");
        shop().inventory().define(RARE, 5, 2, "rare");
        shop().inventory().define(PRICELESS, Limits.AMOUNT, 5, "priceless");
        shop().wallets().open(BUYER, 10_000, "buyer");
        shop().wallets().open(POOR, 99, "poor");
        engine = new Engine(shop().tables(), Step.Watcher.NONE);
        session = shop().session();
    }

    @AfterEach
    void giveBack() {
        session.close();
    }

    @Test
    void aBuyerWithoutAWalletIsServedAndTheTotalComputed() throws SQLException {
        OrderEntry order = OrderEntry.of(OrderRequest.of(NOBODY)
                .line(CHEAP, 3)
                .line(RARE, 2, 5)
                .payment(Payment.EXTERNAL)
                .build());
        BatchResult result = engine.decide(session, List.of(order));
        assertEquals(List.of(new Verdict(order, Optional.empty(), 310)), result.verdicts());
        assertEquals(Optional.empty(), shop().wallets().find(NOBODY));
        assertEquals(997, available(CHEAP));
        assertEquals(0, available(RARE));
        Order shown = read(order);
        assertEquals(Payment.EXTERNAL, shown.payment());
        assertEquals(310, shown.total());
        assertEquals(100, shown.lines().get(0).unitPrice().getAsLong());
    }

    @ParameterizedTest
    @EnumSource
    void eachReasonThatIsNotTheWalletsRejects(RejectReason reason) throws SQLException {
        Optional<OrderEntry> order = switch (reason) {
            case UNKNOWN_PRODUCT -> Optional.of(external(NOBODY, UNDEFINED, 1));
            case PRICE_CHANGED ->
                Optional.of(OrderEntry.of(OrderRequest.of(NOBODY)
                        .line(CHEAP, 1, 99)
                        .payment(Payment.EXTERNAL)
                        .build()));
            case AMOUNT_TOO_LARGE -> Optional.of(external(NOBODY, PRICELESS, 2));
            case LIMIT_PER_BUYER -> {
                shop().inventory().setMaxPerBuyer(CHEAP, 1, "one each");
                yield Optional.of(external(NOBODY, CHEAP, 2));
            }
            case INSUFFICIENT_STOCK -> Optional.of(external(NOBODY, RARE, 3));
            case UNKNOWN_BUYER, INSUFFICIENT_FUNDS -> Optional.empty();
        };
        if (order.isPresent()) {
            assertEquals(List.of(reason.name()), outcomes(engine.decide(session, List.of(order.get()))));
        } else {
            assertEquals(
                    List.of("completed", "completed"),
                    outcomes(engine.decide(session, List.of(external(NOBODY, CHEAP, 1), external(POOR, CHEAP, 1)))));
        }
    }

    /** By the reads first, by the guarded updates from the second batch on. */
    @Test
    void ofABuyerWithBothKindsTheWalletPaysForTheOneAlone() throws SQLException {
        List<OrderEntry> charged = new ArrayList<>();
        for (int batch = 1; batch <= 4; batch++) {
            charged.add(order(BUYER, CHEAP, 2));
            List<OrderEntry> orders = List.of(
                    external(BUYER, CHEAP, 1),
                    charged.get(batch - 1),
                    external(NOBODY, CHEAP, 1),
                    external(POOR, CHEAP, 5));
            if (batch % 2 == 0) {
                shop().journalRows(orders);
            }
            assertEquals(
                    List.of("completed", "completed", "completed", "completed"), outcomes(decideUntilDone(orders)));
            assertEquals(10_000 - 200 * batch, balance(BUYER));
            assertEquals(1_000 - 9 * batch, available(CHEAP));
        }
        assertEquals(99, balance(POOR));
        List<Wallets.Entry> history =
                shop().wallets().history(BUYER, PageRequest.first(50)).entries();
        assertEquals(5, history.size(), "four orders and the opening");
        assertEquals(
                ids(charged),
                history.stream().flatMap(entry -> entry.order().stream()).collect(Collectors.toSet()));
    }

    /** The wallet is empty after the first; the stock is not. */
    @Test
    void whoCannotPayAnyMoreCanHaveSomebodyElsePay() throws SQLException {
        List<OrderEntry> orders = List.of(
                order(BUYER, CHEAP, 100), order(BUYER, CHEAP, 1), external(BUYER, CHEAP, 1), order(NOBODY, CHEAP, 1));
        assertEquals(
                List.of("completed", "INSUFFICIENT_FUNDS", "completed", "UNKNOWN_BUYER"),
                outcomes(engine.decide(session, orders)));
        assertEquals(0, balance(BUYER));
        assertEquals(899, available(CHEAP));
    }

    @Test
    void anotherPaymentUnderTheSameIdIsAConflict() throws SQLException {
        OrderEntry journaled = order(BUYER, CHEAP, 1);
        OrderEntry queued = external(BUYER, CHEAP, 2);
        shop().journalRows(List.of(journaled));
        OrderEntry first = other(journaled, Payment.EXTERNAL);
        OrderEntry second = other(queued, Payment.WALLET);
        BatchResult result = engine.decide(session, List.of(first, queued, second, journaled));
        assertEquals(List.of(first, second), result.conflicts());
        assertEquals(List.of("completed", "completed"), outcomes(result));
        assertEquals(9_900, balance(BUYER));
    }

    private static OrderEntry other(OrderEntry order, Payment payment) {
        return OrderEntry.of(OrderRequest.of(order.buyer())
                .line(order.product(0), order.quantity(0))
                .payment(payment)
                .id(order.id())
                .build());
    }

    /** However it comes to its verdict. */
    @Test
    void noStatementNamesTheWallets() throws SQLException {
        watch();
        for (int batch = 0; batch < 3; batch++) {
            OrderEntry journaled = external(BUYER, CHEAP, 1);
            OrderEntry found = external(NOBODY, CHEAP, 1);
            shop().journalRows(List.of(journaled, found));
            engine.recover(session, List.of(found.id()));
            decideUntilDone(List.of(journaled, external(NOBODY, CHEAP, 1), external(POOR, UNDEFINED, 1)));
            engine.decideAround(session, List.of(external(NOBODY, CHEAP, 1)));
        }
        assertFalse(statements.isEmpty());
        assertEquals(
                List.of(),
                statements.stream()
                        .filter(sql -> sql.contains("orderflow_wallet"))
                        .toList());
    }

    @Test
    void oneThatComesAloneIsFourStatementsAndACommit() throws SQLException {
        watch();
        for (int batch = 0; batch < 3; batch++) {
            OrderEntry order = external(NOBODY, CHEAP, 1);
            shop().journalRows(List.of(order));
            statements.clear();
            assertEquals(1, engine.decide(session, List.of(order)).verdicts().size());
        }
        assertTrue(statements.size() <= 5, statements::toString);
    }

    /** Others' empty wallets are no reason to read what nobody else pays from. */
    @Test
    void whereNoWalletPaysItDoesNotMatterThatOthersWereEmpty() throws SQLException {
        watch();
        engine.decide(session, List.of(external(NOBODY, CHEAP, 1)));
        engine.decide(session, List.of(order(POOR, CHEAP, 1), order(POOR, CHEAP, 2)));
        statements.clear();
        engine.decide(session, List.of(external(NOBODY, CHEAP, 1), external(POOR, CHEAP, 1)));
        assertEquals(
                List.of(),
                statements.stream()
                        .filter(sql -> sql.startsWith("SELECT product"))
                        .toList());
    }

    private void watch() {
        shop().dataSource().setPlan((step, sql) -> {
            if (step == FaultPlan.Step.BEFORE_EXECUTE || step == FaultPlan.Step.BEFORE_COMMIT) {
                statements.add(sql);
            }
        });
    }

    /** A batch that met rows where it expected none runs again. */
    private BatchResult decideUntilDone(List<OrderEntry> orders) throws SQLException {
        try {
            return engine.decide(session, orders);
        } catch (RetryBatchException e) {
            return engine.decide(session, orders);
        }
    }

    private Order read(OrderEntry order) throws SQLException {
        try (Connection connection = shop().foreign()) {
            return new OrderReader(shop().tables())
                    .byIds(connection, List.of(order.id()))
                    .get(order.id())
                    .order();
        }
    }

    private static List<String> outcomes(BatchResult result) {
        return result.verdicts().stream()
                .map(verdict -> verdict.rejectReason().map(Enum::name).orElse("completed"))
                .toList();
    }

    private long balance(long buyer) {
        return shop().wallets().find(buyer).orElseThrow().balance();
    }

    private long available(long product) {
        return shop().inventory().find(product).orElseThrow().available();
    }
}
