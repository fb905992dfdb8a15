package io.orderflow.testing;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/** Shared servers in containers. Testcontainers is touched only where a daemon answers. */
final class Docker {

    private static final Duration START_BOUND = Duration.ofSeconds(120);

    private static final Map<ServerKind, Image> IMAGES = Map.of(
            ServerKind.MARIADB, new Image("mariadb:10.11", 3306, Map.of("MARIADB_ALLOW_EMPTY_ROOT_PASSWORD", "1")),
            ServerKind.MYSQL, new Image("mysql:9.7", 3306, Map.of("MYSQL_ALLOW_EMPTY_PASSWORD", "1")),
            ServerKind.REDIS,
                    new Image(
                            "redis:7.0",
                            6379,
                            Map.of(),
                            "redis-server",
                            "--save",
                            "",
                            "--appendonly",
                            "yes",
                            "--appendfsync",
                            "always"),
            ServerKind.RABBITMQ, new Image("rabbitmq:3.13", 5672, Map.of()));

    private static Boolean answers;

    private record Image(String name, int port, Map<String, String> environment, String... command) {}

    private Docker() {}

    /** True when a daemon answers; found out once, within a second. */
    static synchronized boolean answers() {
        if (answers == null) {
            answers = DockerEndpoint.find(System.getenv(), Path.of(System.getProperty("user.home")))
                    .map(DockerEndpoint::answers)
                    .orElse(false);
        }
        return answers;
    }

    /**
     * A server in a new container, or none where no daemon answers. What a daemon cannot start is said once, and other
     * ways are tried.
     */
    static Optional<ServerAddress> start(ServerKind kind) {
        if (!answers()) {
            return Optional.empty();
        }
        Image image = IMAGES.get(kind);
        String name = System.getProperty(kind.imageProperty(), image.name());
        try {
            return Optional.of(start(kind, name, image));
        } catch (RuntimeException | LinkageError | AssertionError e) {
            System.out.println(kind.title() + ": Docker answers and could not start " + name + ": " + e);
            return Optional.empty();
        }
    }

    private static ServerAddress start(ServerKind kind, String name, Image image) {
        GenericContainer<?> container = new GenericContainer<>(DockerImageName.parse(name))
                .withExposedPorts(image.port())
                .withEnv(image.environment());
        if (image.command().length > 0) {
            container.withCommand(image.command());
        }
        Runtime.getRuntime().addShutdownHook(new Thread(container::stop, "stop-" + kind));
        container.start();
        ServerAddress address = ServerAddress.own(
                kind, container.getHost(), container.getMappedPort(image.port()), "Docker image " + name);
        Eventually.await(address + " answers", START_BOUND, () -> answers(address), container::getLogs);
        if (kind.isDatabase()) {
            MySqlServer.createUser(address);
        }
        return address;
    }

    private static boolean answers(ServerAddress server) {
        return switch (server.kind()) {
            case MARIADB, MYSQL -> MySqlServer.answers(server);
            case REDIS -> RedisProgram.ping(server);
            case RABBITMQ -> RabbitProgram.greets(server);
        };
    }
}
