package io.orderflow.examples.deadletters;

import io.orderflow.DeadLetterOffice;
import io.orderflow.examples.common.StandardOptions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The program {@code deadletters redrive}. */
@Command(
        name = "redrive",
        description = {
            "Brings parked orders back.",
            "Each keeps its id and is decided once, by a worker that runs.",
            "With a filter or --all the dead letters under which no order can be parked are left out.",
            ""
        },
        footer = {
            "",
            "The options of the queue are taken and change nothing: dead letters are in the database.",
            "Exit code 0: all that were named wait for their decision again; 1: some do not; 2: wrong options."
        })
public final class RedriveAction implements Callable<Integer> {
    @Mixin
    private StandardOptions standard;

    @Mixin
    private ManyOptions which;

    /** Made by the command line. */
    public RedriveAction() {}

    @Override
    public Integer call() {
        return which.run("brought back", DeadLetterOffice::redrive, DeadLetterOffice::redriveAll);
    }
}
