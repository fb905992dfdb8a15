package io.orderflow.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.schema.VerifiedSessions;
import io.orderflow.internal.sql.Session;
import io.orderflow.model.DatabaseContract;
import io.orderflow.model.ShopDatabase;
import io.orderflow.testing.FaultPlan;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * What locks rows and then has nothing to change commits. When a transaction of H2 is rolled back that had locked a row
 * in the moment in which another committed twice there, the second commit is undone.
 */
@DisplayName("A transaction that locked rows and changes nothing ends by commit:")
class LockedAndLeftTest extends DatabaseContract {
    private static final long BUYER = 10;
    private static final long PRODUCT = 1;

    private final List<String> locking = new CopyOnWriteArrayList<>();
    private final List<String> open = new CopyOnWriteArrayList<>();

    @BeforeEach
    void seed() {
        shop().inventory().define(PRODUCT, 100, 10, "product");
        shop().wallets().open(BUYER, 1_000, "buyer");
    }

    @Test
    @DisplayName("a batch of orders that were decided before")
    void replayed() {
        List<OrderEntry> orders = List.of(order(BUYER, PRODUCT, 1), order(BUYER, PRODUCT, 2));
        shop().decide(orders);
        watch();
        assertEquals(2, shop().decide(orders).skipped());
        assertNothingIsOpen();
    }

    @Test
    @DisplayName("a batch of the journal that others have decided")
    void recovered() throws SQLException {
        OrderEntry order = order(BUYER, PRODUCT, 1);
        shop().decide(List.of(order));
        watch();
        try (Session session = shop().session()) {
            new Engine(shop().tables(), Step.Watcher.NONE).recover(session, List.of(order.id()));
        }
        assertNothingIsOpen();
    }

    @Test
    @DisplayName("an adjustment that was done before, and one that cannot be done")
    void adjustments() {
        watch();
        shop().wallets().open(BUYER, 1_000, "buyer");
        shop().wallets().withdraw(BUYER, 5_000, "too much");
        shop().inventory().correct(PRODUCT, -50, "too many");
        assertNothingIsOpen();
    }

    @Test
    @DisplayName("the first contact")
    void firstContact() throws SQLException {
        shop().execute("UPDATE orderflow_schema_version SET shop = NULL WHERE id = 1");
        watch();
        new VerifiedSessions(shop().dataSource(), shop().tables(), false)
                .open(ShopDatabase.SETTINGS)
                .close();
        assertNothingIsOpen();
    }

    private void watch() {
        shop().dataSource().setPlan((step, sql) -> {
            if (step == FaultPlan.Step.AFTER_EXECUTE && sql.contains(" FOR UPDATE")) {
                locking.add(sql);
                open.add(sql);
            } else if (step == FaultPlan.Step.AFTER_COMMIT) {
                open.clear();
            }
        });
    }

    private void assertNothingIsOpen() {
        assertFalse(locking.isEmpty(), "nothing was locked");
        assertEquals(List.of(), List.copyOf(open));
    }
}
