package io.orderflow.internal.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.Order;
import io.orderflow.OrderLine;
import io.orderflow.OrderRequest;
import io.orderflow.OrderStatus;
import io.orderflow.PlaceResult;
import io.orderflow.internal.admin.OrderReads;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.engine.Engine;
import io.orderflow.internal.engine.Step;
import io.orderflow.internal.sql.Dialect;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlFailure;
import io.orderflow.model.DatabaseContract;
import io.orderflow.testing.FaultPlan;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Orders that are part of a transaction of the host's. */
class OrderPlacementTest extends DatabaseContract {
    private static final Set<SqlFailure> REPEATED = Set.of(SqlFailure.CONTENTION, SqlFailure.DUPLICATE_KEY);

    private OrderPlacement placement;

    @BeforeEach
    void seed() {
        OrderReads reads = new OrderReads(shop().store(), new OrderReader(shop().tables()), shop().carried());
        placement = new OrderPlacement(
                shop().tables(), new AcceptedOrders(AcceptedOrders.MOST, System::nanoTime), reads::stored);
        shop().inventory().define(1, 10, 100, "define");
        shop().wallets().open(1, 1_000, "open");
    }

    /** Nobody would ever find it, and a host may commit what it did before. */
    @Test
    void anOrderWhoseGroupCouldNotBeWrittenIsNoOrder() throws SQLException {
        placeWithout("INSERT INTO orderflow_pending");
        assertEquals(0, shop().count("orderflow_orders"));
    }

    /** As for a host's user who may insert orders and nothing else. */
    @Test
    void anOrderWhoseGroupCouldNotBeWrittenIsNoOrderAlsoWhereNothingMayBeDeleted() throws SQLException {
        placeWithout("INSERT INTO orderflow_pending", "DELETE");
        assertEquals(0, shop().count("orderflow_orders"));
    }

    @Test
    void anOrderThatCouldNotBeWrittenLeavesNoGroup() throws SQLException {
        placeWithout("INSERT INTO orderflow_orders");
        assertEquals(0, shop().count("orderflow_pending"));
    }

    private void placeWithout(String... refused) throws SQLException {
        shop().dataSource().setPlan((step, sql) -> {
            if (step == FaultPlan.Step.BEFORE_EXECUTE && Stream.of(refused).anyMatch(sql::startsWith)) {
                throw FaultPlan.lockWaitTimeout();
            }
        });
        try (Connection host = shop().dataSource().getConnection()) {
            host.setAutoCommit(false);
            assertThrows(SQLException.class, () -> placement.place(host, order(1, 1, 2)));
            host.commit();
        }
        shop().dataSource().setPlan(FaultPlan.NONE);
    }

    @Test
    void aPlacedOrderExistsWithTheHostsCommitAndIsDecidedByRecovery() throws SQLException {
        OrderEntry order = order(1, 1, 2);
        try (Connection host = shop().foreign()) {
            assertEquals(new PlaceResult.Placed(order.id()), placement.place(host, order));
            assertEquals(List.of(), placed());
            assertEquals(0, shop().count("orderflow_orders"));
            host.commit();
        }
        assertEquals(List.of(order.id()), placed());
        assertEquals(OrderStatus.PENDING, find(order).status());
        try (Session session = shop().session()) {
            new Engine(shop().tables(), Step.Watcher.NONE).recover(session, List.of(order.id()));
        }
        assertEquals(OrderStatus.COMPLETED, find(order).status());
        assertEquals(List.of(), placed());
    }

    @Test
    void aRollbackLeavesNothing() throws SQLException {
        OrderEntry order = order(1, 1, 2);
        try (Connection host = shop().foreign()) {
            placement.place(host, order);
            host.rollback();
            assertEquals(0, shop().count("orderflow_orders"));
            assertInstanceOf(PlaceResult.Placed.class, placement.place(host, order));
            host.rollback();
        }
    }

