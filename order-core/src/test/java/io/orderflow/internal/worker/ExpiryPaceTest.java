package io.orderflow.internal.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.internal.sql.SqlText;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How expiry makes room for others. */
class ExpiryPaceTest {
    private static final long MILLI = Duration.ofMillis(1).toNanos();

    private final ExpiryPace pace = new ExpiryPace();
    private long number;

    @Test
    void aloneItGrowsAndDoesNotRest() {
        done(MILLI, 1);
        int before = pace.size();
        assertTrue(before <= SqlText.PIECE / 8, "it begins small: " + before);
        for (int i = 0; i < 3; i++) {
            assertEquals(0, done(MILLI, 0));
            assertEquals(Math.min(SqlText.PIECE, 2 * before + 1), pace.size(), 1);
            before = pace.size();
        }
        assertEquals(SqlText.PIECE, pace.size());
        assertEquals(0, done(1_000 * MILLI, 0), "nobody waits");
        assertEquals(SqlText.PIECE, pace.size());
    }

    @Test
    void itRestsWhereOthersDrewNumbers() {
        done(MILLI, 0);
        assertTrue(done(MILLI, 1) > 0);
        assertEquals(0, done(MILLI, 0));
    }

    @Test
    void aLongTransactionHalvesTheNextAndShortOnesDoubleIt() {
        grow();
        done(2 * ExpiryPace.LONG.toNanos(), 1);
        assertEquals(SqlText.PIECE / 2, pace.size());
        done(2 * ExpiryPace.LONG.toNanos(), 1);
        assertEquals(SqlText.PIECE / 4, pace.size());
        for (int i = 0; i < ExpiryPace.SHORT_ONES; i++) {
            assertEquals(SqlText.PIECE / 4, pace.size());
            done(MILLI, 1);
        }
        assertEquals(SqlText.PIECE / 2, pace.size());
    }

    /** So long others may wait for what it has locked: 40 ms. */
    @Test
    void aTransactionIsLongBeyondFortyMilliseconds() {
        grow();
        done(39 * MILLI, 1);
        assertEquals(SqlText.PIECE, pace.size());
        done(41 * MILLI, 1);
        assertEquals(SqlText.PIECE / 2, pace.size());
    }

    /** The rest grows with what others may have waited for, and has a bound. */
    @Test
    void itRestsForAPartOfItsTransaction() {
        grow();
        assertEquals(4 * MILLI, done(20 * MILLI, 1));
        assertEquals(8 * MILLI, done(40 * MILLI, 1));
        assertEquals(Duration.ofSeconds(1).toNanos(), done(6_000 * MILLI, 1));
    }

    @Test
    void aWaitInVainMakesItSmall() {
        grow();
        pace.failed();
        assertTrue(pace.size() <= SqlText.PIECE / 8);
    }

    private void grow() {
        for (int i = 0; i < 8; i++) {
            done(MILLI, 0);
        }
        assertEquals(SqlText.PIECE, pace.size());
    }

    /** A full transaction, before which others drew so many numbers. */
    private long done(long nanos, int others) {
        number += others + 1;
        return pace.done(pace.size(), nanos, number);
    }
}
