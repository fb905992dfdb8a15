package io.orderflow.examples.loadtest.resources;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A part of the system, and what was read of it so far. Thread-safe, if one thread alone samples. */
final class Component {
    private final String name;
    private final Optional<Probe> probe;
    private final String absent;
    private final boolean inside;
    private final List<ResourceReading> readings = new ArrayList<>();
    private boolean ended;

    private Component(String name, Optional<Probe> probe, String absent, boolean inside) {
        this.name = name;
        this.probe = probe;
        this.absent = absent;
        this.inside = inside;
    }

    static Component of(String name, Probe probe) {
        return new Component(name, Optional.of(probe), "", false);
    }

    /** One that cannot be measured here, and why. */
    static Component absent(String name, String reason) {
        return new Component(name, Optional.empty(), reason, false);
    }

    /** One that is a part of another one's process, and counted there. */
    static Component inside(String name, String reason) {
        return new Component(name, Optional.empty(), reason, true);
    }

    String name() {
        return name;
    }

    Optional<Probe> probe() {
        return probe;
    }

    boolean isInside() {
        return inside;
    }

    /** Reads the figures once more. Whoever asks for a window meanwhile does not wait for it. */
    void sample() {
        probe.map(Probe::read).ifPresent(this::add);
    }

    private synchronized void add(Optional<ResourceReading> reading) {
        reading.ifPresent(readings::add);
        ended = reading.isEmpty();
    }

    /** What was read from one moment to another, by {@link System#nanoTime()}. */
    synchronized ResourceWindow window(long from, long to) {
        if (probe.isEmpty()) {
            return ResourceWindow.missing(absent);
        }
        List<ResourceReading> within = readings.stream()
                .filter(reading -> reading.nanos() - from >= 0 && to - reading.nanos() >= 0)
                .toList();
        if (within.isEmpty() && ended) {
            return ResourceWindow.missing(
                    probe.get().what() + (readings.isEmpty() ? " was not running" : " had ended"));
        }
        return ResourceWindow.of(within, probe.get()::whyMissing);
    }

    /** What it is, and what became of it, for a person. */
    synchronized String what() {
        String end = !ended ? "" : readings.isEmpty() ? "; it was not running" : "; it ended during the test";
        return probe.map(one -> one.what() + end).orElse(absent);
    }
}
