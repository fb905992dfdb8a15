package io.orderflow.examples.orders;

import io.orderflow.examples.common.StandardOptions;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The program {@code orders}: its actions are programs of their own. */
@Command(
        name = "orders",
        description = "Shows orders, finds them and tells their life.",
        commandListHeading = "%nActions:%n",
        footer = {
            "",
            "Options such as --db stand behind the action: orders list --db WHERE.",
            "Works while other programs use the shop, and changes nothing.",
            "Exit code 0: what was asked for is shown; 1: it is not there, or could not be read; 2: wrong options."
        },
        subcommands = {ShowOrderAction.class, FindOrdersAction.class, ListOrdersAction.class, TimelineAction.class})
public final class OrdersProgram implements Callable<Integer> {
    @Mixin
    private StandardOptions standard;

    @Spec
    private CommandSpec spec;

    /** Made by the command line. */
    public OrdersProgram() {}

    /** Without an action there is nothing to do but to say which there are. */
    @Override
    public Integer call() {
        CommandLine command = spec.commandLine();
        command.getErr().println("error: name an action: show, find, list or timeline");
        command.getErr().println("see: order-examples orders --help");
        return ExitCode.USAGE;
    }
}
