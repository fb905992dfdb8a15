package io.orderflow.testing;

import static java.util.Objects.requireNonNull;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * A child JVM with the class path of this one, for killing and freezing. It ends with this JVM at the latest, however
 * this JVM ends. Threadsafe.
 */
public final class JavaProcess implements AutoCloseable {

    /** Set by Surefire, which hides the real class path behind a jar that holds only its manifest. */
    private static final String CLASS_PATH = "surefire.test.class.path";

    private static final String NO_ARCHIVE = "children run without an archive of classes: ";
    private static final int SHOWN_LINES = 20;
    private static final int MOST_BOUNDS = 10;
    /** Most children live for seconds, in which the optimizing compiler and G1's threads cost more than they save. */
    private static final List<String> QUICK_START = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

    private final String name;
    private final Process process;
    private final List<String> out = new ArrayList<>();
    private final List<String> err = new ArrayList<>();
    private final Thread outReader;
    private final Thread errReader;

    private JavaProcess(String name, Process process) {
        this.name = name;
        this.process = process;
        this.outReader = reader("out", process.getInputStream(), out);
        this.errReader = reader("err", process.getErrorStream(), err);
    }

    /** Starts the main method of that class. */
    public static JavaProcess start(Class<?> main, String... arguments) {
        return start(List.of(), main, arguments);
    }

    /**
     * Starts the main method of that class in a JVM with these options, for example {@code -Xmx64m} or
     * {@code -Dkey=value}.
     */
    public static JavaProcess start(List<String> jvmOptions, Class<?> main, String... arguments) {
        List<String> command = command();
        command.addAll(ofClasses());
        command.addAll(jvmOptions);
        command.add(requireNonNull(main, "main").getName());
        command.addAll(List.of(arguments));
        return start(main.getSimpleName(), command);
    }

    /**
     * The same with a database, to which {@link ChildPool} leads there.
     *
     * @param more the arguments after the three that say where the database is
     */
    public static JavaProcess start(List<String> jvmOptions, Class<?> main, TestDatabase database, String... more) {
        List<String> arguments = new ArrayList<>(List.of(database.jdbcUrl(), database.user(), database.password()));
        arguments.addAll(List.of(more));
        return start(jvmOptions, main, arguments.toArray(String[]::new));
    }

    /** Starts a runnable jar. */
    public static JavaProcess startJar(File jar, String... arguments) {
        List<String> command = command();
        command.addAll(List.of("-jar", jar.getPath()));
        command.addAll(List.of(arguments));
        return start(jar.getName(), command);
    }

    static JavaProcess start(String name, List<String> command) {
        try {
            Process process = new ProcessBuilder(command).start();
            Reaper.adopt(process.pid());
            process.onExit().thenAccept(ended -> Reaper.forget(ended.pid()));
            return new JavaProcess(name, process);
        } catch (IOException e) {
            throw new UncheckedIOException("could not start " + name, e);
        }
    }

    private static List<String> command() {
        List<String> command = new ArrayList<>(List.of(java().toString()));
        command.addAll(QUICK_START);
        return command;
    }

    private static List<String> ofClasses() {
        try {
            if (Archive.OF_CLASSES.isPresent()) {
                return Archive.OF_CLASSES.get().options();
            }
        } catch (IOException | UncheckedIOException e) {
            System.out.println(NO_ARCHIVE + e);
        }
        return List.of("-cp", classPath());
    }

    /** Opened by the first child; in a build's own JVMs alone, and not in their children. */
    private static final class Archive {
        private static final Path TARGET = Path.of("target");
        /** To make one costs what it saves some seven children. */
        private static final int LISTS = 16;

        static final Optional<ClassArchive> OF_CLASSES = open();

        private Archive() {}

        private static Optional<ClassArchive> open() {
            if (System.getProperty(CLASS_PATH) == null || !Files.isDirectory(TARGET)) {
                return Optional.empty();
            }
            try {
                return Optional.of(new ClassArchive(command(), classPath(), TARGET.resolve("class-archives"), LISTS));
            } catch (IOException | UncheckedIOException e) {
                System.out.println(NO_ARCHIVE + e);
                return Optional.empty();
            }
        }
    }

    private static File java() {
        return new File(System.getProperty("java.home"), "bin/java");
    }

