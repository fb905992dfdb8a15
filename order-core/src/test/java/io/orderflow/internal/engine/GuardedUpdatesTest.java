package io.orderflow.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.OrderRequest;
import io.orderflow.RejectReason;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.sql.Session;
import io.orderflow.model.DatabaseContract;
import io.orderflow.testing.FaultPlan;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Batches that take money and pieces without having read what is there. */
class GuardedUpdatesTest extends DatabaseContract {
    private static final int CAUTIOUS_BATCHES = 16;
    private static final Duration BOUND = Duration.ofSeconds(20);
    private static final long RICH = 1;
    private static final long POOR = 2;
    private static final long NOBODY = 99;
    private static final long PRODUCT = 1;
    private static final long GIFT = 2;

    private Engine engine;

    /** After one batch, so that the engine knows the products and that buyers can pay. */
    @BeforeEach
    void seed() throws SQLException {
        shop().inventory().define(PRODUCT, 10, 1_000, "product");
        shop().inventory().define(GIFT, 0, 1_000, "gift");
        shop().wallets().open(RICH, 100_000, "rich");
        shop().wallets().open(POOR, 50, "poor");
        engine = new Engine(shop().tables(), Step.Watcher.NONE);
        decide(order(RICH, PRODUCT, 1), order(RICH, GIFT, 1));
    }

    @Test
    void aBatchThatAllCanPayReadsNeitherWalletsNorStock() throws SQLException {
        assertEquals(List.of(), reads(order(RICH, PRODUCT, 2), order(POOR, PRODUCT, 5)));
        assertEquals(99_970, balance(RICH));
        assertEquals(0, balance(POOR));
        assertEquals(992, available(PRODUCT));
    }

    @Test
    void oneOrderTakesFiveStatementsAndACommit() throws SQLException {
        List<String> statements = statements(order(RICH, PRODUCT, 1));
        assertEquals(
                List.of(
                        "UPDATE wallet",
                        "INSERT order_line",
                        "UPDATE stock",
                        "INSERT batch",
                        "INSERT orders",
                        "COMMIT"),
                statements);
    }

    @Test
    void whatCostsNothingIsTakenFromAWalletThatIsThere() throws SQLException {
        BatchResult result = decide(order(POOR, GIFT, 3));
        assertTrue(result.verdicts().get(0).completed());
        assertEquals(Optional.of(RejectReason.UNKNOWN_BUYER), reason(decide(order(NOBODY, GIFT, 1))));
        assertEquals(996, available(GIFT));
    }

    @Test
    void whoCannotPayIsRejectedAndTheOthersAreNot() throws SQLException {
        BatchResult result = decide(order(POOR, PRODUCT, 3), order(RICH, PRODUCT, 1), order(POOR, PRODUCT, 3));
        assertEquals(
                List.of(true, true, false),
                result.verdicts().stream().map(Verdict::completed).toList());
        assertEquals(
                Optional.of(RejectReason.INSUFFICIENT_FUNDS),
                result.verdicts().get(2).rejectReason());
        assertEquals(20, balance(POOR));
        assertEquals(99_980, balance(RICH));
        assertEquals(995, available(PRODUCT));
    }

    @Test
    void afterOneWhoCouldNotPaySixteenBatchesRead() throws SQLException {
        decide(order(POOR, PRODUCT, 6));
        for (int i = 1; i <= CAUTIOUS_BATCHES; i++) {
            assertEquals(List.of("wallet", "stock"), reads(order(RICH, PRODUCT, 1)), "batch " + i);
        }
        assertEquals(List.of(), reads(order(RICH, PRODUCT, 1)));
    }

    /** A batch runs twice only when the one before was right. */
    @Test
    void whereManyCannotPayNoBatchRunsTwice() throws SQLException {
        decide(order(POOR, PRODUCT, 6));
        for (int i = 1; i <= 3 * CAUTIOUS_BATCHES; i++) {
            assertEquals(List.of("wallet", "stock"), reads(order(POOR, PRODUCT, 6)), "batch " + i);
        }
    }

    @Test
    void anotherPriceIsTheOneThatIsPaid() throws SQLException {
        shop().inventory().setPrice(PRODUCT, 11, "dearer");
        assertEquals(33, decide(order(RICH, PRODUCT, 3)).verdicts().get(0).total());
        assertEquals(99_957, balance(RICH));
    }

    @Test
    void piecesThatAnotherProcessTookAreNotSoldAgain() throws SQLException {
        shop().inventory().correct(PRODUCT, -997, "gone");
        assertEquals(Optional.of(RejectReason.INSUFFICIENT_STOCK), reason(decide(order(RICH, PRODUCT, 3))));
        assertEquals(2, available(PRODUCT));
        assertEquals(99_990, balance(RICH));
    }

    /** What this process took is not what it remembers: the batch that finds nothing left has not tried in vain. */
    @Test
    void whatThisProcessTookItDoesNotExpectToBeThere() throws SQLException {
        decide(order(RICH, PRODUCT, 998));
        decide(order(RICH, PRODUCT, 1));
        List<String> statements = statements(order(RICH, PRODUCT, 1));
        assertEquals("SELECT wallet", statements.get(0), statements::toString);
        assertEquals(0, available(PRODUCT));
    }

