package io.orderflow.internal.telemetry;

import static java.util.Objects.requireNonNull;

import java.util.OptionalDouble;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A figure that a server must be asked for, for readers who must not wait for a dead one. A reader that finds it older
 * than 5 s has it read anew, on a thread of its own, one at a time, and waits 250 ms at most for it. Readers that come
 * meanwhile do not wait. Older than 15 s it counts as unknown. Thread-safe.
 */
public final class SlowReading {
    /** Asks a server. */
    @FunctionalInterface
    public interface Source {
        /**
         * Asks.
         *
         * @return empty when the server cannot tell
         * @throws Exception if it cannot be reached
         */
        OptionalDouble read() throws Exception;
    }

    private static final Logger log = LoggerFactory.getLogger(SlowReading.class);

    private static final long FRESH = TimeUnit.SECONDS.toNanos(5);
    private static final long USABLE = TimeUnit.SECONDS.toNanos(15);

    /** A server that works answers within this; one that does not costs a reader no more. */
    private static final long PATIENCE_MILLIS = 250;

    private final String name;
    private final Source source;
    private final LongSupplier nanoTime;
    private final AtomicBoolean asking = new AtomicBoolean();
    private volatile Known known;

    /** What was read, and when that began. */
    private record Known(double value, long at) {}

    /**
     * A figure that is not known yet. Asks nobody.
     *
     * @param name for the thread's name
     */
    public SlowReading(String name, Source source) {
        this(name, source, System::nanoTime);
    }

    SlowReading(String name, Source source, LongSupplier nanoTime) {
        this.name = requireNonNull(name, "name");
        this.source = requireNonNull(source, "source");
        this.nanoTime = nanoTime;
        this.known = new Known(Double.NaN, nanoTime.getAsLong());
    }

    /** What is known; NaN when nothing is. Takes 250 ms at most. */
    public double value() {
        if (isOld(known) && asking.compareAndSet(false, true)) {
            // an answer may have come between the look and the turn to ask
            if (isOld(known)) {
                await(ask());
            } else {
                asking.set(false);
            }
        }
        Known now = known;
        return age(now) > USABLE ? Double.NaN : now.value();
    }

    private boolean isOld(Known reading) {
        return Double.isNaN(reading.value()) || age(reading) > FRESH;
    }

    private long age(Known reading) {
        return nanoTime.getAsLong() - reading.at();
    }

    private CountDownLatch ask() {
        boolean started = false;
        try {
            CountDownLatch answered = new CountDownLatch(1);
            Thread thread = new Thread(() -> read(answered), "orderflow-metrics-" + name);
            thread.setDaemon(true);
            thread.start();
            started = true;
            return answered;
        } finally {
            if (!started) {
                // the system gives no thread or no memory now; the next reader tries again
                asking.set(false);
            }
        }
    }

    private static void await(CountDownLatch answered) {
        try {
            if (!answered.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                log.debug("no answer in time; the reader gets what was known before");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void read(CountDownLatch answered) {
        long start = nanoTime.getAsLong();
        try {
            known = new Known(source.read().orElse(Double.NaN), start);
        } catch (Exception | Error e) {
            // its place in the figures is empty, which says it; why is in the log of those who need the server
            log.debug("{} cannot be read", name, e);
            known = new Known(Double.NaN, start);
        } finally {
            asking.set(false);
            answered.countDown();
        }
    }
}
