package io.orderflow.examples.common;

import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The option that names the file of the result. A mixin of the measuring programs. */
public final class JsonFileOption {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec program;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Write the result as one JSON object to this file; - is standard output, the table then goes "
                    + "to the error stream.")
    private Optional<String> file;

    /** Made by the command line. */
    public JsonFileOption() {}

    /**
     * Where the result goes.
     *
     * @throws ProgramException if the file cannot be written
     */
    public Output output() {
        return new Output(program.commandLine(), file).checked();
    }
}
