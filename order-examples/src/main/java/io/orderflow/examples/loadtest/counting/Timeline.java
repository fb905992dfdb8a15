package io.orderflow.examples.loadtest.counting;

import static java.util.Objects.requireNonNull;

import io.orderflow.examples.loadtest.resources.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * What happened in each second of a measured stretch. Any number of threads may report moments at once; that takes no
 * lock. Rules:
 *
 * <ol>
 *   <li>T1: only what comes between {@link #start} and {@link #close} counts.
 *   <li>T2: a sample is taken each second. When there are too many, each two neighbours become one, and from then on
 *       samples are taken half as often; so memory stays the same however long it runs.
 *   <li>T3: a rest of less than half a sample at the end is added to the sample before it, since a rate over a few
 *       milliseconds says nothing.
 * </ol>
 */
public final class Timeline implements Moments, AutoCloseable {
    private static final int MOST_SAMPLES = 3_600;
    private static final long LONGEST_NANOS = 3_600_000_000_000L;
    private static final int DIGITS = 3;
    private static final double TICK = 1;

    private final LongSupplier nanoTime;
    private final int mostSamples;
    private final Supplier<Map<String, Usage>> components;
    private final Recorder accepts = new Recorder(LONGEST_NANOS, DIGITS);
    private final Recorder decides = new Recorder(LONGEST_NANOS, DIGITS);
    private final LongAdder unheard = new LongAdder();
    private final Map<String, LongAdder> refused = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> rejected = new ConcurrentHashMap<>();
    private final List<Sample> samples = new ArrayList<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(Timeline::daemon);
    private volatile boolean running;
    private Histogram acceptInterval;
    private Histogram decideInterval;
    private long startNanos;
    private double lastEnd;
    private double interval = TICK;
    private long acceptedUntilNow;
    private long decidedUntilNow;

    /**
     * Makes a timeline that has not begun.
     *
     * @param components asked once for each sample, by a thread of the timeline, what each component used since it was
     *     asked before; must answer quickly. {@code Map::of} when that is not measured
     */
    public Timeline(Supplier<Map<String, Usage>> components) {
        this(components, System::nanoTime, MOST_SAMPLES);
    }

    /**
     * Makes a timeline with a clock of its own.
     *
     * @param nanoTime the clock, monotonic, in nanoseconds
     * @param mostSamples even, at least 2
     */
    Timeline(Supplier<Map<String, Usage>> components, LongSupplier nanoTime, int mostSamples) {
        this.components = requireNonNull(components, "components");
        this.nanoTime = requireNonNull(nanoTime, "nanoTime");
        if (mostSamples < 2 || mostSamples % 2 != 0) {
            throw new IllegalArgumentException("mostSamples must be even and >= 2: " + mostSamples);
        }
        this.mostSamples = mostSamples;
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "timeline");
        thread.setDaemon(true);
        return thread;
    }

    /** Begins, and takes a sample each second from now on. */
    public void start() {
        begin();
        timer.scheduleAtFixedRate(this::tick, 1, 1, TimeUnit.SECONDS);
    }

    /** Begins without a thread. */
    public synchronized void begin() {
        startNanos = nanoTime.getAsLong();
        running = true;
    }

    @Override
    public void accepted(long nanos) {
        if (running) {
            accepts.recordValue(within(nanos));
        }
    }

    @Override
    public void decided(long nanos) {
        if (running) {
            decides.recordValue(within(nanos));
        }
    }

    @Override
    public void refused(String answer) {
        count(refused, answer);
    }

    @Override
    public void rejected(String reason) {
        count(rejected, reason);
    }

    private void count(Map<String, LongAdder> counts, String name) {
        if (running) {
            counts.computeIfAbsent(name, any -> new LongAdder()).increment();
        }
    }

    private static Map<String, Long> taken(Map<String, LongAdder> counts) {
        Map<String, Long> taken = new TreeMap<>();
        counts.forEach((name, count) -> {
            long sum = count.sumThenReset();
            if (sum > 0) {
                taken.put(name, sum);
            }
        });
        return taken;
    }

    @Override
    public void decidedUnheard() {
        if (running) {
            unheard.increment();
        }
    }

    private static long within(long nanos) {
        return Math.min(LONGEST_NANOS, Math.max(0, nanos));
    }

    /** Takes a sample if it is time for one. */
    synchronized void tick() {
        // a tick that follows a late one comes early, and must not be left out for that
        if (running && seconds() - lastEnd >= interval - TICK / 2) {
            add(sample());
        }
    }

    private double seconds() {
        return (nanoTime.getAsLong() - startNanos) / 1e9;
    }

    private Sample sample() {
        double from = lastEnd;
        lastEnd = seconds();
        acceptInterval = accepts.getIntervalHistogram(acceptInterval);
        decideInterval = decides.getIntervalHistogram(decideInterval);
        long accepted = acceptInterval.getTotalCount();
        long decided = decideInterval.getTotalCount() + unheard.sumThenReset();
        acceptedUntilNow += accepted;
        decidedUntilNow += decided;
        return new Sample(
                from,
                lastEnd,
                accepted,
                decided,
                // a verdict may be heard before the answer
                Math.max(0, acceptedUntilNow - decidedUntilNow),
                Sample.Percentiles.of(acceptInterval),
                Sample.Percentiles.of(decideInterval),
                used(),
                taken(refused),
                taken(rejected));
    }

    /** A component's figures are worth less than the run, so a failure leaves them out. */
    private Map<String, Usage> used() {
        try {
            return Map.copyOf(components.get());
        } catch (RuntimeException e) {
            return Map.of();
        }
    }

    private void add(Sample sample) {
        samples.add(sample);
        if (samples.size() == mostSamples) {
            List<Sample> merged = Sample.mergedInPairs(samples);
            samples.clear();
            samples.addAll(merged);
            interval *= 2;
        }
    }

    /** Takes the last sample and ends. A second call does nothing. */
    @Override
    public synchronized void close() {
        timer.shutdownNow();
        if (!running) {
            return;
        }
        running = false;
        if (seconds() > lastEnd) {
            Sample rest = sample();
            if (!samples.isEmpty() && rest.seconds() < interval / 2) {
                rest = samples.remove(samples.size() - 1).merged(rest);
            }
            add(rest);
        }
    }

    /** The samples until now, oldest first. */
    public synchronized List<Sample> samples() {
        return List.copyOf(samples);
    }
}
