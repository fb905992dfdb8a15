package io.orderflow.examples;

import io.orderflow.examples.common.StandardOptions;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The program {@code generate-completion}: a script with which a shell completes programs and options. */
@Command(
        name = "generate-completion",
        description = {"Prints a completion script for bash and zsh.", ""},
        footer = {
            "",
            "The shell completes the command order-examples, which an alias makes:",
            "  alias order-examples='java -jar order-examples/target/order-examples.jar'",
            "  source <(order-examples generate-completion)"
        })
final class CompletionProgram implements Callable<Integer> {
    @Mixin
    private StandardOptions standard;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        out.print(AutoComplete.bash(spec.root().name(), spec.root().commandLine()));
        out.flush();
        return ExitCode.OK;
    }
}
