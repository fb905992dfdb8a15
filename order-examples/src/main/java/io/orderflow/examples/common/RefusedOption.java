package io.orderflow.examples.common;

import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Turns a value's own refusal, which begins with its name, into one that names the option. */
public final class RefusedOption {
    private RefusedOption() {}

    /**
     * Makes something of options.
     *
     * @throws ParameterException if a value is refused with an {@link IllegalArgumentException}
     */
    public static <T> T named(CommandSpec program, Supplier<T> options) {
        try {
            return options.get();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(program.commandLine(), "--" + e.getMessage());
        }
    }
}
