package io.orderflow.examples.common;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine;

/** Where a result goes: the table to people, the JSON object to a file or, when asked, to standard output. */
public final class Output {
    private static final String STANDARD_OUTPUT = "-";

    private final CommandLine command;
    private final Optional<String> json;

    public Output(CommandLine command, Optional<String> json) {
        this.command = command;
        this.json = json;
    }

    /**
     * Finds out before a run that may take long whether the file can be written. One that is there keeps what it holds.
     *
     * @return this
     * @throws ProgramException if it cannot
     */
    public Output checked() {
        if (json.isPresent() && !json.get().equals(STANDARD_OUTPUT)) {
            Path file = Path.of(json.get()).toAbsolutePath();
            try {
                if (!Files.exists(file)) {
                    Files.delete(Files.createFile(file));
                } else if (!Files.isRegularFile(file) || !Files.isWritable(file)) {
                    throw new IOException(file + " is not a file that can be written");
                }
            } catch (IOException e) {
                throw new ProgramException("--json cannot be written: " + e, e);
            }
        }
        return this;
    }

    /** For people: the error stream when standard output is taken by JSON. */
    public PrintWriter people() {
        return json.filter(STANDARD_OUTPUT::equals).isPresent() ? command.getErr() : command.getOut();
    }

    /**
     * Writes the JSON object, if one was asked for.
     *
     * @throws ProgramException if the file cannot be written
     */
    public void json(Object result) {
        if (json.isEmpty()) {
            return;
        }
        String text = JsonOutput.of(result);
        if (json.get().equals(STANDARD_OUTPUT)) {
            command.getOut().println(text);
            command.getOut().flush();
            return;
        }
        try {
            Files.writeString(Path.of(json.get()), text + System.lineSeparator());
        } catch (IOException e) {
            throw new ProgramException("--json cannot be written: " + e, e);
        }
    }
}
