package io.orderflow.testing;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A server that belongs to one test, for killing and freezing: a program of this machine on a free port of 127.0.0.1
 * with a data folder of its own. It ends with the JVM at the latest, and its folder with it. Threadsafe; a call waits
 * for the one before it.
 */
public final class PrivateServer implements AutoCloseable {

    private static final Duration START_BOUND = Duration.ofMinutes(4);
    private static final int LOG_LINES = 40;

    private final ServerProgram program;
    private final Path folder;
    private final ServerAddress address;
    private final List<String> options;
    private Process process;

    private PrivateServer(ServerKind kind, ServerProgram program, List<String> options, Path folder, int port) {
        this.program = program;
        this.options = List.copyOf(options);
        this.folder = folder;
        this.address = ServerAddress.own(kind, "127.0.0.1", port, program.path().toString());
    }

    /**
     * Sets up a server and waits until it answers.
     *
     * @throws org.opentest4j.TestAbortedException if this machine has no such program and the run does not demand it
     * @throws AssertionError if this machine has no such program and the run demands it
     * @throws IllegalStateException if the server does not come up, with the end of its log
     */
    public static PrivateServer start(ServerKind kind) {
        requireNonNull(kind, "kind");
        return start(kind, SharedServers.requireProgram(kind));
    }

    /** The same with more options on its command line. */
    public static PrivateServer start(ServerKind kind, List<String> options) {
        requireNonNull(kind, "kind");
        return start(kind, SharedServers.requireProgram(kind), options);
    }

    /**
     * The same where this machine has the program and the run wants servers, else nothing: for tests that can do with a
     * {@linkplain SharedServers shared} one, and leave out then what would harm it.
     *
     * @throws IllegalStateException if the server does not come up, with the end of its log
     */
    public static Optional<PrivateServer> startIfPossible(ServerKind kind) {
        requireNonNull(kind, "kind");
        return ServerMode.of(kind) == ServerMode.NONE
                ? Optional.empty()
                : ServerProgram.find(kind).map(program -> start(kind, program));
    }

    /** Where MySQL has its plug-ins; the same outcomes as {@link #start(ServerKind)} where there is no MySQL. */
    public static Path pluginFolder() {
        return ((MySqlProgram) SharedServers.requireProgram(ServerKind.MYSQL)).pluginFolder();
    }

    /** The same with a later MariaDB than the machine's own, if ORDER_TEST_MARIADBD_NEWER names one. */
    public static Optional<PrivateServer> startNewerMariaDb() {
        return ServerMode.of(ServerKind.MARIADB) == ServerMode.NONE
                ? Optional.empty()
                : MySqlProgram.findNewerMariaDb().map(program -> start(ServerKind.MARIADB, program));
    }

    /** A redis-server with further options, which take the place of the usual ones; the outcomes of {@link #start}. */
    public static PrivateServer startRedis(String... options) {
        ServerProgram program = SharedServers.requireProgram(ServerKind.REDIS);
        return start(ServerKind.REDIS, ((RedisProgram) program).with(List.of(options)));
    }

    /** A Sentinel that watches nothing yet; the outcomes of {@link #start}. */
    public static PrivateServer startSentinel() {
        return startRedis(RedisProgram.SENTINEL);
    }

    /** A valkey-server with further options, if this machine has one or ORDER_TEST_VALKEY names it. */
    public static Optional<PrivateServer> startValkey(String... options) {
        return ServerMode.of(ServerKind.REDIS) == ServerMode.NONE
                ? Optional.empty()
                : RedisProgram.findValkey().map(program -> start(ServerKind.REDIS, program.with(List.of(options))));
    }

    /** RabbitMQ of a later version than the machine's own, if ORDER_TEST_RABBIT_NEWER names one. */
    public static Optional<PrivateServer> startNewerRabbit() {
        return ServerMode.of(ServerKind.RABBITMQ) == ServerMode.NONE
                ? Optional.empty()
                : RabbitProgram.findNewer().map(program -> start(ServerKind.RABBITMQ, program));
    }

    /**
     * Nodes of RabbitMQ that are one cluster; the same outcomes as {@link #start(ServerKind)}.
     *
     * @param nodes 1 or more
     */
    public static List<PrivateServer> startRabbitCluster(int nodes) {
        return startRabbitCluster((RabbitProgram) SharedServers.requireProgram(ServerKind.RABBITMQ), nodes);
    }

    /** The same of a later version than the machine's own; empty unless ORDER_TEST_RABBIT_NEWER names one. */
    public static List<PrivateServer> startNewerRabbitCluster(int nodes) {
        return ServerMode.of(ServerKind.RABBITMQ) == ServerMode.NONE
                ? List.of()
                : RabbitProgram.findNewer()
                        .map(program -> startRabbitCluster(program, nodes))
                        .orElse(List.of());
    }

    private static List<PrivateServer> startRabbitCluster(RabbitProgram program, int nodes) {
        List<PrivateServer> started = new ArrayList<>();
        try {
            PrivateServer first = start(ServerKind.RABBITMQ, program.first());
            started.add(first);
            while (started.size() < nodes) {
                started.add(start(ServerKind.RABBITMQ, program.joining(first.folder, first.port())));
            }
            return started;
        } catch (IllegalStateException e) {
            started.forEach(PrivateServer::close);
            throw e;
        }
    }

    /**
     * MariaDB as the nodes of a Galera cluster, if this machine has what they need; else a line says what that is.
     *
     * @param nodes 1 or more
     */
    public static Optional<List<PrivateServer>> startGaleraCluster(int nodes) {
        return ServerMode.of(ServerKind.MARIADB) == ServerMode.NONE
                ? Optional.empty()
                : GaleraProgram.find(nodes).map(PrivateServer::startAll);
    }

