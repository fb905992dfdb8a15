package io.orderflow.examples;

import io.orderflow.examples.common.StandardOptions;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The program {@code help}: the help of all or of one of them. */
@Command(
        name = "help",
        description = {"Shows the help of a program.", ""},
        footer = {"", "The same as PROGRAM --help."})
final class HelpProgram implements Callable<Integer> {
    @Mixin
    private StandardOptions standard;

    @Parameters(paramLabel = "PROGRAM", arity = "0..*", description = "The program; without one, all are listed.")
    private List<String> path = List.of();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        CommandLine program = spec.root().commandLine();
        for (String name : path) {
            CommandLine below = program.getSubcommands().get(name);
            if (below == null) {
                throw new UnmatchedArgumentException(program, List.of(name));
            }
            program = below;
        }
        program.usage(spec.commandLine().getOut());
        return ExitCode.OK;
    }
}
