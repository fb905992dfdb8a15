package io.orderflow.examples.resources;

import io.orderflow.examples.resources.DockerCli.DockerException;
import java.lang.management.ThreadInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import oshi.SystemInfo;

/** Finds the components of a load test: threads of this process, and servers by the port that their clients use. */
final class ComponentFinder {
    static final String API = "api";
    static final String WORKERS = "workers";
    static final String QUEUE = "queue";
    static final String DATABASE = "database";
    static final String LOAD = "load";

    private static final Pattern WORKER_THREADS = Pattern.compile("orderflow(-[0-9]+)?-(worker-[0-9]+|recovery)");
    private static final Pattern LOAD_THREADS = Pattern.compile("submitter-.*|submitting-again|progress|resources.*");
    /** Programs that only hand a port on to a container. */
    private static final Pattern PROXIES = Pattern.compile("process [0-9]+ .*(docker|rootlesskit|vpnkit).*");

    private final SystemInfo machine = new SystemInfo();
    private final PortOwner owner = new PortOwner(machine.getOperatingSystem());
    private final DockerCli docker;

    ComponentFinder(DockerCli docker) {
        this.docker = docker;
    }

    /**
     * All components, in the order of the tables. The thread that calls is taken for the one that submits.
     *
     * @param watched process ids and containers by the name that they are to have
     */
    List<Component> find(String database, String queue, Map<String, String> watched) {
        long generator = Thread.currentThread().getId();
        ThreadsProbe load = new ThreadsProbe(thread -> isLoad(thread, generator));
        ThreadsProbe workers = new ThreadsProbe(
                thread -> WORKER_THREADS.matcher(thread.getThreadName()).matches());
        List<Component> components = new ArrayList<>();
        components.add(Component.of(API, new ApiProbe(ProcessProbe.ofThisProcess(machine), List.of(workers, load))));
        components.add(Component.of(WORKERS, workers));
        components.add(server(QUEUE, queue));
        components.add(server(DATABASE, database));
        components.add(Component.of(LOAD, load));
        watched.forEach((name, what) -> components.add(watched(name, what)));
        return List.copyOf(components);
    }

    private static boolean isLoad(ThreadInfo thread, long generator) {
        return thread.getThreadId() == generator
                || LOAD_THREADS.matcher(thread.getThreadName()).matches();
    }

    Component server(String name, String url) {
        if (url.startsWith("jdbc:h2:tcp:") || url.startsWith("jdbc:h2:ssl:")) {
            return Component.absent(name, "a server of H2 is not looked for; name it with --watch");
        }
        Optional<Endpoint> endpoint = Endpoint.in(url);
        if (endpoint.isEmpty()) {
            return Component.inside(name, "inside the process of api, and counted there");
        }
        return endpoint.get().isHere() ? listener(name, endpoint.get()) : elsewhere(name, endpoint.get());
    }

    private Component listener(String name, Endpoint endpoint) {
        OptionalInt pid = owner.of(endpoint.port());
        Optional<Probe> process = pid.isPresent() ? ProcessProbe.of(machine, pid.getAsInt()) : Optional.empty();
        if (process.isPresent() && !PROXIES.matcher(process.get().what()).matches()) {
            return Component.of(name, process.get());
        }
        try {
            return docker.publisherOf(endpoint.port())
                    .map(container -> Component.of(name, new ContainerProbe(container)))
                    .orElseGet(() -> Component.absent(name, unseen(endpoint, "no container publishes the port")));
        } catch (DockerException e) {
            return Component.absent(name, unseen(endpoint, e.getMessage()));
        }
    }

    private static String unseen(Endpoint endpoint, String docker) {
        return "no process that this user may see listens on " + endpoint + "; " + docker;
    }

    /** A host that is not this machine may be a container's name in a network of docker. */
    private Component elsewhere(String name, Endpoint endpoint) {
        try {
            if (docker.run("ps", "--format", "{{.Names}}").lines().anyMatch(endpoint.host()::equals)) {
                return Component.of(name, new ContainerProbe(endpoint.host()));
            }
        } catch (DockerException e) {
            return Component.absent(name, endpoint + " is not on this machine; " + e.getMessage());
        }
        return Component.absent(name, endpoint + " is not on this machine");
    }

    private Component watched(String name, String what) {
        if (!what.matches("[0-9]{1,9}")) {
            return Component.of(name, new ContainerProbe(what));
        }
        return ProcessProbe.of(machine, Integer.parseInt(what))
                .map(probe -> Component.of(name, probe))
                .orElseGet(() -> Component.absent(name, "there is no process " + what));
    }
}
