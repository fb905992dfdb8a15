package io.orderflow.examples.common;

import java.time.DateTimeException;
import java.time.Instant;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Moments as the command line has them, in UTC: {@code 2026-01-31T12:00:00Z}. */
public final class Times {
    private Times() {}

    /**
     * What the value of an option means.
     *
     * @throws ParameterException if it means nothing
     */
    public static Instant of(CommandSpec program, String option, String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new ParameterException(
                    program.commandLine(), option + " must be a time of UTC such as 2026-01-31T12:00:00Z: " + text);
        }
    }
}