    private static List<PrivateServer> startAll(List<GaleraProgram> programs) {
        List<PrivateServer> started = new ArrayList<>();
        try {
            programs.forEach(program -> started.add(start(ServerKind.MARIADB, program)));
            return started;
        } catch (IllegalStateException e) {
            started.forEach(PrivateServer::close);
            throw e;
        }
    }

    /**
     * How many transactions a node of a Galera cluster has that was killed, as its files tell.
     *
     * @throws IllegalStateException if it is none, or its files do not tell
     */
    public long galeraPosition() {
        return GaleraProgram.of(program)
                .position(folder, port())
                .map(position -> Long.parseLong(position.substring(position.indexOf(':') + 1)))
                .orElseThrow(() -> new IllegalStateException(this + " does not say how far it came"));
    }

    /** Starts a node of a Galera cluster that was killed as the first one of it; all others are down. */
    public synchronized void restartAsNewCluster() {
        GaleraProgram.of(program).bootstrapNext(folder);
        restart();
    }

    static PrivateServer start(ServerKind kind, ServerProgram program) {
        return start(kind, program, List.of());
    }

    private static PrivateServer start(ServerKind kind, ServerProgram program, List<String> options) {
        IllegalStateException first = null;
        // a second time, because the port may have been taken between looking and starting
        for (int attempt = 1; attempt <= 2; attempt++) {
            PrivateServer server = new PrivateServer(kind, program, options, newFolder(kind), Ports.free());
            try {
                program.prepare(server.folder);
                server.launch();
                program.afterFirstStart(server.address);
                return server;
            } catch (IllegalStateException e) {
                server.close();
                if (first != null) {
                    e.addSuppressed(first);
                    throw e;
                }
                first = e;
            }
        }
        throw first;
    }

    /** Where it answers. */
    public ServerAddress address() {
        return address;
    }

    /** Where its data is. */
    Path folder() {
        return folder;
    }

    /** The port on 127.0.0.1, the same after each restart. */
    public int port() {
        return address.port();
    }

    /** The JDBC URL of one of its databases; an empty name is no database. */
    public String jdbcUrl(String database) {
        return address.jdbcUrl(database);
    }

    /** The process that is the server, not a script that started it. */
    public synchronized long pid() {
        return process.pid();
    }

    /** True while the process exists, frozen or not. */
    public synchronized boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** Ends the server as {@code kill -9} does, and returns when the process is gone. */
    public synchronized void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    /** Stops the server's clock: its sockets stay open, and nobody answers. */
    public synchronized void freeze() {
        Programs.freeze(process.pid());
    }

    /** Lets a frozen server go on. */
    public synchronized void thaw() {
        Programs.signal(process.pid(), "CONT");
    }

    /**
     * Runs a tool that stands beside the server's program, for example {@code rabbitmqctl}, as the server's user and in
     * its environment, and returns what it printed.
     *
     * @throws IllegalStateException if it fails or takes longer than four minutes, with its output
     */
    public String tool(String... command) {
        return Programs.run(program.tool(List.of(command)), program.environment(folder, port()));
    }

    /** Ends the server in its own orderly way; kills it when that takes longer than a minute. */
    public synchronized void stop() {
        if (isAlive()) {
            thaw();
            process.destroy();
            if (!ended(Duration.ofSeconds(60))) {
                kill();
            }
            awaitEnd();
        }
    }

    /**
     * Starts the server again on the same port and data, after stopping it where it still runs, and waits until it
     * answers.
     *
     * @throws IllegalStateException if it does not come up, with the end of its log
     */
    public synchronized void restart() {
        stop();
        launch();
    }

    /** Kills the server and removes its data. */
    @Override
    public synchronized void close() {
        if (isAlive()) {
            kill();
        }
        deleteTree(folder);
    }

    @Override
    public String toString() {
        return address.toString();
    }

    private void launch() {
        Path log = folder.resolve("server.log");
        try {
            program.tidy(folder);
            List<String> command = new ArrayList<>(program.command(folder, port()));
            command.addAll(options);
            ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
            builder.environment().putAll(program.environment(folder, port()));
            builder.redirectErrorStream(true).redirectOutput(Redirect.appendTo(log.toFile()));
            process = builder.start();
        } catch (IOException e) {
            throw new IllegalStateException(this + " could not be started", e);
        }
        Reaper.adopt(process.pid());
        process.onExit().thenAccept(ended -> Reaper.forget(ended.pid()));
        awaitAnswer(log);
    }

    private void awaitAnswer(Path log) {
        long start = System.nanoTime();
        while (!program.answers(address)) {
            boolean tooLong = System.nanoTime() - start > START_BOUND.toNanos();
            if (tooLong || ended(Duration.ofMillis(20))) {
                throw new IllegalStateException(this
                        + (tooLong ? " does not answer after " + START_BOUND : " ended with " + process.exitValue())
                        + "; its log:\n" + Programs.tail(log, LOG_LINES));
            }
        }
    }

    private boolean ended(Duration bound) {
        try {
            return process.waitFor(bound.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + this, e);
        }
    }

    private void awaitEnd() {
        if (!ended(Duration.ofSeconds(30))) {
            throw new IllegalStateException(this + " cannot be killed");
        }
    }

    private static Path newFolder(ServerKind kind) {
        try {
            return Files.createTempDirectory(Reaper.folder(), kind.program() + "-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void deleteTree(Path root) {
        try (Stream<Path> files = Files.walk(root)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException | UncheckedIOException busy) {
            // the reaper tries again when the JVM ends
            return;
        }
    }
}
