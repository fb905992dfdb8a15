package io.orderflow.examples.common;

import picocli.CommandLine.Option;

/** The option of the journal's wait. A mixin of the programs that take orders. */
public final class GroupWaitOption {
    @Option(
            names = "--group-wait",
            paramLabel = "MS",
            defaultValue = "0",
            description = "Milliseconds that the journal waits for more orders, the library's groupWait. Default: "
                    + "${DEFAULT-VALUE}")
    private int groupWait;

    /** Made by the command line. */
    public GroupWaitOption() {}

    /** How long the journal waits; not checked. */
    public int millis() {
        return groupWait;
    }
}