    @Test
    void theConnectionIsLeftAsItWas() throws SQLException {
        try (Connection host = shop().database().connect()) {
            host.setAutoCommit(false);
            host.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            placement.place(host, order(1, 1, 2));
            assertFalse(host.getAutoCommit());
            assertEquals(Connection.TRANSACTION_REPEATABLE_READ, host.getTransactionIsolation());
            host.rollback();
        }
    }

    @Test
    void aConnectionInAutocommitIsRefused() throws SQLException {
        try (Connection host = shop().database().connect()) {
            IllegalArgumentException refused =
                    assertThrows(IllegalArgumentException.class, () -> placement.place(host, order(1, 1, 2)));
            assertTrue(refused.getMessage().startsWith("connection must not be in autocommit"), refused::getMessage);
        }
        assertEquals(0, shop().count("orderflow_orders"));
    }

    @Test
    void theSameOrderTwiceIsADuplicateAlsoInOneTransaction() throws SQLException {
        OrderEntry order = order(1, 1, 2);
        OrderEntry other =
                OrderEntry.of(OrderRequest.of(1).id(order.id()).line(1, 3).build());
        try (Connection host = shop().foreign()) {
            placement.place(host, order);
            PlaceResult again = placement.place(host, order);
            assertEquals(
                    OrderStatus.PENDING,
                    assertInstanceOf(PlaceResult.Duplicate.class, again).order().status());
            assertEquals(new PlaceResult.Conflict(order.id()), placement.place(host, other));
            host.commit();
        }
        try (Connection host = shop().foreign()) {
            assertInstanceOf(PlaceResult.Duplicate.class, placement.place(host, order));
            assertEquals(new PlaceResult.Conflict(order.id()), placement.place(host, other));
            host.rollback();
        }
        assertEquals(1, shop().count("orderflow_orders"));
    }

    /** The host's snapshot may be older than the order, or than its verdict. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aDuplicateIsSeenAsItIsNowWhateverTheHostsSnapshot(boolean journaledBefore) throws SQLException {
        OrderEntry order = order(1, 1, 2);
        if (journaledBefore) {
            shop().journal(List.of(order));
        }
        try (Connection host = shop().database().connect();
                Statement statement = host.createStatement()) {
            host.setTransactionIsolation(Dialect.of(host).snapshot());
            host.setAutoCommit(false);
            statement.executeQuery("SELECT COUNT(*) FROM orderflow_orders").close();
            shop().decide(List.of(order));
            Order seen;
            try {
                seen = assertInstanceOf(PlaceResult.Duplicate.class, placement.place(host, order))
                        .order();
            } catch (SQLException e) {
                // a database may refuse to look past the snapshot; the host repeats its transaction
                assertTrue(REPEATED.contains(SqlFailure.of(e)), e::toString);
                host.rollback();
                seen = assertInstanceOf(PlaceResult.Duplicate.class, placement.place(host, order))
                        .order();
            }
            assertEquals(OrderStatus.COMPLETED, seen.status());
            assertEquals(List.of(OrderLine.of(1, 2, 10)), seen.lines());
            assertEquals(find(order), seen);
            host.rollback();
        }
    }

    @Test
    void aPlacementWaitsForTheOtherTransactionWithItsId() throws Exception {
        OrderEntry order = order(1, 1, 2);
        try (Connection first = shop().foreign();
                Connection second = shop().foreign()) {
            placement.place(first, order);
            CompletableFuture<PlaceResult> waiting = CompletableFuture.supplyAsync(() -> {
                try {
                    return placement.place(second, order);
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            first.commit();
            assertInstanceOf(PlaceResult.Duplicate.class, waiting.get(20, TimeUnit.SECONDS));
            second.rollback();
        }
    }

    private List<UUID> placed() throws SQLException {
        try (Session session = shop().session()) {
            return new PendingOrders(shop().tables()).placed(session, id -> false, 10);
        }
    }

    private Order find(OrderEntry order) throws SQLException {
        try (Connection connection = shop().foreign()) {
            Order found = new OrderReader(shop().tables())
                    .byIds(connection, List.of(order.id()))
                    .get(order.id())
                    .order();
            connection.rollback();
            return found;
        }
    }
}
