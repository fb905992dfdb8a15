package io.orderflow.examples.loadtest.resources;

import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Reads all components once a second. Containers do not hold up the others when Docker is slow. Thread-safe. */
final class Sampler implements AutoCloseable {
    private final Together processes;
    private final Together containers;
    private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(2, Sampler::daemon);

    Sampler(List<Component> components) {
        this.processes = new Together(
                components.stream().filter(one -> !isContainer(one)).toList());
        this.containers =
                new Together(components.stream().filter(Sampler::isContainer).toList());
    }

    /** Components that are read one after the other, by one thread at a time, as the probes ask. */
    private record Together(List<Component> components) {
        synchronized void sample() {
            components.forEach(Component::sample);
        }
    }

    private static boolean isContainer(Component component) {
        return component.probe().filter(ContainerProbe.class::isInstance).isPresent();
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "resources");
        thread.setDaemon(true);
        return thread;
    }

    void start() {
        for (Together some : List.of(processes, containers)) {
            threads.scheduleAtFixedRate(some::sample, 0, 1, TimeUnit.SECONDS);
        }
    }

    /** Reads all now, so that a window begins and ends with a reading. */
    void sample() {
        processes.sample();
        containers.sample();
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
