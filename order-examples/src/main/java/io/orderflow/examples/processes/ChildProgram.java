package io.orderflow.examples.processes;

import io.orderflow.examples.common.ProgramException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A program of this jar in a process of its own. It inherits the environment, where passwords are. It is told to stop
 * when this object is closed, and ends with its parent however that ends. Thread-safe.
 */
public final class ChildProgram implements AutoCloseable {
    private static final int KEPT_LINES = 10;
    private static final Duration LONGEST_STOP = Duration.ofSeconds(30);

    private final String name;
    private final Process process;
    private final Deque<String> lastLines = new ArrayDeque<>();
    private final List<String> startLines = new ArrayList<>();
    private boolean ended;

    private ChildProgram(String name, Process process) {
        this.name = name;
        this.process = process;
        Thread reader = new Thread(this::read, name + "-output");
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Starts it.
     *
     * @param jvmOptions options of its JVM, for example {@code -Xmx256m}
     * @param arguments the program's name and its options
     * @throws ProgramException if there is no JVM to start
     */
    public static ChildProgram start(List<String> jvmOptions, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), ChildMain.class.getName()));
        command.addAll(arguments);
        String name = arguments.get(0);
        try {
            return new ChildProgram(
                    name, new ProcessBuilder(command).redirectErrorStream(true).start());
        } catch (IOException e) {
            throw new ProgramException("cannot start the program " + name + ": " + e.getMessage(), e);
        }
    }

    private void read() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                heard(line);
            }
        } catch (IOException e) {
            heard("its output ended: " + e.getMessage());
        }
        synchronized (this) {
            ended = true;
            notifyAll();
        }
    }

    private synchronized void heard(String line) {
        if (startLines.size() < KEPT_LINES) {
            startLines.add(line);
        }
        lastLines.add(line);
        if (lastLines.size() > KEPT_LINES) {
            lastLines.remove();
        }
        notifyAll();
    }

    /**
     * Waits for one of its first lines and returns what follows this beginning.
     *
     * @throws ProgramException if it ends before, or does not say it in time; with what it said instead
     */
    public synchronized String awaitLine(String beginning, Duration bound) {
        long end = System.nanoTime() + bound.toNanos();
        Optional<String> found = find(beginning);
        while (found.isEmpty()) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (ended || left <= 0) {
                String why = ended ? "ended" : "is not ready after " + bound.toSeconds() + " s";
                throw new ProgramException("the program " + name + " " + why + "; its last lines:"
                        + System.lineSeparator() + String.join(System.lineSeparator(), lastLines));
            }
            pause(left);
            found = find(beginning);
        }
        return found.get();
    }

    private Optional<String> find(String beginning) {
        return startLines.stream()
                .filter(line -> line.startsWith(beginning))
                .map(line -> line.substring(beginning.length()))
                .findFirst();
    }

    private void pause(long millis) {
        try {
            wait(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ProgramException("interrupted while the program " + name + " starts", e);
        }
    }

    /** Its process id. */
    public long pid() {
        return process.pid();
    }

    /** Processor time that it used until now; empty where the system does not tell, and after its end. */
    public Optional<Duration> cpu() {
        return process.info().totalCpuDuration();
    }

    /** Tells it to stop and waits for that; one that does not is killed. */
    @Override
    public void close() {
        // the process's own destroy would close its output, and what it says at the end would be lost
        process.toHandle().destroy();
        try {
            if (!process.waitFor(LONGEST_STOP.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        return name + " in process " + pid();
    }
}
