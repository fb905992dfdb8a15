package io.orderflow.internal.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.CancelRequest;
import io.orderflow.OrderChanges;
import io.orderflow.OrderRequest;
import io.orderflow.ReleaseRequest;
import io.orderflow.ReleaseResult;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.engine.Engine;
import io.orderflow.internal.engine.HoldExpiry;
import io.orderflow.internal.engine.Step;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlFailure;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.model.ServerContract;
import io.orderflow.testing.Eventually;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A second call in a transaction of the host's wants an order whose holder wants the stock of the first one. H2 is left
 * out: it ends whom it likes.
 */
class HostDeadlocksTest extends ServerContract {
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final int HEAVY = 500;

    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private OrderChanges changes;
    private OrderEntry first;
    private OrderEntry second;

    @BeforeEach
    void open() {
        changes = shop().changes();
        shop().inventory().define(1, 10, 10_000, "product-1");
        shop().wallets().open(1, 100_000, "wallet");
        first = held();
        second = held();
        shop().execute("CREATE TABLE host_note (id INT PRIMARY KEY)");
    }

    @AfterEach
    void dropNotes() {
        thread.shutdownNow();
        shop().execute("DROP TABLE host_note");
    }

    private OrderEntry held() {
        OrderEntry order = OrderEntry.of(
                OrderRequest.of(1).line(1, 1).holdFor(Duration.ofHours(1)).build());
        shop().decide(List.of(order));
        return order;
    }

    private static ReleaseRequest release(OrderEntry order) {
        return new ReleaseRequest(order.id(), "a");
    }

    /** The server ends the lighter of both: all of the host's transaction, with what it wrote before the calls. */
    @Test
    void allOfTheHostsTransactionIsGoneAndSaidToBe() throws Exception {
        try (Connection host = shop().foreign();
                Connection other = shop().foreign()) {
            makeHeavy(other);
            run(other, row(second) + " FOR UPDATE");
            run(host, "INSERT INTO host_note VALUES (1)");
            assertInstanceOf(ReleaseResult.Released.class, changes.release(host, release(first)));
            Future<?> waiting = thread.submit(() -> {
                run(other, "SELECT product FROM orderflow_stock WHERE product = 1 FOR UPDATE");
                return null;
            });
            SQLException ended = assertThrows(SQLException.class, () -> changes.release(host, release(second)));
            assertInstanceOf(SQLTransactionRollbackException.class, ended);
            waiting.get();
            other.rollback();
            // a host that goes on writes into a new transaction
            assertInstanceOf(ReleaseResult.Released.class, changes.release(host, release(second)));
            host.commit();
            assertEquals(0, shop().count("host_note"));
            assertInstanceOf(ReleaseResult.Released.class, changes.release(first.id(), "a"));
        }
    }

    /** Who of ours takes the lock of an order and wants its wallet and its stock. */
    enum Other {
        BATCH,
        EXPIRY,
        CANCELLATION
    }

    /** Whoever is ended: the host begins again, the other one does so by itself, and in the end all is done once. */
    @ParameterizedTest
    @EnumSource
    void whoeverIsEndedBeginsAgain(Other other) throws Exception {
        OrderEntry fresh = order(1, 1, 1);
        boolean ended = false;
        Future<?> there;
        try (Connection host = shop().foreign()) {
            assertInstanceOf(ReleaseResult.Released.class, changes.release(host, release(first)));
            there = thread.submit(() -> {
                run(other, fresh);
                return null;
            });
            Eventually.await("the other has the order", BOUND, this::secondIsHeld, there::toString);
            try {
                changes.release(host, release(second));
            } catch (SQLTransactionRollbackException e) {
                ended = true;
                changes.releaseAll(host, List.of(release(first), release(second)));
            }
            host.commit();
        }
        there.get();
        System.out.println(kind() + ": a deadlock with " + other + " ended " + (ended ? "the host" : "the other"));
        assertEquals(0, shop().count("orderflow_hold"));
        assertEquals(2, shop().count("orderflow_order_change"));
        int sold = other == Other.BATCH ? 1 : 0;
        assertEquals(10_000 - sold, shop().inventory().find(1).orElseThrow().available());
    }

    private boolean secondIsHeld() {
        try (Connection look = shop().foreign();
                Statement statement = look.createStatement();
                ResultSet found = statement.executeQuery(row(second) + " FOR UPDATE SKIP LOCKED")) {
            boolean held = !found.next();
            look.rollback();
            return held;
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private void run(Other other, OrderEntry fresh) throws SQLException {
        try (Session session = shop().session()) {
            switch (other) {
                case BATCH ->
                    CancelTest.decide(new Engine(shop().tables(), Step.Watcher.NONE), session, List.of(second, fresh));
                case EXPIRY -> expire(session);
                default -> changes.cancelAll(List.of(new CancelRequest(second.id(), "b")));
            }
        }
    }

    /** By counts, which waits for wallets. */
    private void expire(Session session) throws SQLException {
        HoldExpiry expiry = new HoldExpiry(shop().tables());
        expiry.expire(session, List.of(new UUID(0x4000, Long.MIN_VALUE)));
        boolean done = false;
        while (!done) {
            try {
                done = expiry.expire(session, List.of(second.id())).isPresent();
            } catch (SQLException e) {
                assertTrue(SqlFailure.of(e) == SqlFailure.CONTENTION, e::toString);
            }
        }
    }

    private static String row(OrderEntry order) {
        return "SELECT id FROM orderflow_orders WHERE id = " + SqlText.id(order.id());
    }

    private static void makeHeavy(Connection connection) throws SQLException {
        StringBuilder rows = new StringBuilder("INSERT INTO host_note VALUES (2)");
        for (int i = 3; i < HEAVY; i++) {
            rows.append(",(").append(i).append(')');
        }
        run(connection, rows.toString());
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
