package io.orderflow.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code rabbitmq-server} as a node that shares nothing with others of this machine: its own name, cookie, folders and
 * port mapper.
 *
 * @param path the program
 * @param settings further lines of its {@code rabbitmq.conf}
 * @param cookie the file with the cookie of the cluster that it joins
 */
record RabbitProgram(Path path, List<String> settings, Optional<Path> cookie) implements ServerProgram {

    /** The script below the one on Debian's PATH, which would change the user and the folders. */
    private static final Path DEBIAN_SCRIPT = Path.of("/usr/lib/rabbitmq/bin/rabbitmq-server");

    private static final String NEWER_PROPERTY = "test.rabbit.newer";
    private static final String NEWER_VARIABLE = "ORDER_TEST_RABBIT_NEWER";
    private static final String COOKIE = ".erlang.cookie";
    static final String ENABLED_PLUGINS = "enabled_plugins";
    private static final String DEBIAN_USER = "rabbitmq";
    private static final int TIMEOUT_MILLIS = 2_000;

    /**
     * Erlang's, for the nodes of a cluster: after so many seconds, a quarter more or less, one that is frozen counts as
     * gone. The default is 60.
     */
    static final int NET_TICKTIME = 8;

    private static int portMapper;

    static Optional<RabbitProgram> find() {
        if (Files.isExecutable(DEBIAN_SCRIPT)) {
            return Optional.of(alone(DEBIAN_SCRIPT));
        }
        return Programs.find("rabbitmq-server").map(RabbitProgram::alone);
    }

    /** A later RabbitMQ than the machine's own, if one was named; its tools stand beside it. */
    static Optional<RabbitProgram> findNewer() {
        String named = System.getProperty(NEWER_PROPERTY, System.getenv().getOrDefault(NEWER_VARIABLE, ""));
        if (named.isEmpty()) {
            BuildConsole.sayOnce("newer RabbitMQ: tests skipped: " + NEWER_VARIABLE + " names none");
            return Optional.empty();
        }
        Path path = Path.of(named);
        if (!Files.isExecutable(path)) {
            throw new IllegalStateException(
                    NEWER_PROPERTY + " or " + NEWER_VARIABLE + " must name a rabbitmq-server: " + named);
        }
        return Optional.of(alone(path));
    }

    private static RabbitProgram alone(Path path) {
        return new RabbitProgram(path, List.of(), Optional.empty());
    }

    /** The first node of a cluster in which a minority stops by itself. */
    RabbitProgram first() {
        return new RabbitProgram(path, List.of("cluster_partition_handling = pause_minority"), Optional.empty());
    }

    /** A further node of the cluster of one that runs. */
    RabbitProgram joining(Path folderOfFirst, int portOfFirst) {
        return new RabbitProgram(
                path,
                List.of(
                        "cluster_partition_handling = pause_minority",
                        "cluster_formation.peer_discovery_backend = classic_config",
                        "cluster_formation.classic_config.nodes.1 = " + nodeName(portOfFirst)),
                Optional.of(folderOfFirst.resolve(COOKIE)));
    }

    /** What a node on that port of this machine is called. */
    static String nodeName(int port) {
        return "test" + port + "@localhost";
    }

