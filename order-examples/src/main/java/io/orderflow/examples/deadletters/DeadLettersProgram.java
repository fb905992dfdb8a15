package io.orderflow.examples.deadletters;

import io.orderflow.examples.common.StandardOptions;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The program {@code deadletters}: its actions are programs of their own. */
@Command(
        name = "deadletters",
        description = "Shows, brings back and discards dead letters.",
        commandListHeading = "%nActions:%n",
        footer = {
            "",
            "Options such as --db stand behind the action: deadletters list --db WHERE.",
            "Works while other programs use the shop.",
            "Exit code 0: all that was asked for is done; 1: some of it is not; 2: wrong options."
        },
        subcommands = {ListAction.class, ShowAction.class, RedriveAction.class, DiscardAction.class})
public final class DeadLettersProgram implements Callable<Integer> {
    @Mixin
    private StandardOptions standard;

    @Spec
    private CommandSpec spec;

    /** Made by the command line. */
    public DeadLettersProgram() {}

    /** Without an action there is nothing to do but to say which there are. */
    @Override
    public Integer call() {
        CommandLine command = spec.commandLine();
        command.getErr().println("error: name an action: list, show, redrive or discard");
        command.getErr().println("see: order-examples deadletters --help");
        return ExitCode.USAGE;
    }
}
