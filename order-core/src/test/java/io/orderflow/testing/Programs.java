package io.orderflow.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Finds and runs programs of this machine. */
final class Programs {

    /** Folders for servers that an ordinary user's PATH often lacks. */
    private static final List<String> SERVER_FOLDERS =
            List.of("/usr/sbin", "/usr/local/sbin", "/usr/local/bin", "/usr/libexec", "/opt/homebrew/bin");

    /** For a program that hangs: a busy machine has taken more than a minute to set up a server. */
    private static final Duration BOUND = Duration.ofMinutes(4);

    private Programs() {}

    /** The program of that name on the PATH or in a usual folder for servers. */
    static Optional<Path> find(String name) {
        String path = System.getenv().getOrDefault("PATH", "");
        return Stream.concat(Stream.of(path.split(":")), SERVER_FOLDERS.stream())
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /**
     * Runs a program to its end and returns what it printed on both streams.
     *
     * @throws IllegalStateException if it cannot be started, fails or takes longer than four minutes, with its output
     */
    static String run(List<String> command) {
        return run(command, Map.of());
    }

    /** The same with further variables in its environment. */
    static String run(List<String> command, Map<String, String> environment) {
        Path output = null;
        try {
            output = Files.createTempFile(Reaper.folder(), "run-", ".log");
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .redirectInput(Redirect.from(nothing()));
            builder.environment().putAll(environment);
            Process process = builder.start();
            Reaper.adopt(process.pid());
            boolean ended = process.waitFor(BOUND.toSeconds(), TimeUnit.SECONDS);
            if (!ended) {
                process.destroyForcibly().waitFor();
            }
            Reaper.forget(process.pid());
            String text = tail(output, 40);
            if (!ended || process.exitValue() != 0) {
                throw new IllegalStateException(String.join(" ", command)
                        + (ended ? " ended with " + process.exitValue() : " took over " + BOUND) + ":\n" + text);
            }
            return text;
        } catch (IOException e) {
            throw new IllegalStateException("could not run " + String.join(" ", command), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while running " + command.get(0), e);
        } finally {
            delete(output);
        }
    }

    /** The last lines of a text file, or a word on why there are none. */
    static String tail(Path file, int lines) {
        try {
            List<String> all = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1)
                    .lines()
                    .toList();
            return String.join("\n", all.subList(Math.max(0, all.size() - lines), all.size()));
        } catch (IOException e) {
            return "(no log: " + e + ")";
        }
    }

    /** Sends a signal, for example {@code STOP}. */
    static void signal(long pid, String signal) {
        run(List.of("kill", "-" + signal, Long.toString(pid)));
    }

    /**
     * Stops all threads of a process, and returns when each has stopped: one that is at work on another core goes on
     * for a moment.
     */
    static void freeze(long pid) {
        signal(pid, "STOP");
        Path threads = Path.of("/proc", Long.toString(pid), "task");
        if (Files.isDirectory(threads)) {
            Eventually.await(
                    "each thread of process " + pid + " has stopped",
                    Duration.ofSeconds(30),
                    () -> runningThreads(threads) == 0,
                    () -> runningThreads(threads) + " run");
        }
    }

    private static long runningThreads(Path threads) {
        try (Stream<Path> each = Files.list(threads)) {
            return each.filter(thread -> !isStopped(thread)).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isStopped(Path thread) {
        try {
            String stat = Files.readString(thread.resolve("stat"), StandardCharsets.ISO_8859_1);
            return "TtZX".indexOf(stat.charAt(stat.lastIndexOf(')') + 2)) >= 0;
        } catch (IOException ended) {
            return true;
        }
    }

    static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private static java.io.File nothing() {
        return new java.io.File("/dev/null");
    }

    private static void delete(Path file) {
        try {
            if (file != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            file.toFile().deleteOnExit();
        }
    }
}
