package io.orderflow.internal.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.OrderRequest;
import io.orderflow.PlaceResult;
import io.orderflow.internal.admin.OrderReads;
import io.orderflow.internal.codec.GroupIds;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.engine.Engine;
import io.orderflow.internal.engine.Step;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.telemetry.Telemetry;
import io.orderflow.model.DatabaseContract;
import io.orderflow.model.ShopDatabase;
import io.orderflow.testing.FaultPlan;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Urgent orders in the journal, on each database: they have rows and groups of their own, which are found at once. */
class UrgentJournalTest extends DatabaseContract {
    private final List<String> statements = new ArrayList<>();

    @BeforeEach
    void seed() {
        shop().inventory().define(1, 10, 1_000, "define");
        shop().wallets().open(1, 100_000, "open");
    }

    @AfterEach
    void rows() {
        shop().journalGroups(false);
    }

    private static OrderRequest.Builder request() {
        return OrderRequest.of(1).line(1, 1);
    }

    private static OrderEntry order(boolean urgent) {
        return OrderEntry.of(request().urgent(urgent).build());
    }

    private static List<OrderEntry> mixed(int count) {
        List<OrderEntry> orders = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            orders.add(order(i % 4 == 0));
        }
        return orders;
    }

    private static List<UUID> urgent(List<OrderEntry> orders) {
        return orders.stream().filter(OrderEntry::isUrgent).map(OrderEntry::id).toList();
    }

    private List<UUID> found() throws SQLException {
        try (Session session = shop().session()) {
            return new PendingOrders(shop().tables()).urgent(session, id -> false, 500);
        }
    }

    private void count() {
        shop().dataSource().setPlan((step, sql) -> {
            if (step == FaultPlan.Step.BEFORE_EXECUTE || step == FaultPlan.Step.BEFORE_COMMIT) {
                statements.add(sql.split(" WHERE | \\(")[0]);
            }
        });
    }

    /** One statement more would be one for each group of a shop that uses it. */
    @Test
    void aGroupWithUrgentOrdersIsTheSameStatements() throws Exception {
        List<OrderEntry> group = mixed(20);
        RowJournal journal = new RowJournal(
                shop().tables(), () -> shop().sessions().open(ShopDatabase.JOURNAL_SETTINGS), Telemetry.NONE);
        journal.probe();
        count();
        journal.write(group);
        assertEquals(List.of("INSERT INTO orderflow_orders", "INSERT INTO orderflow_pending", "COMMIT"), statements);
        journal.idle();
        shop().dataSource().setPlan(FaultPlan.NONE);
        assertEquals(
                List.of("0 240", "3 80"),
                shop().read("SELECT kind, OCTET_LENGTH(orders) FROM orderflow_pending ORDER BY kind"));
        assertEquals(Set.copyOf(urgent(group)), Set.copyOf(found()));
    }

    @Test
    void inAJournalOfGroupsUrgentOrdersHaveRows() throws Exception {
        shop().journalGroups(true);
        List<OrderEntry> group = mixed(20);
        shop().journal(group);
        assertEquals(
                List.of("2 240", "3 80"),
                shop().read("SELECT kind, OCTET_LENGTH(orders) FROM orderflow_pending ORDER BY kind"));
        assertEquals(5, shop().count("orderflow_orders"));
        assertEquals(Set.copyOf(urgent(group)), Set.copyOf(found()));
    }

    /** Whoever decides a whole frame knows the groups that its orders may have. */
    @Test
    void aBatchOfAllOfThemTakesBothGroupsOut() throws Exception {
        for (boolean carry : new boolean[] {false, true}) {
            shop().journalGroups(carry);
            List<OrderEntry> group = mixed(20);
            shop().journal(group);
            try (Session session = shop().session()) {
                Engine engine = new Engine(shop().tables(), Step.Watcher.NONE);
                assertEquals(
                        20,
                        engine.decide(session, group, GroupIds.of(group))
                                .verdicts()
                                .size());
            }
            assertEquals(0, shop().count("orderflow_pending"), "groups carry their orders: " + carry);
        }
    }

    /** What is known of the others must not be lost by them: each loss is a batch that runs twice, and 16 that look. */
    @Test
    void urgentOrdersThatWereDecidedBeforeCostABatchOfTheOthersNothing() throws Exception {
        shop().journalGroups(true);
        Engine engine = new Engine(shop().tables(), Step.Watcher.NONE);
        try (Session session = shop().session()) {
            engine.decide(session, List.of(order(false)));
            for (int batch = 0; batch < 20; batch++) {
                List<OrderEntry> group = mixed(8);
                shop().journal(group);
                assertEquals(
                        2, engine.recover(session, urgent(group)).verdicts().size());
                assertEquals(6, engine.decide(session, group).verdicts().size());
            }
        }
        assertEquals(List.of("161"), shop().read("SELECT COUNT(*) FROM orderflow_orders WHERE status = 1"));
    }

    @Test
    void theSameRequestIsADuplicateUrgentOrNot() throws Exception {
        for (boolean carry : new boolean[] {false, true}) {
            shop().journalGroups(carry);
            OrderEntry first = keyed("a" + carry, true);
            OrderEntry second = keyed("b" + carry, false);
            shop().journal(List.of(first, second));
            assertInstanceOf(PlaceResult.Duplicate.class, place(keyed("a" + carry, false)));
            assertInstanceOf(PlaceResult.Duplicate.class, place(keyed("b" + carry, true)));
            assertEquals(List.of(first.id()), found(), "the second one stays as it was accepted");
            shop().decide(List.of(keyed("a" + carry, false), keyed("b" + carry, true)));
            assertEquals(List.of(), found());
        }
        assertEquals(0, shop().count("orderflow_dead_letter"));
    }

    private static OrderEntry keyed(String key, boolean urgent) {
        return OrderEntry.of(request().idempotencyKey(key).urgent(urgent).build());
    }

    @Test
    void anUrgentOrderInATransactionOfTheHostsIsFoundAfterItsCommit() throws Exception {
        OrderEntry order = order(true);
        assertInstanceOf(PlaceResult.Placed.class, place(order));
        assertEquals(List.of("3"), shop().read("SELECT kind FROM orderflow_pending"));
        assertEquals(List.of("4"), shop().read("SELECT status FROM orderflow_orders"));
        assertEquals(List.of(order.id()), found());
        try (Connection connection = shop().foreign()) {
            OrderReader reader = new OrderReader(shop().tables());
            assertTrue(reader.orders(connection, List.of(order.id()))
                    .get(order.id())
                    .urgent());
        }
        shop().decide(List.of(order));
        assertEquals(List.of(), found());
        assertEquals(0, shop().count("orderflow_pending"));
    }

    private PlaceResult place(OrderEntry order) throws SQLException {
        OrderReads reads = new OrderReads(shop().store(), new OrderReader(shop().tables()), shop().carried());
        OrderPlacement placement = new OrderPlacement(
                shop().tables(), new AcceptedOrders(AcceptedOrders.MOST, System::nanoTime), reads::stored);
        try (Connection host = shop().foreign()) {
            PlaceResult result = placement.place(host, order);
            host.commit();
            return result;
        }
    }
}
