package io.orderflow.simulation;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;

/**
 * Keeps the log from telling of hundreds of thousands of faults that are there on purpose: it is written to the
 * standard error stream.
 */
final class Quiet {
    private Quiet() {}

    /** What is done quietly. */
    @FunctionalInterface
    interface Work {
        void run() throws SQLException;
    }

    static void run(Work work) throws SQLException {
        PrintStream before = System.err;
        System.setErr(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
        try {
            work.run();
        } finally {
            System.setErr(before);
        }
    }
}
