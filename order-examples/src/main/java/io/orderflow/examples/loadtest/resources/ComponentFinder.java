package io.orderflow.examples.loadtest.resources;

import io.orderflow.examples.loadtest.resources.DockerEngine.DockerException;
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

    private static final String INSIDE_API = "inside the process of api, and counted there";
    private static final Pattern WORKER_THREADS = Pattern.compile("orderflow(-[0-9]+)?-(worker-[0-9]+|recovery)");
    private static final Pattern LOAD_THREADS = Pattern.compile("submitter-.*|submitting-again|progress|resources.*");
    /** Programs that only hand a port on to a container. */
    private static final Pattern PROXIES = Pattern.compile("process [0-9]+ .*(docker|rootlesskit|vpnkit).*");

    private final SystemInfo machine = new SystemInfo();
    private final PortOwner owner = new PortOwner(machine.getOperatingSystem());
    private final DockerEngine docker;

    ComponentFinder(DockerEngine docker) {
        this.docker = docker;
    }

    /**
     * All components, in the order of the tables. The thread that calls is taken for the one that submits.
     *
     * @param watched process ids and containers by the name that they are to have
     */
    List<Component> find(Layout layout, String database, String queue, Map<String, String> watched) {
        List<Component> components = new ArrayList<>(layout.takesHere() ? embedded(layout) : apart(layout));
        components.add(2, server(QUEUE, queue));
        components.add(3, server(DATABASE, database));
        watched.forEach((name, what) -> components.add(unlessMeasured(watched(name, what), components)));
        return List.copyOf(components);
    }

    /** Api, workers and load, where this process takes the orders: its threads are told apart. */
    private List<Component> embedded(Layout layout) {
        long generator = Thread.currentThread().getId();
        ThreadsProbe load = new ThreadsProbe(thread -> isLoad(thread, generator));
        ThreadsProbe workers = new ThreadsProbe(
                thread -> WORKER_THREADS.matcher(thread.getThreadName()).matches());
        boolean decidesHere = layout.workers().isEmpty();
        List<ThreadsProbe> others = decidesHere ? List.of(workers, load) : List.of(load);
        return List.of(
                Component.of(API, new ApiProbe(ProcessProbe.ofThisProcess(machine), others)),
                decidesHere ? Component.of(WORKERS, workers) : workers(layout),
                Component.of(LOAD, load));
    }

    /** Api, workers and load, where another process takes the orders: this one is the load. */
    private List<Component> apart(Layout layout) {
        Component api = layout.api().isPresent()
                ? processes(API, List.of(layout.api().getAsLong()))
                : server(API, layout.address().orElseThrow().toString());
        return List.of(
                api,
                layout.workers().isEmpty() ? Component.inside(WORKERS, INSIDE_API) : workers(layout),
                Component.of(LOAD, ProcessProbe.ofThisProcess(machine)));
    }

    private Component workers(Layout layout) {
        return processes(WORKERS, layout.workers());
    }

    private Component processes(String name, List<Long> pids) {
        List<Probe> probes = pids.stream()
                .map(pid -> ProcessProbe.of(machine, Math.toIntExact(pid)))
                .flatMap(Optional::stream)
                .toList();
        return probes.size() == pids.size()
                ? Component.of(name, new GroupProbe(probes))
                : Component.absent(name, "one of the processes " + pids + " had ended");
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
            return Component.inside(name, INSIDE_API);
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
                    .map(container -> Component.of(name, new ContainerProbe(docker, container)))
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
            if (docker.runs(endpoint.host())) {
                return Component.of(name, new ContainerProbe(docker, endpoint.host()));
            }
        } catch (DockerException e) {
            return Component.absent(name, endpoint + " is not on this machine; " + e.getMessage());
        }
        return Component.absent(name, endpoint + " is not on this machine");
    }

    /** What has two names would count twice in the totals. */
    private static Component unlessMeasured(Component watched, List<Component> others) {
        return others.stream()
                .filter(other -> other.probe().isPresent() && other.what().equals(watched.what()))
                .findFirst()
                .map(other -> Component.inside(
                        watched.name(), watched.what() + ", the same as " + other.name() + ", and counted there"))
                .orElse(watched);
    }

    private Component watched(String name, String what) {
        if (!what.matches("[0-9]{1,9}")) {
            return Component.of(name, new ContainerProbe(docker, what));
        }
        return ProcessProbe.of(machine, Integer.parseInt(what))
                .map(probe -> Component.of(name, probe))
                .orElseGet(() -> Component.absent(name, "there is no process " + what));
    }
}
