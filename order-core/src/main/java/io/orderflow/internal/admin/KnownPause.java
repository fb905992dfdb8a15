package io.orderflow.internal.admin;

import io.orderflow.DecidingPause;
import io.orderflow.internal.engine.PauseRow;
import io.orderflow.internal.sql.SideGlance;
import io.orderflow.internal.sql.Tables;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Whether deciding is paused, as the database last said: for health, which waits for nobody. When somebody wants to
 * know it and the answer is older than a second, a thread of its own asks, one at a time, and the answer is there for
 * whoever comes later. Thread-safe.
 */
public final class KnownPause {
    private static final Duration FRESH = Duration.ofSeconds(1);

    private final SideGlance glance;
    private final LongSupplier nanoTime;
    private volatile @Nullable Known known;

    /** What was said, and when that was asked for. */
    private record Known(Optional<DecidingPause> pause, long at) {}

    /**
     * Knows nothing yet. No I/O.
     *
     * @param nanoTime the monotonic time that makes an answer old
     */
    public KnownPause(DataSource dataSource, Tables tables, LongSupplier nanoTime) {
        this.glance = new SideGlance("orderflow-pause", dataSource, connection -> {
            long asked = nanoTime.getAsLong();
            learn(PauseRow.read(tables, connection), asked);
            return true;
        });
        this.nanoTime = nanoTime;
    }

    /** The pause that is in force; empty if there is none, or nothing is known. No I/O. */
    public Optional<DecidingPause> now() {
        Known last = known;
        return last == null ? Optional.empty() : last.pause();
    }

    /** The same; where it is old, it is asked for meanwhile. No I/O on the caller's thread. */
    public Optional<DecidingPause> refreshed() {
        Known last = known;
        boolean old = last == null || nanoTime.getAsLong() - last.at() > FRESH.toNanos();
        if (old) {
            glance.ask();
        }
        return now();
    }

    /** Somebody has just asked, or changed it. */
    void learn(Optional<DecidingPause> pause) {
        learn(pause, nanoTime.getAsLong());
    }

    /** A glance that took long, while somebody paused or resumed, saw what is over. */
    private synchronized void learn(Optional<DecidingPause> pause, long asked) {
        Known last = known;
        if (last == null || asked - last.at() >= 0) {
            known = new Known(pause, asked);
        }
    }
}
