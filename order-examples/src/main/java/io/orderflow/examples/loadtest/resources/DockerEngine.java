package io.orderflow.examples.loadtest.resources;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.UpperCamelCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.github.dockerjava.transport.DockerHttpClient;
import com.github.dockerjava.transport.DockerHttpClient.Request;
import com.github.dockerjava.transport.DockerHttpClient.Response;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** The Docker engine, asked over its HTTP API. Nothing is connected before the first question. Thread-safe. */
final class DockerEngine implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final JsonMapper JSON = JsonMapper.builder()
            .addModule(new Jdk8Module())
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private final String host;
    private final boolean secured;
    private Optional<DockerHttpClient> client = Optional.empty();

    private DockerEngine(String host, boolean secured) {
        this.host = host;
        this.secured = secured;
    }

    /** The one that the environment names, else the first usual socket of this machine. */
    static DockerEngine of(Map<String, String> environment) {
        String named = environment.getOrDefault("DOCKER_HOST", "");
        boolean secured = !environment.getOrDefault("DOCKER_TLS_VERIFY", "").isEmpty();
        return named.isEmpty()
                ? new DockerEngine(usual(environment), false)
                : new DockerEngine(named, secured && named.startsWith("tcp:"));
    }

    private static String usual(Map<String, String> environment) {
        if (System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows")) {
            return "npipe:////./pipe/docker_engine";
        }
        Path system = Path.of("/var/run/docker.sock");
        return "unix://"
                + Stream.of(
                                system,
                                Path.of(environment.getOrDefault("XDG_RUNTIME_DIR", "/run"), "docker.sock"),
                                Path.of(System.getProperty("user.home"), ".docker/run/docker.sock"))
                        .filter(Files::exists)
                        .findFirst()
                        .orElse(system);
    }

    /** The running container that publishes this TCP port, by its name. */
    Optional<String> publisherOf(int port) throws DockerException {
        return running().stream()
                .filter(container -> container.publishes(port))
                .findFirst()
                .map(Container::name);
    }

    /** Whether a container of this name runs. */
    boolean runs(String name) throws DockerException {
        return running().stream().anyMatch(container -> container.name().equals(name));
    }

    /** What the engine counts of a container, by its name or id; empty if there is none or it does not run. */
    Optional<ContainerStats> stats(String nameOrId) throws DockerException {
        String path = "/containers/" + URLEncoder.encode(nameOrId, StandardCharsets.UTF_8)
                + "/stats?stream=false&one-shot=true";
        return get(path, ContainerStats.class).filter(ContainerStats::isRunning);
    }

    private List<Container> running() throws DockerException {
        return get("/containers/json", Container[].class).map(List::of).orElse(List.of());
    }

    /** The answer, or empty where there is nothing of that name. */
    private <T> Optional<T> get(String path, Class<T> type) throws DockerException {
        Request request =
                Request.builder().method(Request.Method.GET).path(path).build();
        try (Response response = client().execute(request);
                InputStream body = response.getBody()) {
            if (response.getStatusCode() == 404) {
                return Optional.empty();
            }
            if (response.getStatusCode() != 200) {
                throw new DockerException(
                        "the Docker engine at " + host + " answered with status " + response.getStatusCode() + ": "
                                + JSON.readValue(body, Refusal.class).message());
            }
            return Optional.of(JSON.readValue(body, type));
        } catch (IOException | RuntimeException e) {
            throw new DockerException("the Docker engine at " + host + " cannot be asked: " + reason(e));
        }
    }

    private synchronized DockerHttpClient client() throws DockerException {
        if (secured) {
            throw new DockerException("DOCKER_TLS_VERIFY is set, and containers are read without TLS alone;"
                    + " name the engine's socket in DOCKER_HOST");
        }
        if (client.isEmpty()) {
            client = Optional.of(new ZerodepDockerHttpClient.Builder()
                    .dockerHost(URI.create(host))
                    .connectionTimeout(PATIENCE)
                    .responseTimeout(PATIENCE)
                    .build());
        }
        return client.get();
    }

    /** The client wraps what went wrong, and says so with the name of a class. */
    private static String reason(Throwable thrown) {
        Throwable deepest = thrown;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        return Optional.ofNullable(deepest.getMessage())
                .orElseGet(deepest::toString)
                .lines()
                .findFirst()
                .orElse("");
    }

    @Override
    public synchronized void close() {
        client.ifPresent(open -> {
            try {
                open.close();
            } catch (IOException e) {
                // nothing more is asked, and connections end with the process
            }
        });
        client = Optional.empty();
    }

    /** A running container, as the engine lists it. */
    @JsonNaming(UpperCamelCaseStrategy.class)
    private record Container(List<String> names, Optional<List<Port>> ports) {
        /** Names begin with a slash; one with a second one is how another container calls it. */
        String name() {
            return names.stream()
                    .map(name -> name.substring(1))
                    .filter(name -> name.indexOf('/') < 0)
                    .findFirst()
                    .orElse("");
        }

        boolean publishes(int port) {
            return ports.orElse(List.of()).stream()
                    .anyMatch(
                            one -> one.type().equals("tcp") && one.publicPort().equals(OptionalInt.of(port)));
        }
    }

    /**
     * A port of a container.
     *
     * @param publicPort the machine's port that leads to it; empty where none does
     * @param type the protocol
     */
    @JsonNaming(UpperCamelCaseStrategy.class)
    private record Port(OptionalInt publicPort, String type) {}

    /** Why the engine refused. */
    private record Refusal(String message) {}

    /** Docker cannot say now what was asked. */
    static final class DockerException extends Exception {
        private static final long serialVersionUID = 1L;

        DockerException(String message) {
            super(message);
        }
    }
}
