package io.orderflow.examples.loadtest.resources;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Predicate;

/**
 * Some threads of this process, by the JVM. Of a thread that ended, what it used since its last reading is not seen.
 * Used by one thread at a time.
 */
final class ThreadsProbe implements Probe {
    private static final double NANOS = 1e9;

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final Predicate<ThreadInfo> mine;
    /** The last processor time of every thread ever seen here, by its id, in nanoseconds. */
    private final Map<Long, Long> used = new HashMap<>();

    private int alive;

    ThreadsProbe(Predicate<ThreadInfo> mine) {
        this.mine = mine;
    }

    /** Processor time of the threads up to now; empty where the JVM does not count it. */
    OptionalDouble cpuSeconds() {
        if (!threads.isThreadCpuTimeSupported() || !threads.isThreadCpuTimeEnabled()) {
            return OptionalDouble.empty();
        }
        alive = 0;
        for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
            // null: it ended since the ids were read
            if (thread != null && mine.test(thread)) {
                alive++;
                // -1: it ended since; what was seen before stays
                used.merge(thread.getThreadId(), threads.getThreadCpuTime(thread.getThreadId()), Math::max);
            }
        }
        return OptionalDouble.of(
                used.values().stream().mapToLong(nanos -> Math.max(0, nanos)).sum() / NANOS);
    }

    @Override
    public Optional<ResourceReading> read() {
        Map<Figure, Double> values = new EnumMap<>(Figure.class);
        cpuSeconds().ifPresent(seconds -> {
            values.put(Figure.CPU_SECONDS, seconds);
            values.put(Figure.THREADS, (double) alive);
        });
        return Optional.of(new ResourceReading(System.nanoTime(), values));
    }

    @Override
    public String what() {
        return "threads in the process of api";
    }

    @Override
    public String whyMissing(Figure figure) {
        return switch (figure) {
            case CPU_PERCENT, CPU_SECONDS, THREADS -> "this JVM does not count the processor time of threads";
            default -> "in the process of api, where threads cannot be told apart";
        };
    }
}
