package io.orderflow.examples.common;

import io.orderflow.PageRequest;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The option that bounds a list. A mixin of the programs that list something. */
public final class LimitOption {
    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "50",
            description = "How many to list, 1 to " + PageRequest.LARGEST + ". Default: ${DEFAULT-VALUE}")
    private int limit;

    /** Made by the command line. */
    public LimitOption() {}

    /**
     * How many to list.
     *
     * @param program whose option it is
     * @throws ParameterException if a list has no such length
     */
    public int checked(CommandSpec program) {
        if (limit < 1 || limit > PageRequest.LARGEST) {
            throw new ParameterException(
                    program.commandLine(), "--limit must be between 1 and " + PageRequest.LARGEST + ": " + limit);
        }
        return limit;
    }
}
