package io.orderflow.examples.loadtest.resources;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * This process without the processor time of threads that are components of their own. Used by one thread at a time.
 */
final class ApiProbe implements Probe {
    private final Probe process;
    private final List<ThreadsProbe> others;
    /**
     * The last value told. A process is counted in steps of 10 ms and a thread in nanoseconds: the difference may go
     * back.
     */
    private double used;

    ApiProbe(Probe process, List<ThreadsProbe> others) {
        this.process = process;
        this.others = List.copyOf(others);
    }

    @Override
    public Optional<ResourceReading> read() {
        return process.read().map(reading -> {
            Map<Figure, Double> values = new EnumMap<>(reading.values());
            for (ThreadsProbe other : others) {
                OptionalDouble theirs = other.cpuSeconds();
                values.computeIfPresent(
                        Figure.CPU_SECONDS, (figure, all) -> theirs.isPresent() ? all - theirs.getAsDouble() : null);
            }
            values.computeIfPresent(Figure.CPU_SECONDS, (figure, own) -> neverLess(own));
            return new ResourceReading(reading.nanos(), values);
        });
    }

    /** A counter that goes back would look like one of a new process. */
    private double neverLess(double now) {
        used = Math.max(used, now);
        return used;
    }

    @Override
    public String what() {
        return process.what()
                + "; CPU without the threads of workers and load, with the JVM's own; all else is of the whole process";
    }

    @Override
    public String whyMissing(Figure figure) {
        return process.whyMissing(figure);
    }
}
