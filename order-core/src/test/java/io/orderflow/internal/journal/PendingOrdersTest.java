package io.orderflow.internal.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.orderflow.internal.codec.Codes;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.engine.Attempts;
import io.orderflow.internal.engine.Engine;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.model.DatabaseContract;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What recovery finds in the journal. */
class PendingOrdersTest extends DatabaseContract {
    private final List<UUID> ids = new ArrayList<>();
    private PendingOrders pending;
    private Session session;

    /** Ten orders, the first 10 minutes old, the next 9 minutes and so on. */
    @BeforeEach
    void journal() {
        pending = new PendingOrders(shop().tables());
        session = shop().session();
        for (int i = 0; i < 10; i++) {
            OrderEntry order = order(1, 1, 1);
            ids.add(order.id());
            shop().journal(List.of(order));
            created(order.id(), (10 - i) * 60_000);
        }
    }

    @AfterEach
    void giveBack() {
        session.close();
    }

    private void created(UUID id, long millisAgo) {
        shop().execute("UPDATE orderflow_orders SET created_at = "
                + session.dialect().utcBefore(millisAgo) + " WHERE id = " + SqlText.id(id));
    }

    @Test
    void theOldestComeFirstUpToTheLimit() throws SQLException {
        assertEquals(ids.subList(0, 3), olderThan(Duration.ZERO, 3));
        assertEquals(ids, olderThan(Duration.ZERO, 100));
    }

    @Test
    void theOldestTellsHowLongItHasWaited() throws SQLException {
        Duration waited = pending.oldest(session);
        assertEquals(10, waited.toMinutes(), waited::toString);
        shop().execute("UPDATE orderflow_orders SET status = " + Codes.PLACED + " WHERE id = "
                + SqlText.id(ids.get(0)));
        assertEquals(10, pending.oldest(session).toMinutes());
        shop().execute("UPDATE orderflow_orders SET status = " + Codes.PARKED + " WHERE id = "
                + SqlText.id(ids.get(0)));
        assertEquals(9, pending.oldest(session).toMinutes());
        shop().execute("DELETE FROM orderflow_orders");
        assertEquals(Duration.ZERO, pending.oldest(session));
    }

    @Test
    void youngOrdersAreLeftToTheQueue() throws SQLException {
        assertEquals(ids.subList(0, 5), olderThan(Duration.ofSeconds(330), 100));
        assertEquals(List.of(), olderThan(Duration.ofHours(1), 100));
    }

    @Test
    void anOrderFromTheFutureCountsAsOldAndADriftDoesNot() throws SQLException {
        created(ids.get(7), -3_600_000);
        created(ids.get(8), -5_000);
        assertEquals(List.of(ids.get(7)), olderThan(Duration.ofHours(1), 100));
    }

    @Test
    void decidedPlacedAndClaimedOrdersAreLeftOut() throws SQLException {
        shop().execute("UPDATE orderflow_orders SET status = 4 WHERE id = " + SqlText.id(ids.get(1)));
        new Attempts(shop().tables(), Duration.ofMinutes(1), UUID.randomUUID())
                .claim(session, List.of(ids.get(0), ids.get(2)));
        new Engine(shop().tables(), step -> {}).recover(session, List.of(ids.get(3)));
        assertEquals(ids.subList(4, 10), olderThan(Duration.ZERO, 100));
        assertEquals(List.of(ids.get(1)), pending.placed(session, 100));
    }

    private List<UUID> olderThan(Duration age, int limit) throws SQLException {
        return pending.olderThan(session, age, limit);
    }
}
