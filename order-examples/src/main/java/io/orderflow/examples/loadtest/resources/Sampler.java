package io.orderflow.examples.loadtest.resources;

import io.orderflow.examples.loadtest.resources.DockerCli.DockerException;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Reads all components: processes and threads once a second, containers as often as docker answers, which is about
 * every two seconds. Thread-safe.
 */
final class Sampler implements AutoCloseable {
    private final List<Component> components;
    private final List<Component> containers;
    private final DockerCli docker;
    private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(2, Sampler::daemon);

    Sampler(List<Component> components, DockerCli docker) {
        this.docker = docker;
        this.containers = components.stream().filter(Sampler::isContainer).toList();
        this.components = components.stream().filter(one -> !isContainer(one)).toList();
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
        threads.scheduleAtFixedRate(this::sample, 0, 1, TimeUnit.SECONDS);
        if (!containers.isEmpty()) {
            threads.scheduleWithFixedDelay(this::askDocker, 0, 100, TimeUnit.MILLISECONDS);
        }
    }

    /**
     * Reads processes and threads now, so that a window ends with a reading. One thread at a time, as the probes ask.
     */
    synchronized void sample() {
        components.forEach(Component::sample);
    }

    private void askDocker() {
        try {
            List<DockerStats> stats = docker.stats();
            long nanos = System.nanoTime();
            containers.forEach(container -> {
                probe(container).heard(stats, nanos);
                container.sample();
            });
        } catch (DockerException e) {
            containers.forEach(container -> probe(container).failed(e.getMessage()));
        }
    }

    private static ContainerProbe probe(Component container) {
        return (ContainerProbe) container.probe().orElseThrow();
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
