package io.orderflow.examples.common;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

/** Where the records of a shop are. A mixin of programs for one task that need its database alone. */
public final class RecordsOptions {
    @Mixin
    private ShopOptions shopOptions;

    @Mixin
    private WaitOptions waitOptions;

    /** Taken, so that the same options fit all programs on a shop; the records are in the database alone. */
    @Mixin
    private QueueOptions queueOptions;

    /** Made by the command line. */
    public RecordsOptions() {}

    /**
     * Opens the shop, which must be there, and waits for its database as long as was asked for.
     *
     * @param connections how many the program uses at once
     * @throws ParameterException if an option is wrong, also one of the queue
     * @throws ProgramException if the shop cannot be opened
     */
    public Shop open(int connections) {
        queueOptions.open().close(); // a typing error is one here too
        return shopOptions.openExisting(connections, waitOptions.patience());
    }
}
