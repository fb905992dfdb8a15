package io.orderflow.testing;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The lines that the library logs, at INFO and above and with their traces, until it is closed. They still go where
 * they went before. One at a time in a JVM. Thread-safe.
 */
public final class OutageLines implements AutoCloseable {
    /** What an operator reads of one outage. */
    private static final int MOST_OF_AN_OUTAGE = 10;

    /** As the logger of the tests begins a line; what follows without it is a trace. */
    private static final Pattern BEGIN = Pattern.compile("\\[[^]]*] (?:INFO|WARN|ERROR) ([\\w.$]+) - .*");

    private final PrintStream before = System.err;
    private final List<Line> lines = new ArrayList<>();
    private boolean ours;

    /**
     * A line.
     *
     * @param trace whether it belongs to the line before it
     */
    private record Line(String text, boolean trace) {}

    private OutageLines() {}

    /** Hears from now on. */
    public static OutageLines hear() {
        OutageLines lines = new OutageLines();
        System.setErr(new PrintStream(lines.new Ear(), true, StandardCharsets.UTF_8));
        return lines;
    }

    /** Passes on what is printed, and takes the lines out of it. */
    private final class Ear extends OutputStream {
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();

        @Override
        public synchronized void write(int one) {
            before.write(one);
            if (one == '\n') {
                ended(line.toString(StandardCharsets.UTF_8));
                line.reset();
            } else {
                line.write(one);
            }
        }

        @Override
        public void flush() {
            before.flush();
        }
    }

    private synchronized void ended(String line) {
        Matcher begin = BEGIN.matcher(line);
        if (begin.matches()) {
            ours = begin.group(1).startsWith("io.orderflow.");
        }
        if (ours) {
            lines.add(new Line(line, !begin.matches()));
        }
    }

    /** What was logged since this was asked last. */
    public synchronized List<String> taken() {
        return take().stream().map(Line::text).toList();
    }

    private synchronized List<Line> take() {
        List<Line> taken = List.copyOf(lines);
        lines.clear();
        return taken;
    }

    /**
     * Checks that no more was logged of one outage, since this was asked last, than an operator reads: traces belong to
     * their lines.
     *
     * @param outage what it was, for the message
     */
    public void assertFewLinesOf(String outage) {
        List<String> begun =
                take().stream().filter(line -> !line.trace()).map(Line::text).toList();
        String what = outage + ": lines in the log: " + begun.size();
        System.out.println(what);
        assertTrue(begun.size() <= MOST_OF_AN_OUTAGE, () -> what + "\n" + String.join("\n", begun));
    }

    @Override
    public void close() {
        System.setErr(before);
    }
}
