package io.orderflow.examples.common;

import static java.util.Objects.requireNonNull;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jline.utils.Signals;

/**
 * Whether the person wants this program to end before it is done. A program that measures asks now and then, ends by
 * itself and tells what it knows by then. Thread-safe.
 */
public final class Interruption {
    /** Nobody ever wants that. */
    public static final Interruption NEVER = new Interruption();

    private static final Map<String, Integer> EXIT_CODES = Map.of("INT", 130, "TERM", 143);

    private volatile Optional<String> signal = Optional.empty();
    private volatile long sinceNanos;

    /** Not requested yet. */
    public Interruption() {}

    /** The answer of a program that was interrupted before it knew anything. */
    static final class Requested extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final int exitCode;

        Requested(String signal) {
            super("interrupted before anything was measured");
            this.exitCode = EXIT_CODES.get(signal);
        }

        int exitCode() {
            return exitCode;
        }
    }

    /** Gives the signals back to their former handlers. */
    public interface Registration {
        /** Gives them back. */
        void close();
    }

    /**
     * Takes Ctrl-C and SIGTERM as requests; a second one ends the process at once.
     *
     * @param err told what happens now
     */
    public Registration onSignals(PrintWriter err) {
        Map<String, Object> before = new LinkedHashMap<>();
        EXIT_CODES.keySet().forEach(name -> {
            Object handler = Signals.register(name, () -> received(name, err));
            // where signals cannot be had, Ctrl-C ends the process at once
            if (handler != null) {
                before.put(name, handler);
            }
        });
        return () -> before.forEach(Signals::unregister);
    }

    private void received(String name, PrintWriter err) {
        if (isRequested()) {
            Runtime.getRuntime().halt(EXIT_CODES.get(name));
        }
        request(name);
        err.println("interrupted: ends soon, and tells what it knows by then; once more ends it at once");
        err.flush();
    }

    /**
     * Wants the program to end.
     *
     * @param name of the signal, INT or TERM
     */
    public synchronized void request(String name) {
        requireNonNull(EXIT_CODES.get(name), "name");
        if (signal.isEmpty()) {
            sinceNanos = System.nanoTime();
            signal = Optional.of(name);
        }
    }

    /** Whether the program is to end. */
    public boolean isRequested() {
        return signal.isPresent();
    }

    /** Whether that was so for this long already. */
    public boolean isRequestedFor(Duration time) {
        return isRequested() && System.nanoTime() - sinceNanos >= time.toNanos();
    }

    /** The signal's name; empty as long as the program may go on. */
    public Optional<String> signal() {
        return signal;
    }

    /** The exit code of an interrupted program: 130 or 143. */
    public int exitCode() {
        return EXIT_CODES.get(signal.orElseThrow());
    }

    /**
     * Goes on only as long as the program may.
     *
     * @throws RuntimeException if it is to end; the command line knows it and its exit code
     */
    public void check() {
        signal.ifPresent(name -> {
            throw new Requested(name);
        });
    }
}
