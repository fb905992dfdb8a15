package io.orderflow.internal.worker;

import io.orderflow.internal.sql.SqlText;
import java.time.Duration;

/**
 * How many holds the next transaction expires, and how long expiry rests after it, so that new orders are decided as
 * fast as without it, wherever they are decided. It asks nobody: the numbers and the times of its own transactions
 * tell. Not thread-safe.
 *
 * <ul>
 *   <li><b>N1</b> Who drew a number between two of ours was at work. While nobody is, transactions are as large as they
 *       may be, and there is no rest.
 *   <li><b>N2</b> Else a transaction is to be short, since others wait for the wallets and products that it has locked:
 *       a long one halves the next, and some short ones in a row double it.
 *   <li><b>N3</b> It rests for a part of its transaction, so that whoever waited for several rows gets them all.
 * </ul>
 */
final class ExpiryPace {
    /** A transaction that takes longer is too large while others are at work. */
    static final Duration LONG = Duration.ofMillis(40);

    /** Short ones in a row, before a larger one is tried. */
    static final int SHORT_ONES = 8;

    /** The part of a transaction for which expiry rests after it. */
    private static final int PART = 5;

    private static final long LONGEST_REST = Duration.ofSeconds(1).toNanos();

    /** Sizes are halved so often at most. */
    private static final int SMALLEST = 3;

    private int halved = SMALLEST;
    private int shortOnes;
    private long last;

    /** Most holds of the next transaction. */
    int size() {
        return SqlText.PIECE >> halved;
    }

    /**
     * A transaction is done.
     *
     * @param holds how many were in it
     * @param nanos how long it took
     * @param number its number, 0 if it drew none
     * @return how long to rest, in nanoseconds
     */
    long done(int holds, long nanos, long number) {
        boolean alone = number == last + 1;
        last = number == 0 ? last : number;
        if (alone) {
            halved = Math.max(0, halved - 1);
            return 0;
        }
        resize(holds, nanos);
        return Math.min(LONGEST_REST, nanos / PART);
    }

    /** A transaction waited in vain for what others hold. */
    void failed() {
        halved = SMALLEST;
        shortOnes = 0;
    }

    private void resize(int holds, long nanos) {
        if (nanos > LONG.toNanos()) {
            halved = Math.min(SMALLEST, halved + 1);
            shortOnes = 0;
        } else if (holds == size() && 2 * nanos < LONG.toNanos() && ++shortOnes == SHORT_ONES) {
            halved = Math.max(0, halved - 1);
            shortOnes = 0;
        }
    }
}
