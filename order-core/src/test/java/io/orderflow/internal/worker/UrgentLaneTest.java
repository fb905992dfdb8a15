package io.orderflow.internal.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** When a sleeping recovery is woken for urgent orders. */
class UrgentLaneTest {
    private static final int MOST = 10;

    private int wakes;
    private final UrgentLane lane = new UrgentLane(() -> 0, () -> wakes++);

    @Test
    void recoveryIsWokenWhenTheQueueFallsBehindAndNotAgain() {
        lane.batchBegins(MOST / 2 - 1, MOST, false);
        assertEquals(0, wakes);
        assertFalse(lane.isBehind());
        lane.batchBegins(MOST / 2, MOST, false);
        assertEquals(1, wakes, "its sleep may be far longer than the next look is away");
        lane.batchBegins(1, MOST, true);
        assertEquals(1, wakes);
        assertTrue(lane.isBehind());
    }

    @Test
    void recoveryIsWokenWhenThisProcessAcceptedAnUrgentOrderBehindOthers() {
        lane.accepted();
        assertEquals(0, wakes, "its delivery is as fast");
        lane.batchBegins(MOST, MOST, true);
        lane.looks();
        lane.looked(false);
        assertFalse(lane.isLookDue(true));
        wakes = 0;
        lane.accepted();
        assertEquals(1, wakes);
        assertTrue(lane.isLookDue(false));
    }

    @Test
    void whenNobodyReceivesNothingIsAsked() {
        lane.batchBegins(MOST, MOST, true);
        lane.nobodyReceives();
        assertEquals(Long.MAX_VALUE, lane.untilLook());
        wakes = 0;
        lane.batchBegins(MOST, MOST, true);
        assertEquals(1, wakes);
    }
}
