package io.orderflow.examples.deadletters;

import io.orderflow.DeadLetterOffice;
import io.orderflow.examples.common.StandardOptions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The program {@code deadletters discard}. */
@Command(
        name = "discard",
        description = {
            "Takes dead letters out for good.",
            "Those under which an order is parked are refused, so that no order is lost. show --out keeps the bytes"
                    + " before.",
            ""
        },
        footer = {
            "",
            "The options of the queue are taken and change nothing: dead letters are in the database.",
            "Exit code 0: all that were named are gone; 1: some are not; 2: wrong options."
        })
public final class DiscardAction implements Callable<Integer> {
    @Mixin
    private StandardOptions standard;

    @Mixin
    private ManyOptions which;

    /** Made by the command line. */
    public DiscardAction() {}

    @Override
    public Integer call() {
        return which.run("discarded", DeadLetterOffice::discard, DeadLetterOffice::discardAll);
    }
}
