package io.orderflow.examples.common;

import java.time.Instant;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The option that names a run that is measured. A mixin of the measuring programs. */
public final class RunOptions {
    private static final int LONGEST = 100;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec program;

    @Option(
            names = "--name",
            paramLabel = "TEXT",
            description = "What the run is called, in the table, the report and the JSON object. Default: nothing")
    private Optional<String> name;

    private final Instant startedAt = Instant.now();

    /** Made by the command line, when the program begins. */
    public RunOptions() {}

    /**
     * Refuses a wrong name.
     *
     * @throws ParameterException if the name is blank, too long, or no line of text
     */
    public void check() {
        name.ifPresent(text -> {
            if (text.isBlank() || text.length() > LONGEST || text.chars().anyMatch(Character::isISOControl)) {
                throw new ParameterException(
                        program.commandLine(),
                        "--name must be one line of 1 to " + LONGEST + " characters: " + text.length());
            }
        });
    }

    /** What is to be said about the run, which ends now. */
    public About about(Interruption interruption) {
        return About.endingNow(
                name, startedAt, program.root().commandLine().getParseResult().originalArgs(), interruption);
    }
}
