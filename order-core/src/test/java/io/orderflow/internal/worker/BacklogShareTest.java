package io.orderflow.internal.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How a worker divides itself between the queue and the journal's backlog. */
class BacklogShareTest {
    private final BacklogShare share = new BacklogShare();

    @Test
    void onePieceComesAfterEveryFourBatches() {
        for (int round = 0; round < 3; round++) {
            for (int batch = 0; batch < 4; batch++) {
                assertFalse(share.isPieceDue());
                share.batchDecided();
            }
            assertTrue(share.isPieceDue());
            share.pieceTaken();
        }
        assertFalse(share.isPieceDue());
    }

    @Test
    void aPieceThatDidNotExistWhenItWasDueComesLater() {
        for (int batch = 0; batch < 100; batch++) {
            share.batchDecided();
        }
        assertTrue(share.isPieceDue());
        share.pieceTaken();
        assertFalse(share.isPieceDue(), "pieces are not saved up");
    }

    @Test
    void whoIsIdleWaitsForNothingAndWhoHadABatchForAMoment() {
        assertEquals(Duration.ZERO, share.moment());
        share.batchDecided();
        assertEquals(BacklogShare.MOMENT, share.moment());
        share.pieceTaken();
        assertEquals(Duration.ZERO, share.moment());
    }
}
