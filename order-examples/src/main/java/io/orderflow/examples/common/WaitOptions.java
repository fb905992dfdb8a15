package io.orderflow.examples.common;

import java.time.Duration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The option that says how long a program waits for servers that start. A mixin of every program for one task. */
public final class WaitOptions {
    private static final int LONGEST = 3_600;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec program;

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            defaultValue = "0",
            description = "How long to try again while nothing listens where the database or the queue should be."
                    + " A wrong password or database name ends it at once. Default: ${DEFAULT-VALUE}")
    private int seconds;

    /** Made by the command line. */
    public WaitOptions() {}

    /**
     * How long to try again.
     *
     * @throws ParameterException if it is out of range
     */
    public Duration patience() {
        if (seconds < 0 || seconds > LONGEST) {
            throw new ParameterException(
                    program.commandLine(), "--wait must be between 0 and " + LONGEST + ": " + seconds);
        }
        return Duration.ofSeconds(seconds);
    }
}
