package io.orderflow.internal.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.OrderStatus;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.testing.FaultPlan.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What recovery asks while orders pass through the journal and nothing of it is due. */
class BusyJournalTest extends BenchTests {
    private static final Duration WATCHED = Duration.ofSeconds(20);

    private final List<String> searches = new ArrayList<>();

    @Test
    void aJournalThatOrdersPassThroughIsSearchedOnceASecond() {
        Recovery recovery = bench.recovery();
        bench.drain(recovery);
        count();
        long end = bench.nanos + WATCHED.toNanos();
        while (bench.nanos - end < 0) {
            OrderEntry order = Bench.order();
            shop.journal(List.of(order));
            shop.decide(List.of(order));
            bench.nanos += recovery.runOnce();
        }
        assertTrue(searches.size() <= WATCHED.toSeconds() + 1, () -> searches.size() + " searches in " + WATCHED);
        bench.pass(Duration.ofSeconds(2));
        bench.drain(recovery);
        assertEquals(0, shop.count("orderflow_pending"), "what is decided is taken out");
        recovery.close();
    }

    /** Taking out all that a second brings would take long. */
    @Test
    void aJournalThatManyGroupsPassThroughIsSearchedAtEachTurn() {
        Recovery recovery = bench.recovery();
        bench.drain(recovery);
        count();
        int turns = 16;
        for (int turn = 0; turn < turns; turn++) {
            for (int group = 0; group < 101; group++) {
                OrderEntry order = Bench.order();
                shop.journal(List.of(order));
                shop.decide(List.of(order));
            }
            bench.nanos += recovery.runOnce();
        }
        // the first of them comes after a second
        assertTrue(searches.size() >= turns - 4, () -> searches.size() + " searches in " + turns + " turns");
        recovery.close();
    }

    @Test
    void anOrderOfALostFrameWaitsNoLongerForThat() {
        Recovery recovery = bench.recovery();
        bench.drain(recovery);
        OrderEntry order = Bench.order();
        shop.journal(List.of(order));
        bench.nanos += recovery.runOnce();
        bench.age(Duration.ofMillis(1100));
        long before = bench.nanos;
        while (bench.nanos - before < Duration.ofMillis(1500).toNanos()) {
            bench.nanos += recovery.runOnce();
        }
        bench.assertStatus(OrderStatus.COMPLETED, order);
        recovery.close();
    }

    private void count() {
        shop.dataSource().setPlan((step, sql) -> {
            if (step == Step.BEFORE_EXECUTE && sql.startsWith("SELECT id, ") && sql.contains("kind = 0")) {
                searches.add(sql);
            }
        });
    }
}
