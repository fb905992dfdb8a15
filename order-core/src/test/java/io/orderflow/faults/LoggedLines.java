package io.orderflow.faults;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What the library logs, which goes to the standard error stream, while it goes there as before. Thread-safe. */
public final class LoggedLines implements AutoCloseable {
    private final PrintStream before = System.err;
    private final ByteArrayOutputStream copy = new ByteArrayOutputStream();

    /** Listens from now on. */
    public LoggedLines() {
        OutputStream both = new OutputStream() {
            @Override
            public void write(int letter) {
                copy.write(letter);
                before.write(letter);
            }

            @Override
            public void write(byte[] text, int from, int length) {
                copy.write(text, from, length);
                before.write(text, from, length);
            }
        };
        System.setErr(new PrintStream(both, true, StandardCharsets.UTF_8));
    }

    /** Its lines so far, without the stack traces below them. */
    public List<String> all() {
        return copy.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.matches(".*\\b(INFO|WARN|ERROR) io\\.orderflow\\..*"))
                .toList();
    }

    @Override
    public void close() {
        System.setErr(before);
    }
}