    @Override
    public void prepare(Path folder) {
        try {
            Files.writeString(folder.resolve(ENABLED_PLUGINS), "[].\n");
            Files.writeString(
                    folder.resolve("rabbitmq.conf"),
                    "loopback_users.guest = true\n" + String.join("\n", settings) + "\n");
            // as docs/rabbitmq.md says
            Files.writeString(
                    folder.resolve("advanced.config"),
                    settings.isEmpty() ? "[].\n" : "[{kernel, [{net_ticktime, " + NET_TICKTIME + "}]}].\n");
            if (cookie.isPresent()) {
                Files.copy(cookie.get(), folder.resolve(COOKIE), StandardCopyOption.COPY_ATTRIBUTES);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (changesUser()) {
            Programs.run(List.of("chown", "-R", DEBIAN_USER, folder.toString()));
        }
    }

    @Override
    public List<String> command(Path folder, int port) {
        return asServer(List.of(path.toString()));
    }

    @Override
    public List<String> tool(List<String> command) {
        return asServer(ServerProgram.super.tool(command));
    }

    private List<String> asServer(List<String> program) {
        List<String> command = new ArrayList<>();
        if (changesUser()) {
            // becomes the program, where su would stay above it
            command.addAll(List.of("setpriv", "--reuid=" + DEBIAN_USER, "--regid=" + DEBIAN_USER, "--clear-groups"));
        }
        command.addAll(program);
        return command;
    }

    @Override
    public Map<String, String> environment(Path folder, int port) {
        return Map.ofEntries(
                Map.entry("HOME", folder.toString()),
                Map.entry("ERL_EPMD_PORT", Integer.toString(portMapper())),
                Map.entry("RABBITMQ_NODENAME", nodeName(port)),
                Map.entry("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1"),
                Map.entry("RABBITMQ_NODE_PORT", Integer.toString(port)),
                Map.entry("RABBITMQ_DIST_PORT", Integer.toString(Ports.free())),
                Map.entry("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "-kernel inet_dist_use_interface {127,0,0,1}"),
                Map.entry("RABBITMQ_MNESIA_BASE", folder.resolve("data").toString()),
                Map.entry("RABBITMQ_LOG_BASE", folder.resolve("log").toString()),
                Map.entry("RABBITMQ_LOGS", "-"),
                Map.entry("RABBITMQ_PID_FILE", folder.resolve("server.pid").toString()),
                Map.entry("RABBITMQ_CONF_ENV_FILE", folder.resolve("none").toString()),
                Map.entry(
                        "RABBITMQ_CONFIG_FILE", folder.resolve("rabbitmq.conf").toString()),
                Map.entry(
                        "RABBITMQ_ADVANCED_CONFIG_FILE",
                        folder.resolve("advanced.config").toString()),
                Map.entry(
                        "RABBITMQ_GENERATED_CONFIG_DIR",
                        folder.resolve("config").toString()),
                Map.entry(
                        "RABBITMQ_ENABLED_PLUGINS_FILE",
                        folder.resolve(ENABLED_PLUGINS).toString()),
                // lets the script become the server, so that a signal reaches the server
                Map.entry("RUNNING_UNDER_SYSTEMD", "true"));
    }

    @Override
    public boolean answers(ServerAddress server) {
        return greets(server);
    }

    /** True when the header of AMQP 0-9-1 is answered by a method frame, which a node that still starts does not do. */
    static boolean greets(ServerAddress server) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(server.host(), server.port()), TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.getOutputStream().write(new byte[] {'A', 'M', 'Q', 'P', 0, 0, 9, 1});
            return socket.getInputStream().read() == 1;
        } catch (IOException notYet) {
            return false;
        }
    }

    private boolean changesUser() {
        return Programs.isRoot() && path.equals(DEBIAN_SCRIPT);
    }

    /** One for all nodes of this JVM; a node would otherwise leave one running that outlives it. */
    private static synchronized int portMapper() {
        if (portMapper == 0) {
            int port = Ports.free();
            String program = Programs.find("epmd").map(Path::toString).orElse("epmd");
            try {
                Process process = new ProcessBuilder(program, "-port", Integer.toString(port), "-address", "127.0.0.1")
                        .redirectOutput(Redirect.DISCARD)
                        .redirectError(Redirect.DISCARD)
                        .start();
                Reaper.adopt(process.pid());
            } catch (IOException e) {
                throw new IllegalStateException("RabbitMQ needs Erlang's epmd, which could not be started", e);
            }
            portMapper = port;
        }
        return portMapper;
    }
}
