package io.orderflow.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.OrderRequest;
import io.orderflow.OrderStatus;
import io.orderflow.StockAdjustment;
import io.orderflow.WalletAdjustment;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.model.DatabaseContract;
import io.orderflow.model.ShopDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A batch that goes around rows which a stranger holds: whose orders wait, and that nobody is rejected for it. */
class HeldRowsTest extends DatabaseContract {
    private static final long SHORTER_THAN_A_LOCK_WAIT =
            ShopDatabase.SETTINGS.lockWait().minusMillis(500).toNanos();

    @BeforeEach
    void open() {
        for (int i = 1; i <= 4; i++) {
            shop().wallets().applyAll(List.of(WalletAdjustment.open(i, 1_000, "open-" + i)));
            shop().inventory().applyAll(List.of(StockAdjustment.define(i, 10, 100, "define-" + i)));
        }
    }

    private BatchResult around(OrderEntry... orders) throws SQLException {
        try (Session session = shop().session()) {
            return new Engine(shop().tables(), Step.Watcher.NONE).decideAround(session, List.of(orders));
        }
    }

    private BatchResult recoverAround(OrderEntry... orders) throws SQLException {
        List<UUID> ids = List.of(orders).stream().map(OrderEntry::id).toList();
        try (Session session = shop().session()) {
            return new Engine(shop().tables(), Step.Watcher.NONE).recoverAround(session, ids);
        }
    }

    /** What is done while a stranger holds rows. */
    @FunctionalInterface
    private interface Meanwhile {
        void run() throws SQLException;
    }

    private void whileHeld(String query, Meanwhile meanwhile) throws SQLException {
        try (Connection stranger = shop().foreign();
                Statement statement = stranger.createStatement()) {
            statement.execute(query);
            meanwhile.run();
            stranger.rollback();
        }
    }

    private static Set<UUID> decided(BatchResult result) {
        return result.verdicts().stream().map(verdict -> verdict.entry().id()).collect(Collectors.toSet());
    }

    private static Set<UUID> ids(OrderEntry... orders) {
        return List.of(orders).stream().map(OrderEntry::id).collect(Collectors.toSet());
    }

    @Test
    void whoseWalletIsHeldWaitsAndTheOthersAreDecided() throws SQLException {
        OrderEntry one = order(1, 1, 1);
        OrderEntry two = order(2, 1, 1);
        OrderEntry twoAgain = order(2, 2, 1);
        OrderEntry three = order(3, 2, 1);
        shop().journal(List.of(one, two));
        whileHeld("SELECT * FROM orderflow_wallet WHERE buyer = 2 FOR UPDATE", () -> {
            BatchResult result = around(one, two, twoAgain, three);
            assertEquals(ids(one, three), decided(result));
            assertTrue(result.verdicts().stream().allMatch(Verdict::completed));
            assertEquals(ids(two, twoAgain), result.waiting());
            assertEquals(Set.of(2L), result.held().buyers());
            assertEquals(List.of(), result.conflicts());
        });
        assertEquals(ids(two, twoAgain), decided(around(two, twoAgain)));
    }

    @Test
    void whoseWalletDoesNotPayIsDecidedWhileItIsHeld() throws SQLException {
        OrderEntry charged = order(2, 1, 1);
        OrderEntry external = external(2, 1, 1);
        whileHeld("SELECT * FROM orderflow_wallet WHERE buyer = 2 FOR UPDATE", () -> {
            BatchResult result = around(charged, external);
            assertEquals(ids(external), decided(result));
            assertEquals(ids(charged), result.waiting());
            HeldRows held = result.held();
            held.removeAllOf(external);
            assertTrue(held.concern(charged), "another order of the buyer was decided, and its wallet is held still");
            assertFalse(held.concern(external));
            assertEquals(1, shop().decide(List.of(external(2, 1, 1))).verdicts().size());
        });
        assertEquals(ids(charged), decided(around(charged)));
    }

