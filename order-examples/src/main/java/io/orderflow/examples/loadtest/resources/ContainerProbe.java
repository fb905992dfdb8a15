package io.orderflow.examples.loadtest.resources;

import io.orderflow.examples.loadtest.resources.DockerEngine.DockerException;
import java.util.Map;
import java.util.Optional;

/** A container, by what the Docker engine counts of it. Read by one thread at a time. */
final class ContainerProbe implements Probe {
    private final DockerEngine docker;
    private final String name;
    private volatile String trouble = "";

    ContainerProbe(DockerEngine docker, String nameOrId) {
        this.docker = docker;
        this.name = nameOrId;
    }

    /** A reading without values when the engine does not answer: nobody knows then whether the container has ended. */
    @Override
    public Optional<ResourceReading> read() {
        try {
            Optional<ContainerStats> stats = docker.stats(name);
            long nanos = System.nanoTime();
            return stats.map(one -> new ResourceReading(nanos, one.values()));
        } catch (DockerException e) {
            trouble = e.getMessage();
            return Optional.of(new ResourceReading(System.nanoTime(), Map.of()));
        }
    }

    @Override
    public String what() {
        return "container " + name;
    }

    @Override
    public String whyMissing(Figure figure) {
        return trouble.isEmpty()
                ? "docker does not count it here, or answered less than twice in this window"
                : trouble;
    }
}
