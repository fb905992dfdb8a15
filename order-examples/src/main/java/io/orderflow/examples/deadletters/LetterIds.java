package io.orderflow.examples.deadletters;

import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** How dead letters are named on the command line. */
final class LetterIds {
    private static final Pattern ID = Pattern.compile("[0-9a-fA-F]{64}");

    private LetterIds() {}

    /**
     * Checks one before a shop is opened for it.
     *
     * @throws ParameterException if it is none
     */
    static void check(CommandSpec program, String id) {
        if (!ID.matcher(id).matches()) {
            throw new ParameterException(program.commandLine(), "ID must have 64 hexadecimal digits: " + id);
        }
    }
}
