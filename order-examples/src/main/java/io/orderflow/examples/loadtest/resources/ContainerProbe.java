package io.orderflow.examples.loadtest.resources;

import java.util.List;
import java.util.Optional;

/** A container, by what docker last said of all of them. Used by one thread at a time. */
final class ContainerProbe implements Probe {
    private final String name;
    private volatile String trouble = "";
    private List<DockerStats> latest = List.of();
    private long nanos;

    ContainerProbe(String nameOrId) {
        this.name = nameOrId;
    }

    /** Hands over a new answer of docker. */
    void heard(List<DockerStats> stats, long atNanos) {
        latest = stats;
        nanos = atNanos;
    }

    /** Says that docker did not answer, and why. */
    void failed(String reason) {
        trouble = reason;
    }

    @Override
    public Optional<ResourceReading> read() {
        return latest.stream()
                .filter(one -> one.isCalled(name) && one.isRunning())
                .findFirst()
                .map(one -> new ResourceReading(nanos, one.values()));
    }

    @Override
    public String what() {
        return "container " + name;
    }

    @Override
    public String whyMissing(Figure figure) {
        if (!trouble.isEmpty()) {
            return trouble;
        }
        return switch (figure) {
            case NET_IN, NET_OUT, DISK_IN, DISK_OUT ->
                "docker does not count it here, or answered less than twice in this window";
            default -> "docker did not answer in this window";
        };
    }
}
