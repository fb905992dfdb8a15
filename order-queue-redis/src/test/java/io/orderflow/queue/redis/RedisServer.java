package io.orderflow.queue.redis;

import io.orderflow.testing.Eventually;
import io.orderflow.testing.PrivateServer;
import io.orderflow.testing.SelfSigned;
import io.orderflow.testing.ServerKind;
import io.orderflow.testkit.queue.ServerControl;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisConnectionException;

/** A redis-server of the test's own, with appendfsync always, to be asked and harmed by hand. */
final class RedisServer implements ServerControl, AutoCloseable {
    private final PrivateServer server;

    private RedisServer(PrivateServer server) {
        this.server = server;
    }

    static RedisServer start(String... options) {
        return new RedisServer(PrivateServer.startRedis(options));
    }

    /** One that watches nothing yet. */
    static RedisServer startSentinel() {
        return new RedisServer(PrivateServer.startSentinel());
    }

    /** A valkey-server, if this machine has one. */
    static Optional<RedisServer> startValkey(String... options) {
        return PrivateServer.startValkey(options).map(RedisServer::new);
    }

    /** A replica that has all that its primary has. */
    RedisServer startReplica() {
        RedisServer replica = start("--replicaof", "127.0.0.1", port());
        replica.awaitSynchronised();
        return replica;
    }

    void follow(RedisServer primary) {
        run("REPLICAOF", "127.0.0.1", primary.port());
        awaitSynchronised();
    }

    /** Whether it runs, is no replica, and has one that is up to date. */
    boolean isFollowed() {
        if (!server.isAlive()) {
            return false;
        }
        String says = text("INFO", "replication");
        return says.contains("role:master") && says.contains("state=online");
    }

    private void awaitSynchronised() {
        Eventually.await(
                "the replica has all",
                Duration.ofSeconds(30),
                () -> text("INFO", "replication").contains("master_link_status:up"),
                () -> text("INFO", "replication"));
    }

    /** As text, for commands. */
    String port() {
        return Integer.toString(server.port());
    }

    /** One to be harmed, if this machine has the program. */
    static Optional<RedisServer> startIfPossible() {
        return PrivateServer.startIfPossible(ServerKind.REDIS).map(RedisServer::new);
    }

    PrivateServer process() {
        return server;
    }

    String uri() {
        return server.address().uri();
    }

    /** With the time that hundreds of megabytes take on a busy machine. */
    private Connection connect() {
        Connection connection = new Connection("127.0.0.1", server.port());
        // before its time-out is set: connecting sets it back
        connection.connect();
        connection.setSoTimeout(60_000);
        return connection;
    }

    /** Runs one command on a connection of its own; throws what the server says against it. */
    Object run(String command, String... arguments) {
        try (Connection connection = connect()) {
            CommandArguments all = new CommandArguments(Command.valueOf(command));
            Arrays.stream(arguments).forEach(all::add);
            return connection.executeCommand(all);
        }
    }

    /** The same, signed in as the default user. */
    Object as(String password, String command, String... arguments) {
        try (Connection connection = connect()) {
            connection.executeCommand(new CommandArguments(Command.AUTH).add(password));
            CommandArguments all = new CommandArguments(Command.valueOf(command));
            Arrays.stream(arguments).forEach(all::add);
            return connection.executeCommand(all);
        }
    }

    /** Opens a port for TLS, in addition to the other one. */
    int listenWithTls(SelfSigned identity) throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        run(
                "CONFIG",
                "SET",
                "tls-cert-file",
                identity.certificate().toString(),
                "tls-key-file",
                identity.key().toString(),
                "tls-auth-clients",
                "no",
                "tls-port",
                Integer.toString(port));
        return port;
    }

    /** The ids of the connections to it that call themselves so. */
    Set<String> clients(String name) {
        return text("CLIENT", "LIST")
                .lines()
                .filter(client -> client.contains(" name=" + name + " "))
                .map(client -> client.split(" ", 2)[0])
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Asks for something; again if the connection is cut off, as those to a server are that becomes a replica. */
    String text(String command, String... arguments) {
        try {
            return Replies.text(run(command, arguments));
        } catch (JedisConnectionException e) {
            return Replies.text(run(command, arguments));
        }
    }

    List<Object> list(String command, String... arguments) {
        return Replies.list(run(command, arguments));
    }

    void config(String name, String value) {
        run("CONFIG", "SET", name, value);
    }

    /**
     * Has it write its append-only file to a device that is always full from now on, and waits until it says that this
     * failed. With appendfsync always it would end.
     */
    void fillDisk() throws IOException {
        Path folder = Path.of(Replies.text(list("CONFIG", "GET", "dir").get(1)), "appendonlydir");
        // the next one that it begins; it has one so far
        Files.createSymbolicLink(folder.resolve("appendonly.aof.2.incr.aof"), Path.of("/dev/full"));
        run("BGREWRITEAOF");
        run("SET", "written", "nowhere");
        Eventually.await(
                "a write to the append-only file failed",
                Duration.ofSeconds(30),
                () -> text("INFO", "persistence").contains("aof_last_write_status:err"),
                () -> text("INFO", "persistence"));
    }

    @Override
    public void kill() {
        server.kill();
    }

    @Override
    public void restart() {
        server.restart();
    }

    @Override
    public void freeze() {
        server.freeze();
    }

    @Override
    public void thaw() {
        server.thaw();
    }

    @Override
    public boolean weaken() {
        config("appendfsync", "everysec");
        return true;
    }

    @Override
    public void heal() {
        if (server.isAlive()) {
            server.thaw();
        } else {
            server.restart();
        }
        config("appendfsync", "always");
    }

    @Override
    public void close() {
        server.close();
    }
}