    @Test
    void whoseProductIsHeldWaitsAlsoWithOneLineOfSeveral() throws SQLException {
        OrderEntry one = order(1, 1, 1);
        OrderEntry two = OrderEntry.of(
                OrderRequest.of(2).line(1, 1).line(3, 1).line(2, 1).build());
        OrderEntry three = order(3, 3, 1);
        whileHeld("SELECT * FROM orderflow_stock WHERE product = 3 FOR UPDATE", () -> {
            BatchResult result = around(one, two, three);
            assertEquals(ids(one), decided(result));
            assertEquals(ids(two, three), result.waiting());
            assertEquals(Set.of(3L), result.held().products());
        });
        assertEquals(ids(two, three), decided(around(two, three)));
    }

    @Test
    void whoseRowIsHeldWaitsWithAllThatWasDeliveredUnderItsId() throws SQLException {
        OrderEntry held = order(1, 1, 1);
        OrderEntry other =
                OrderEntry.of(OrderRequest.of(2).line(2, 2).id(held.id()).build());
        OrderEntry free = order(2, 1, 1);
        shop().journal(List.of(held, free));
        String query = "SELECT * FROM orderflow_orders WHERE id = " + SqlText.id(held.id()) + " FOR UPDATE";
        whileHeld(query, () -> {
            BatchResult result = around(other, held, free);
            assertEquals(ids(free), decided(result));
            assertEquals(ids(held), result.waiting());
            assertEquals(ids(held), result.held().orders());
            assertEquals(List.of(), result.conflicts(), "what the row says is not known yet");
        });
        BatchResult result = around(other, held);
        assertEquals(ids(held), decided(result));
        assertEquals(List.of(other), result.conflicts());
    }

    @Test
    void ofTwoContentsWithoutARowNeitherIsSetAsideWhileTheFirstWaits() throws SQLException {
        OrderEntry first = order(1, 1, 1);
        OrderEntry second =
                OrderEntry.of(OrderRequest.of(2).line(2, 2).id(first.id()).build());
        whileHeld("SELECT * FROM orderflow_wallet WHERE buyer = 1 FOR UPDATE", () -> {
            BatchResult result = around(first, second);
            assertEquals(ids(first), result.waiting());
            assertEquals(List.of(), result.conflicts());
        });
        assertEquals(List.of(second), around(first, second).conflicts());
    }

    @Test
    void aMissingWalletOrProductIsNotTakenForAHeldOneNorAHeldOneForAMissing() throws SQLException {
        OrderEntry noWallet = order(99, 1, 1);
        OrderEntry noProduct = order(1, 99, 1);
        OrderEntry held = order(2, 1, 1);
        whileHeld("SELECT * FROM orderflow_wallet WHERE buyer = 2 FOR UPDATE", () -> {
            BatchResult result = around(noWallet, noProduct, held);
            assertEquals(ids(noWallet, noProduct), decided(result));
            assertTrue(result.verdicts().stream().allMatch(verdict -> verdict.status() == OrderStatus.REJECTED));
            assertEquals(ids(held), result.waiting());
        });
        assertTrue(around(held).verdicts().get(0).completed());
    }

    @Test
    void whatSomebodyIsCreatingIsWaitedFor() throws SQLException {
        OrderEntry one = order(50, 1, 1);
        OrderEntry two = order(2, 50, 1);
        OrderEntry three = order(3, 1, 1);
        String guard = "SELECT version FROM orderflow_schema_version WHERE id = 2 FOR UPDATE";
        whileHeld(guard, () -> {
            BatchResult result = around(one, two, three);
            assertEquals(ids(three), decided(result));
            assertEquals(ids(one, two), result.waiting(), "nobody knows yet whether they exist");
        });
        shop().wallets().applyAll(List.of(WalletAdjustment.open(50, 1_000, "open-50")));
        assertEquals(
                List.of(true, false),
                around(one, two).verdicts().stream().map(Verdict::completed).toList());
    }

