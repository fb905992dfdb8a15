package io.orderflow.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.orderflow.OrderRequest;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.model.DatabaseContract;
import io.orderflow.testing.FaultPlan;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** An order's place in its batch, which its row may have since it was accepted. */
class PlaceTest extends DatabaseContract {
    private static final int PIECES = 10;

    private final List<String> updates = new ArrayList<>();
    private List<OrderEntry> group;
    private Engine engine;
    private Session session;

    @BeforeEach
    void journalGroup() throws SQLException {
        shop().inventory().define(1, PIECES, 100, "product 1");
        shop().wallets().open(1, 1_000_000, "buyer 1");
        engine = new Engine(shop().tables(), Step.Watcher.NONE);
        session = shop().session();
        // the first two, so that the engine guesses as it does later
        for (int i = 0; i < 2; i++) {
            OrderEntry order = order(1);
            shop().journal(List.of(order));
            engine.decide(session, List.of(order));
        }
        group = List.of(order(1), order(PIECES), order(1), order(1));
        shop().journal(group);
        shop().dataSource().setPlan((step, sql) -> {
            if (step == FaultPlan.Step.BEFORE_EXECUTE && sql.startsWith("UPDATE orderflow_orders")) {
                updates.add(sql);
            }
        });
    }

    @AfterEach
    void giveBack() {
        session.close();
    }

    @Test
    @DisplayName("A batch that is as its group leaves the places alone, whatever the verdicts are")
    void asItsGroup() throws SQLException {
        engine.decide(session, group);
        assertEquals(0, withPlaces());
        assertEquals(List.of("0", "1", "2", "3"), places(group));
        shop().assertSound();
    }

    @Test
    @DisplayName("In another order each has the place of its decision")
    void inAnotherOrder() throws SQLException {
        List<OrderEntry> other = List.of(group.get(3), group.get(2), group.get(0), group.get(1));
        engine.decide(session, other);
        assertNotEquals(0, withPlaces());
        assertEquals(List.of("0", "1", "2", "3"), places(other));
        shop().assertSound();
    }

    @Test
    @DisplayName("One that is decided alone has the first place, and so have those that come after it")
    void inParts() throws SQLException {
        engine.decide(session, List.of(group.get(2)));
        engine.decide(session, List.of(group.get(3), group.get(0)));
        engine.decide(session, List.of(group.get(1)));
        assertEquals(List.of("1", "0", "0", "0"), places(group));
        shop().assertSound();
    }

    @Test
    @DisplayName("Recovery decides by the rows alone, with the places of its batch")
    void recovered() throws SQLException {
        engine.decide(session, List.of(group.get(0)));
        engine.recover(session, group.stream().map(OrderEntry::id).skip(1).toList());
        assertEquals(List.of("0", "0", "1", "2"), places(group));
        shop().assertSound();
    }

    private long withPlaces() {
        return updates.stream().filter(sql -> sql.contains("place =")).count();
    }

    private List<String> places(List<OrderEntry> orders) throws SQLException {
        List<String> places = new ArrayList<>();
        for (OrderEntry order : orders) {
            places.addAll(shop().read("SELECT place FROM orderflow_orders WHERE id = " + SqlText.id(order.id())));
        }
        return places;
    }

    private static OrderEntry order(int pieces) {
        return OrderEntry.of(OrderRequest.of(1).line(1, pieces).build());
    }
}