    /** Not by Surefire's jar, which may be gone by then. */
    private static String classPath() {
        return System.getProperty(CLASS_PATH, System.getProperty("java.class.path"));
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** The lines on standard output so far. */
    public List<String> lines() {
        synchronized (out) {
            return List.copyOf(out);
        }
    }

    /** The lines on the standard error stream so far. */
    public List<String> errorLines() {
        synchronized (err) {
            return List.copyOf(err);
        }
    }

    /**
     * Waits for a line on standard output that is equal to this one.
     *
     * @param bound longest silence on standard output; a process that comes on is only slow
     * @throws AssertionError if the process ends or the time passes without it, with what it printed
     */
    public void awaitLine(String line, Duration bound) {
        awaitLine("the line '" + line + "'", line::equals, bound);
    }

    /**
     * Waits for a line on standard output that satisfies the predicate, and returns the first.
     *
     * @param what the line in words, for the message
     * @param bound longest silence on standard output; after {@value #MOST_BOUNDS} times as long it is over in any case
     * @throws AssertionError if the process ends or the time passes without it, with what it printed
     */
    public String awaitLine(String what, Predicate<String> wanted, Duration bound) {
        long start = System.nanoTime();
        long heard = start;
        int before = 0;
        while (System.nanoTime() - heard < bound.toNanos()
                && System.nanoTime() - start < bound.multipliedBy(MOST_BOUNDS).toNanos()) {
            boolean complete = !outReader.isAlive();
            List<String> lines = lines();
            heard = lines.size() == before ? heard : System.nanoTime();
            before = lines.size();
            Optional<String> found = lines.stream().filter(wanted).findFirst();
            if (found.isPresent()) {
                return found.get();
            }
            if (complete) {
                // its output ends a moment before it does, and the message is to say how it ended
                awaitExit(bound);
                throw new AssertionError(this + " ended without " + what);
            }
            awaitMoreOutput();
        }
        throw new AssertionError("no " + what + " within " + bound + " from " + this);
    }

    private void awaitMoreOutput() {
        synchronized (out) {
            try {
                out.wait(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted while waiting for " + name, e);
            }
        }
    }

    /** Writes a line to the standard input of the process. */
    public void send(String line) {
        try {
            process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(this + " does not read", e);
        }
    }

    /** Ends the process as {@code kill -9} does, and returns when it is gone and its output is read. */
    public void kill9() {
        // by its handle: Process would close the streams, and what the process had printed would be lost
        process.toHandle().destroyForcibly();
        awaitExit(Duration.ofSeconds(30));
    }

    /** Asks the process to end, as {@code kill -TERM} does; its shutdown hooks run. */
    public void terminate() {
        process.toHandle().destroy();
    }

    /** Stops all its threads at once. */
    public void freeze() {
        Programs.freeze(pid());
    }

    /** Lets a frozen process go on. */
    public void thaw() {
        Programs.signal(pid(), "CONT");
    }

    /**
     * Waits for the end of the process and of its output.
     *
     * @return its exit code; 128 and the signal's number when a signal ended it
     * @throws AssertionError if it does not end in time, with what it printed
     */
    public int awaitExit(Duration bound) {
        try {
            if (!process.waitFor(bound.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError(this + " did not end within " + bound);
            }
            // grandchildren may hold the streams open
            outReader.join(5_000);
            errReader.join(5_000);
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for " + name, e);
        }
    }

    /** Kills the process where it still runs. */
    @Override
    public void close() {
        kill9();
    }

    /** Its state and the last lines of both outputs. */
    @Override
    public String toString() {
        String state = process.isAlive() ? "running" : "exit code " + process.exitValue();
        return name + " (pid " + pid() + ", " + state + ")\nout: " + tail(out) + "\nerr: " + tail(err);
    }

    private static String tail(List<String> lines) {
        synchronized (lines) {
            return String.join("\n     ", lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size()));
        }
    }

    private Thread reader(String stream, InputStream from, List<String> into) {
        Thread thread = new Thread(() -> readAll(from, into), name + "-" + stream);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static void readAll(InputStream from, List<String> into) {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(from, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                synchronized (into) {
                    into.add(line);
                    into.notifyAll();
                }
            }
        } catch (IOException killed) {
            synchronized (into) {
                into.add("(broken off: " + killed.getMessage() + ")");
            }
        }
    }
}
