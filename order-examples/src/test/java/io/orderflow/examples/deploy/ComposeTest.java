package io.orderflow.examples.deploy;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.orderflow.examples.Main;
import io.orderflow.samples.Documents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("compose.yaml")
class ComposeTest {
    private static final Pattern VARIABLE = Pattern.compile("(?<!\\$)\\$\\{([A-Z_]+)([^}]*)}");
    private static final String RUN = "docker compose run --rm program ";

    private final JsonNode compose = DeployFiles.yaml("compose.yaml");
    private final Map<String, JsonNode> services = compose.path("services").properties().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));

    @Test
    @DisplayName("has what the documents say: serve, two workers, MariaDB, Redis, Prometheus, Grafana, any program")
    void services() {
        assertEquals(
                Set.of("serve", "worker", "program", "mariadb", "redis", "prometheus", "grafana"), services.keySet());
        assertEquals(2, services.get("worker").at("/deploy/replicas").asInt());
    }

    @Test
    @DisplayName("names a version of each image, and limits the memory of each container")
    void versionsAndLimits() {
        services.forEach((name, service) -> {
            String image = service.path("image").asText();
            assertTrue(image.equals("orderflow:local") || image.matches("[a-z/]+:v?\\d+\\.\\d+\\.\\d+"), image);
            assertFalse(service.path("mem_limit").asText().isEmpty(), name);
            assertFalse(service.path("stop_grace_period").asText().isEmpty(), name);
            assertFalse(service.path("restart").asText().isEmpty(), name);
        });
    }

    @Test
    @DisplayName("publishes ports on 127.0.0.1 alone, and leads nowhere from the network of the servers")
    void ports() {
        List<String> ports = services.values().stream()
                .flatMap(service -> DeployFiles.texts(service.path("ports")).stream())
                .toList();
        assertEquals(3, ports.size(), ports::toString);
        ports.forEach(port -> assertTrue(port.matches("127\\.0\\.0\\.1:\\d+:\\d+"), port));
        assertTrue(compose.at("/networks/shop/internal").asBoolean());
        for (String server : List.of("mariadb", "redis")) {
            assertEquals(List.of("shop"), DeployFiles.texts(services.get(server).path("networks")), server);
        }
    }

    @Test
    @DisplayName("takes every secret from .env, and says how to make it; .env.example has each, without a value")
    void secrets() {
        Set<String> used = new TreeSet<>();
        for (MatchResult variable :
                VARIABLE.matcher(DeployFiles.text("compose.yaml")).results().toList()) {
            assertEquals(":?run ./make-env", variable.group(2), variable.group());
            used.add(variable.group(1));
        }
        Set<String> named = DeployFiles.text(".env.example")
                .lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(line -> {
                    assertTrue(line.matches("[A-Z_]+="), line);
                    return line.replace("=", "");
                })
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(used, named);
        services.values()
                .forEach(service -> service.path("environment").properties().stream()
                        .filter(entry -> entry.getKey().matches(".*(PASSWORD|TOKEN|KEY).*"))
                        .forEach(entry -> assertTrue(entry.getValue().asText().startsWith("${"), entry::toString)));
    }

    @Test
    @DisplayName("has secrets drawn by make-env, which keeps those that are there")
    void makesSecrets(@TempDir Path folder) throws Exception {
        copy(folder, "make-env", ".env.example");
        assertEquals(0, makeEnv(folder));
        Path env = folder.resolve(".env");
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(env)));
        List<String> lines = Files.readAllLines(env).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .toList();
        assertEquals(7, lines.size());
        lines.forEach(line -> assertTrue(line.matches("[A-Z_]+=[0-9a-f]{64}"), line));
        assertEquals(
                7, lines.stream().map(line -> line.split("=")[1]).distinct().count());
        assertEquals(1, makeEnv(folder));
        assertTrue(Files.readAllLines(env).containsAll(lines));
    }

    @Test
    @DisplayName("is accepted by Docker Compose itself, where it is installed, once make-env has drawn the secrets")
    void accepted(@TempDir Path folder) throws Exception {
        List<String> dockerCompose = Stream.ofNullable(System.getenv("ORDER_TEST_COMPOSE"))
                .map(List::of)
                .findFirst()
                .orElse(List.of("docker", "compose"));
        assumeTrue(isThere(folder, dockerCompose), "no Docker Compose 2: compose.yaml is not read by it");
        copy(folder, "make-env", ".env.example", "compose.yaml");
        assertNotEquals(0, run(folder, dockerCompose, "config", "--quiet"));
        assertTrue(said(folder).contains("run ./make-env"), said(folder));
        assertEquals(0, makeEnv(folder));
        assertEquals(0, run(folder, dockerCompose, "--profile", "program", "config", "--services"), said(folder));
        assertEquals(services.keySet(), Set.copyOf(said(folder).lines().toList()));
    }

    private static boolean isThere(Path folder, List<String> dockerCompose) throws InterruptedException {
        try {
            return run(folder, dockerCompose, "version") == 0;
        } catch (IOException absent) {
            return false;
        }
    }

    private static void copy(Path folder, String... files) throws IOException {
        for (String file : files) {
            Files.copy(DeployFiles.folder().resolve(file), folder.resolve(file));
        }
    }

    private static int makeEnv(Path folder) throws Exception {
        return run(folder, List.of("sh"), "make-env");
    }

    private static int run(Path folder, List<String> program, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(program);
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("said").toFile())
                .start()
                .waitFor();
    }

    private static String said(Path folder) throws IOException {
        return Files.readString(folder.resolve("said"));
    }

    @Test
    @DisplayName("gives its programs options that exist, and so do the commands of the document")
    void programs() {
        List<String> commands = new ArrayList<>();
        commands.add(services.get("serve").path("command").asText());
        commands.add(services.get("worker").path("command").asText());
        Documents.lines().stream()
                .filter(line -> line.contains(RUN))
                .map(line -> line.substring(line.indexOf(RUN) + RUN.length()))
                .forEach(commands::add);
        assertTrue(commands.size() > 4, commands::toString);
        for (String command : commands) {
            assertDoesNotThrow(
                    () -> Main.commandLine().parseArgs(command.strip().split(" +")), command);
        }
        assertTrue(commands.get(0).contains("--no-create-tables"), "the programs' user may not make them");
    }

    @Test
    @DisplayName("asks each service for its health, and starts none before those that it needs are healthy")
    void health() {
        List<String> ofTheImage = List.of("serve", "worker");
        services.forEach((name, service) -> {
            boolean asks = service.path("healthcheck").has("test") || ofTheImage.contains(name);
            assertTrue(asks || service.at("/healthcheck/disable").asBoolean(), name);
            service.path("depends_on")
                    .properties()
                    .forEach(needed -> assertEquals(
                            "service_healthy",
                            needed.getValue().path("condition").asText(),
                            name + " needs " + needed.getKey()));
        });
        for (String program : ofTheImage) {
            assertEquals(2, services.get(program).path("depends_on").size(), program);
            // where the image's health check asks
            assertTrue(services.get(program).path("command").asText().contains("port 8080"), program);
        }
    }

    @Test
    @DisplayName("runs the programs without rights that they do not need")
    void rights() {
        for (String program : List.of("serve", "worker", "program")) {
            JsonNode service = services.get(program);
            assertTrue(service.path("read_only").asBoolean(), program);
            assertEquals(List.of("ALL"), DeployFiles.texts(service.path("cap_drop")), program);
            assertEquals(List.of("no-new-privileges:true"), DeployFiles.texts(service.path("security_opt")), program);
        }
    }

    @Test
    @DisplayName("mounts files that are there")
    void mounts() {
        List<String> mounted = services.values().stream()
                .flatMap(service -> DeployFiles.texts(service.path("volumes")).stream())
                .filter(volume -> volume.startsWith("."))
                .toList();
        assertTrue(mounted.size() > 5, mounted::toString);
        for (String volume : mounted) {
            assertTrue(volume.endsWith(":ro"), volume);
            assertTrue(Files.exists(DeployFiles.folder().resolve(volume.split(":")[0])), volume);
        }
    }
}
