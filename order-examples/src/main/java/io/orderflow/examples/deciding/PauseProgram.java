package io.orderflow.examples.deciding;

import io.orderflow.DecidingPause;
import io.orderflow.examples.common.PauseJson;
import io.orderflow.examples.common.StandardOptions;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The program {@code pause}. */
@Command(
        name = "pause",
        description = {
            "Pauses deciding for the whole shop.",
            "Orders are still accepted. When it ends, no order gets a verdict until resume.",
            ""
        },
        footer = {
            "",
            "The options of the queue are taken and change nothing: the pause is in the database.",
            "A shop that is paused already stays so, and the pause that is in force is shown.",
            "Exit code 0: deciding is paused; 1: that is not known; 2: wrong options."
        })
public final class PauseProgram implements Callable<Integer> {
    @Mixin
    private StandardOptions standard;

    @Mixin
    private DecidingOptions shop;

    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            required = true,
            description = "Why, for those who wonder: 1 to 255 characters. Needed.")
    private String reason;

    /** Made by the command line. */
    public PauseProgram() {}

    @Override
    public Integer call() {
        DecidingPause pause = shop.change((deciding, by) -> deciding.pause(by, reason));
        shop.print(PauseJson.of(Optional.of(pause)), pause.toString());
        return ExitCode.OK;
    }
}
