package io.orderflow.examples;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/** One run of an example program inside this JVM: its exit code and what it printed. */
public record ProgramRun(int exitCode, String out, String err) {
    /** Runs a program to its end. */
    public static ProgramRun of(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command =
                Main.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        int exitCode = command.execute(arguments);
        return new ProgramRun(exitCode, out.toString(), err.toString());
    }

    /**
     * Runs a program to its end, which must be a success.
     *
     * @throws AssertionError if its exit code is another than 0, with all that it printed
     */
    public static ProgramRun successful(String... arguments) {
        ProgramRun run = of(arguments);
        if (run.exitCode() != 0) {
            throw new AssertionError(String.join(" ", arguments) + ": " + run);
        }
        return run;
    }

    /** What it printed, as one JSON object. */
    public JsonNode json() {
        try {
            return new ObjectMapper().readTree(out);
        } catch (JsonProcessingException e) {
            throw new AssertionError("not JSON: " + this, e);
        }
    }
}
