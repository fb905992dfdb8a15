package io.orderflow.examples.resources;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** This process without the processor time of threads that are components of their own. Used by one thread at a time. */
final class ApiProbe implements Probe {
    private final Probe process;
    private final List<ThreadsProbe> others;

    ApiProbe(Probe process, List<ThreadsProbe> others) {
        this.process = process;
        this.others = List.copyOf(others);
    }

    @Override
    public Optional<Reading> read() {
        return process.read().map(reading -> {
            Map<Figure, Double> values = new EnumMap<>(reading.values());
            for (ThreadsProbe other : others) {
                OptionalDouble theirs = other.cpuSeconds();
                values.computeIfPresent(
                        Figure.CPU_SECONDS, (figure, all) -> theirs.isPresent() ? all - theirs.getAsDouble() : null);
            }
            return new Reading(reading.nanos(), values);
        });
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