    /** The balance is read as it is when the lock is there, and not as it was when the update came. */
    @ParameterizedTest
    @ValueSource(strings = {"UPDATE orderflow_wallet SET balance = balance - 40 WHERE buyer = 2", "NOTHING"})
    void whoeverHoldsTheWalletIsWaitedFor(String change) throws Exception {
        CompletableFuture<BatchResult> deciding = new CompletableFuture<>();
        tampered();
        try (Connection foreign = shop().foreign();
                Statement statement = foreign.createStatement()) {
            statement.executeUpdate("UPDATE orderflow_wallet SET balance = balance WHERE buyer = 2");
            if (!change.equals("NOTHING")) {
                statement.executeUpdate(change);
            }
            CountDownLatch sent = new CountDownLatch(1);
            shop().dataSource().setPlan((step, sql) -> {
                if (step == FaultPlan.Step.BEFORE_EXECUTE && sql.startsWith("UPDATE")) {
                    sent.countDown();
                }
            });
            new Thread(() -> complete(deciding, order(POOR, PRODUCT, 2))).start();
            assertTrue(sent.await(BOUND.toSeconds(), TimeUnit.SECONDS));
            foreign.commit();
        }
        BatchResult result = deciding.get(BOUND.toSeconds(), TimeUnit.SECONDS);
        assertEquals(change.equals("NOTHING"), result.verdicts().get(0).completed());
        assertEquals(change.equals("NOTHING") ? 30 : 10, balance(POOR));
    }

    /** Above 32 wallets each is asked for the largest amount; who has less than that pays when the wallets are read. */
    @Test
    void inALongListWhoHasEnoughForHimselfPays() throws SQLException {
        shop().inventory().restock(PRODUCT, 1_000, "more");
        IntStream.rangeClosed(101, 140).forEach(buyer -> shop().wallets().open(buyer, 200, "buyer " + buyer));
        assertEquals(List.of(), reads(oneEach()));
        for (int i = 0; i <= CAUTIOUS_BATCHES + 1; i++) {
            List<OrderEntry> orders = new ArrayList<>(List.of(oneEach()));
            orders.add(order(RICH, PRODUCT, 21));
            List<String> statements = statements(orders.toArray(OrderEntry[]::new));
            assertEquals("SELECT wallet", statements.get(i == 0 ? 1 : 0), i + ": " + statements);
        }
        assertEquals(List.of("1 780"), shop().read("SELECT status, COUNT(*) FROM orderflow_orders GROUP BY status"));
    }

    private static OrderEntry[] oneEach() {
        return IntStream.rangeClosed(101, 140)
                .mapToObj(buyer -> order(buyer, PRODUCT, 1))
                .toArray(OrderEntry[]::new);
    }

    /** The products are more than one piece of a statement has, some with fewer pieces than the largest line wants. */
    @Test
    void sixHundredProductsAreTakenInTwoPieces() throws SQLException {
        for (int product = 1_001; product <= 1_600; product++) {
            shop().inventory().define(product, 1, product == 1_600 ? 2 : 50, "product " + product);
        }
        OrderEntry[] orders = IntStream.range(0, 20)
                .mapToObj(i -> thirtyLines(1_001 + 30 * i))
                .toArray(OrderEntry[]::new);
        decide(orders);
        OrderEntry[] again = IntStream.range(0, 20)
                .mapToObj(i -> thirtyLines(1_001 + 30 * i))
                .toArray(OrderEntry[]::new);
        assertEquals(List.of(), reads(again));
        assertEquals(0, available(1_600));
        assertEquals(40, available(1_001));
    }

    private static OrderEntry thirtyLines(int first) {
        OrderRequest.Builder request = OrderRequest.of(RICH);
        IntStream.range(first, first + 30).forEach(product -> request.line(product, product == 1_001 ? 5 : 1));
        return OrderEntry.of(request.build());
    }

    private void complete(CompletableFuture<BatchResult> future, OrderEntry order) {
        try {
            future.complete(decide(order));
        } catch (SQLException | RuntimeException | Error e) {
            future.completeExceptionally(e);
        }
    }

    private BatchResult decide(OrderEntry... orders) throws SQLException {
        try (Session session = shop().session()) {
            return engine.decide(session, List.of(orders));
        }
    }

    /** The tables of which a batch reads rows. */
    private List<String> reads(OrderEntry... orders) throws SQLException {
        return statements(orders).stream()
                .filter(statement -> statement.startsWith("SELECT"))
                .map(statement -> statement.substring("SELECT ".length()))
                .filter(table -> table.equals("wallet") || table.equals("stock"))
                .distinct()
                .toList();
    }

    /** The statements of a batch, each as its verb and its table. */
    private List<String> statements(OrderEntry... orders) throws SQLException {
        return SeenStatements.of(shop(), () -> decide(orders));
    }

    private static Optional<RejectReason> reason(BatchResult result) {
        return result.verdicts().get(0).rejectReason();
    }

    private long balance(long buyer) {
        return shop().wallets().find(buyer).orElseThrow().balance();
    }

    private long available(long product) {
        return shop().inventory().find(product).orElseThrow().available();
    }
}