    @Test
    void anOrderThatSomebodyIsInsertingWaitsAndThoseWithRowsAreDecided() throws SQLException {
        OrderEntry inserted = order(1, 1, 1);
        OrderEntry free = order(2, 1, 1);
        shop().journal(List.of(free));
        String insert = "INSERT INTO orderflow_orders (id, buyer, status, fingerprint, request, place, created_at)"
                + " VALUES (" + SqlText.id(inserted.id()) + ", 1, 0, x'00000000000000000000000000000000', x'00', 0, "
                + "'2026-01-01 00:00:00')";
        whileHeld(insert, () -> {
            BatchResult result = around(inserted, free);
            assertEquals(ids(free), decided(result));
            assertEquals(ids(inserted), result.waiting());
        });
        assertEquals(ids(inserted), decided(around(inserted)));
    }

    /** Without a wallet that would have to be locked first, a batch begins to insert with the lines. */
    @Test
    void anOrderWhoseLinesSomebodyIsInsertingWaitsAlone() throws SQLException {
        OrderEntry inserted = external(1, 1, 1);
        List<OrderEntry> batch = List.of(external(1, 1, 1), inserted, order(2, 1, 1));
        String insert = "INSERT INTO orderflow_order_line VALUES (" + SqlText.id(inserted.id()) + ", 0, 1, 1, 100)";
        whileHeld(insert, () -> {
            long start = System.nanoTime();
            BatchResult result = around(batch.toArray(OrderEntry[]::new));
            assertTrue(System.nanoTime() - start < SHORTER_THAN_A_LOCK_WAIT, "it waits for the lines");
            assertEquals(2, result.verdicts().size());
            assertEquals(ids(inserted), result.waiting());
        });
        assertEquals(ids(inserted), decided(around(inserted)));
    }

    /** As all are that groups of the journal carry, or a queue alone. */
    @Test
    void anOrderThatSomebodyIsInsertingWaitsAloneAmongOthersWithoutRows() throws SQLException {
        OrderEntry inserted = order(1, 1, 1);
        List<OrderEntry> batch = List.of(order(1, 1, 1), inserted, order(2, 1, 1), order(3, 2, 1));
        String insert = "INSERT INTO orderflow_orders (id, buyer, status, fingerprint, request, place, created_at)"
                + " VALUES (" + SqlText.id(inserted.id()) + ", 1, 0, x'00000000000000000000000000000000', x'00', 0, "
                + "'2026-01-01 00:00:00')";
        Engine engine = new Engine(shop().tables(), Step.Watcher.NONE);
        try (Session session = shop().session()) {
            // one that met no rows expects none
            engine.decide(session, List.of(order(1, 1, 1)));
            whileHeld(insert, () -> {
                long start = System.nanoTime();
                BatchResult result = engine.decideAround(session, batch);
                assertTrue(System.nanoTime() - start < SHORTER_THAN_A_LOCK_WAIT, "it waits for the row");
                assertEquals(3, result.verdicts().size());
                assertEquals(ids(inserted), result.waiting());
                assertTrue(result.held().orders().contains(inserted.id()));
                assertEquals(0, around(inserted).verdicts().size(), "alone, and by one who expects rows");
            });
            assertEquals(ids(inserted), decided(engine.decideAround(session, batch)));
        }
    }

    @Test
    void recoveryGoesAroundWalletsAndProductsToo() throws SQLException {
        OrderEntry one = order(1, 1, 1);
        OrderEntry two = order(2, 1, 1);
        OrderEntry three = order(3, 3, 1);
        OrderEntry four = order(4, 1, 1);
        shop().journal(List.of(one, two, three, four));
        String[] queries = {
            "SELECT * FROM orderflow_wallet WHERE buyer = 2 FOR UPDATE",
            "SELECT * FROM orderflow_stock WHERE product = 3 FOR UPDATE"
        };
        whileHeld(
                queries[0],
                () -> whileHeld(queries[1], () -> {
                    BatchResult result = recoverAround(one, two, three, four);
                    assertEquals(ids(one, four), decided(result));
                    assertEquals(ids(two, three), result.waiting());
                }));
        assertEquals(ids(two, three), decided(recoverAround(two, three)));
    }
}
