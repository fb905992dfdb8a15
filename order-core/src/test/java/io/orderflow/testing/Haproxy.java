package io.orderflow.testing;

import io.orderflow.samples.Documents;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * HAProxy as {@code docs/clusters-haproxy.md} configures it, with the addresses of a test's servers. It ends with the
 * JVM at the latest. For one thread.
 */
public final class Haproxy implements AutoCloseable {
    private static final Duration STARTS = Duration.ofSeconds(30);
    private static final String FOLDER = "/etc/haproxy/";
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```(haproxy|sh|ini)\\n(.*?)^```$");
    private static final Pattern BIND = Pattern.compile("bind \\S+");
    private static final Pattern SERVER = Pattern.compile("(server \\S+) (10\\.\\S+)");

    private final Path folder;
    private final int port;
    private final Process process;

    private Haproxy(Path folder, int port, Process process) {
        this.folder = folder;
        this.port = port;
        this.process = process;
    }

    /** Where the program is, if this machine has it. */
    public static Optional<Path> program() {
        return Programs.find("haproxy");
    }

    /**
     * Starts it before some servers, and waits until it listens.
     *
     * @param proxy the name of the example
     * @param ports of the servers on 127.0.0.1, as many as the example has
     */
    public static Haproxy start(String proxy, Integer... ports) {
        try {
            Path folder = Files.createTempDirectory(Reaper.folder(), "haproxy-");
            int port = Ports.free();
            String example = blocks("haproxy")
                    .filter(block -> block.startsWith("listen " + proxy + "\n"))
                    .findFirst()
                    .orElseThrow();
            String all = blocks("haproxy").findFirst().orElseThrow() + at(example, port, List.of(ports));
            Path config = write(folder, all);
            Process process = new ProcessBuilder(program().orElseThrow().toString(), "-db", "-f", config.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(Redirect.to(folder.resolve("haproxy.log").toFile()))
                    .start();
            Reaper.adopt(process.pid());
            Haproxy started = new Haproxy(folder, port, process);
            Eventually.await("HAProxy listens", STARTS, started::listens, started::log);
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Has it look at all examples together; throws what it says against them. */
    public static void check() {
        try {
            Path folder = Files.createTempDirectory(Reaper.folder(), "haproxy-");
            Path config = write(folder, blocks("haproxy").collect(Collectors.joining("\n")));
            Programs.run(List.of(program().orElseThrow().toString(), "-c", "-f", config.toString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The configuration, with the script and the login that it names. */
    private static Path write(Path folder, String config) throws IOException {
        Path script = folder.resolve("writable.sh");
        Files.writeString(script, inFolder(blocks("sh").findFirst().orElseThrow(), folder));
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        Files.writeString(folder.resolve("check.cnf"), blocks("ini").findFirst().orElseThrow());
        return Files.writeString(folder.resolve("haproxy.cfg"), inFolder(config, folder));
    }

    private static String inFolder(String text, Path folder) {
        return text.replace(FOLDER, folder + "/");
    }

    private static Stream<String> blocks(String language) throws IOException {
        Matcher found = BLOCK.matcher(Files.readString(Documents.root().resolve("docs/clusters-haproxy.md")));
        List<String> blocks = new ArrayList<>();
        while (found.find()) {
            if (found.group(1).equals(language)) {
                blocks.add(found.group(2));
            }
        }
        return blocks.stream();
    }

    private static String at(String example, int port, List<Integer> servers) {
        Iterator<Integer> next = servers.iterator();
        Map<String, Integer> known = new HashMap<>();
        String placed = SERVER.matcher(BIND.matcher(example).replaceAll("bind 127.0.0.1:" + port))
                .replaceAll(server -> server.group(1) + " 127.0.0.1:"
                        + known.computeIfAbsent(server.group(2), address -> next.next()));
        if (next.hasNext()) {
            throw new IllegalArgumentException("the example has fewer servers than " + servers);
        }
        return placed;
    }

    private boolean listens() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(Ports.loopback(), port), 1_000);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Where it listens on 127.0.0.1. */
    public int port() {
        return port;
    }

    /** What it said, for messages. */
    public String log() {
        return Programs.tail(folder.resolve("haproxy.log"), 20);
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
        Reaper.forget(process.pid());
    }
}
