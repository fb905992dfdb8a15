package io.orderflow.examples.deciding;

import io.orderflow.DecidingPause;
import io.orderflow.examples.common.PauseJson;
import io.orderflow.examples.common.StandardOptions;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

/** The program {@code resume}. */
@Command(
        name = "resume",
        description = {
            "Resumes deciding for the whole shop.",
            "Workers that run go on within a second; their backlog comes first.",
            ""
        },
        footer = {
            "",
            "The options of the queue are taken and change nothing: the pause is in the database.",
            "Exit code 0: deciding is not paused, also if it was not before; 1: that is not known; 2: wrong options."
        })
public final class ResumeProgram implements Callable<Integer> {
    @Mixin
    private StandardOptions standard;

    @Mixin
    private DecidingOptions shop;

    /** Made by the command line. */
    public ResumeProgram() {}

    @Override
    public Integer call() {
        Optional<DecidingPause> ended = shop.change((deciding, by) -> deciding.resume(by));
        shop.print(
                PauseJson.of(Optional.empty()),
                ended.map(pause -> "deciding is resumed; before: " + pause).orElse("deciding was not paused"));
        return ExitCode.OK;
    }
}
