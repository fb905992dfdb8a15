package io.orderflow.internal.admin;

import io.orderflow.DecidingPause;
import io.orderflow.internal.engine.PauseRow;
import io.orderflow.internal.sql.Glance;
import io.orderflow.internal.sql.SqlFailure;
import io.orderflow.internal.sql.Tables;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether deciding is paused, as the database last said: for health, which waits for nobody. When somebody wants to
 * know it and the answer is older than a second, a thread of its own asks, one at a time, and the answer is there for
 * who comes later. Thread-safe.
 */
public final class KnownPause {
    private static final Logger log = LoggerFactory.getLogger(KnownPause.class);

    private static final Duration FRESH = Duration.ofSeconds(1);

    private final DataSource dataSource;
    private final Tables tables;
    private final LongSupplier nanoTime;
    private final AtomicBoolean asking = new AtomicBoolean();
    private volatile @Nullable Known known;

    /** What was said, and when that was asked for. */
    private record Known(Optional<DecidingPause> pause, long at) {}

    /**
     * Knows nothing yet. No I/O.
     *
     * @param nanoTime the monotonic time that makes an answer old
     */
    public KnownPause(DataSource dataSource, Tables tables, LongSupplier nanoTime) {
        this.dataSource = dataSource;
        this.tables = tables;
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
        if (old && asking.compareAndSet(false, true)) {
            startAsking();
        }
        return now();
    }

    /** Somebody has just asked. */
    void learn(Optional<DecidingPause> pause) {
        known = new Known(pause, nanoTime.getAsLong());
    }

    private void startAsking() {
        boolean started = false;
        try {
            Thread thread = new Thread(this::ask, "orderflow-pause");
            thread.setDaemon(true);
            thread.start();
            started = true;
        } finally {
            if (!started) {
                // the system gives no thread now; the next reader tries again
                asking.set(false);
            }
        }
    }

    private void ask() {
        try {
            learn(Glance.at(dataSource, connection -> PauseRow.read(tables, connection)));
        } catch (SQLException | RuntimeException | Error e) {
            // those who need the server say why it does not answer
            log.debug("whether deciding is paused could not be asked: {}", SqlFailure.reason(e));
        } finally {
            asking.set(false);
        }
    }
}
