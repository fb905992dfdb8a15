package io.orderflow.internal.telemetry;

import static java.util.Objects.requireNonNull;

import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A figure that a server must be asked for, for readers who must not wait. Whoever reads it when it is older than 5 s has it read
 * anew, on a thread of its own, one at a time, and gets what is known. Older than 15 s it counts as unknown. Thread-safe.
 */
public final class SlowReading {
    /** Asks a server. */
    @FunctionalInterface
    public interface Source {
        /**
         * Asks.
         *
         * @return empty when the server can not tell
         * @throws Exception if it can not be reached
         */
        OptionalDouble read() throws Exception;
    }

    private static final Logger log = LoggerFactory.getLogger(SlowReading.class);

    private static final long FRESH = TimeUnit.SECONDS.toNanos(5);
    private static final long USABLE = TimeUnit.SECONDS.toNanos(15);

    private final String name;
    private final Source source;
    private final LongSupplier nanoTime;
    private final AtomicBoolean asking = new AtomicBoolean();
    private volatile Known known;

    /** What was read, and when that began. */
    private record Known(double value, long at) {}

    /**
     * A figure that is asked for the first time now.
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
        ask();
    }

    /** What is known; NaN when nothing is. Never waits. */
    public double value() {
        long age = nanoTime.getAsLong() - known.at();
        if (age > FRESH || Double.isNaN(known.value())) {
            ask();
        }
        return age > USABLE ? Double.NaN : known.value();
    }

    private void ask() {
        if (asking.compareAndSet(false, true)) {
            try {
                Thread thread = new Thread(this::read, "orderflow-metrics-" + name);
                thread.setDaemon(true);
                thread.start();
            } catch (OutOfMemoryError e) {
                // the system gives no thread now
                asking.set(false);
            }
        }
    }

    private void read() {
        long start = nanoTime.getAsLong();
        try {
            known = new Known(source.read().orElse(Double.NaN), start);
        } catch (Exception e) {
            // its place in the figures is empty, which says it; why is in the log of those who need the server
            log.debug("{} can not be read", name, e);
            known = new Known(Double.NaN, start);
        } finally {
            asking.set(false);
        }
    }
}
