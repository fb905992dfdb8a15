package io.orderflow.examples.loadtest;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.orderflow.examples.Main;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.stream.Stream;
import picocli.CommandLine;

/**
 * A program that ran inside this JVM.
 *
 * @param exitCode its exit code
 * @param out what it wrote to standard output
 * @param err what it wrote to the error stream
 */
public record Ran(int exitCode, String out, String err) {
    public static final ObjectMapper JSON = new ObjectMapper();

    /** Runs a program. */
    public static Ran program(String name, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine commandLine =
                Main.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        String[] all =
                Stream.concat(Stream.of(name.split(" ")), Stream.of(arguments)).toArray(String[]::new);
        int exitCode = commandLine.execute(all);
        return new Ran(exitCode, out.toString(), err.toString());
    }

    public static String[] join(String[] arguments, String... more) {
        return Stream.concat(Stream.of(arguments), Stream.of(more)).toArray(String[]::new);
    }
}
