package io.orderflow.internal.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.orderflow.internal.codec.OrderEntry;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The same with orders that groups of the journal carry: what harms its worker has no row of its own at first. */
class GroupPoisonTest extends PoisonTest {
    @BeforeEach
    void journalGroups() {
        bench.queue.beforeSend = this::journal;
    }

    private void journal(List<OrderEntry> orders) {
        Map<UUID, OrderEntry> distinct = new LinkedHashMap<>();
        orders.forEach(order -> distinct.putIfAbsent(order.id(), order));
        shop.journalGroup(List.copyOf(distinct.values()));
    }

    /** What the frames brought to an end leaves nothing behind in the groups. */
    @AfterEach
    void checkGroups() {
        shop.takeOutDecidedGroups();
        String carried = "SELECT COUNT(*) FROM " + shop.tables().pending() + " WHERE kind = 2";
        String undecided = "SELECT COUNT(*) FROM " + shop.tables().orders() + " WHERE status IN (0, 4)";
        if (shop.read(undecided).equals(List.of("0"))) {
            assertEquals(List.of("0"), shop.read(carried));
        }
    }
}
