package io.orderflow.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code redis-server} with an append-only file that is flushed at every write, or the same program as a Sentinel.
 *
 * @param options come last and so take the place of others
 */
record RedisProgram(Path path, List<String> options) implements ServerProgram {

    /** Makes a Sentinel of the program. */
    static final String SENTINEL = "--sentinel";

    private static final int TIMEOUT_MILLIS = 2_000;
    private static final String PROGRAM_PROPERTY = "test.redis.program";
    private static final String VALKEY_PROPERTY = "test.valkey";
    private static final String VALKEY_VARIABLE = "ORDER_TEST_VALKEY";

    /** The program that was named, or the one on the PATH. */
    static Optional<RedisProgram> find() {
        String named = System.getProperty(PROGRAM_PROPERTY, "");
        return named.isEmpty()
                ? Programs.find("redis-server").map(RedisProgram::of)
                : Optional.of(of(executable(named, PROGRAM_PROPERTY)));
    }

    /** The {@code valkey-server} that was named, or the one on the PATH. */
    static Optional<RedisProgram> findValkey() {
        String named = System.getProperty(VALKEY_PROPERTY, System.getenv().getOrDefault(VALKEY_VARIABLE, ""));
        Optional<Path> found = named.isEmpty()
                ? Programs.find("valkey-server")
                : Optional.of(executable(named, VALKEY_PROPERTY + " or " + VALKEY_VARIABLE));
        if (found.isEmpty()) {
            BuildConsole.sayOnce("Valkey: tests skipped: " + VALKEY_VARIABLE + " names none");
        }
        return found.map(RedisProgram::of);
    }

    private static RedisProgram of(Path path) {
        return new RedisProgram(path, List.of());
    }

    private static Path executable(String named, String setting) {
        Path path = Path.of(named);
        if (!Files.isExecutable(path)) {
            throw new IllegalStateException(setting + " must name a program: " + named);
        }
        return path;
    }

    RedisProgram with(List<String> more) {
        return new RedisProgram(path, more);
    }

    private boolean isSentinel() {
        return options.contains(SENTINEL);
    }

    private static Path sentinelSettings(Path folder) {
        return folder.resolve("sentinel.conf");
    }

    @Override
    public void prepare(Path folder) {
        if (isSentinel()) {
            try {
                Files.createFile(sentinelSettings(folder));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public List<String> command(Path folder, int port) {
        List<String> command = new ArrayList<>(List.of(path.toString()));
        if (isSentinel()) {
            command.add(sentinelSettings(folder).toString());
        }
        command.addAll(List.of("--port", Integer.toString(port), "--bind", "127.0.0.1", "--dir", folder.toString()));
        if (!isSentinel()) {
            command.addAll(List.of("--save", "", "--appendonly", "yes", "--appendfsync", "always"));
            // the first replica need not wait for others
            command.addAll(List.of("--repl-diskless-sync-delay", "0"));
        }
        command.addAll(options);
        return command;
    }

    @Override
    public boolean answers(ServerAddress server) {
        return ping(server);
    }

    /** True when PING is answered by PONG, which a server that still loads its data refuses. */
    static boolean ping(ServerAddress server) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(server.host(), server.port()), TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            byte[] answer = socket.getInputStream().readNBytes("+PONG".length());
            return "+PONG".equals(new String(answer, StandardCharsets.US_ASCII));
        } catch (IOException notYet) {
            return false;
        }
    }
}
