package io.orderflow.examples.common;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Passwords and keys from files, since other users of the machine can see a command line. */
final class Secrets {
    private Secrets() {}

    /**
     * The first line of the file that an option names; empty if the file is.
     *
     * @throws ParameterException if the file can not be read
     */
    static String firstLine(CommandSpec program, String option, Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.findFirst().orElse("");
        } catch (IOException e) {
            throw new ParameterException(program.commandLine(), option + " can not be read: " + e);
        }
    }
}
