package io.orderflow.examples.common;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The option of the journal's wait. A mixin of the programs that take orders. */
public final class GroupWaitOption {
    private static final int LONGEST = 100;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec program;

    @Option(
            names = "--group-wait",
            paramLabel = "MS",
            defaultValue = "0",
            description = "Milliseconds that the journal waits for more orders, the library's groupWait. Default: "
                    + "${DEFAULT-VALUE}")
    private int groupWait;

    /** Made by the command line. */
    public GroupWaitOption() {}

    /**
     * How long the journal waits.
     *
     * @throws ParameterException if it is out of range
     */
    public int millis() {
        if (groupWait < 0 || groupWait > LONGEST) {
            throw new ParameterException(
                    program.commandLine(), "--group-wait must be between 0 and " + LONGEST + ": " + groupWait);
        }
        return groupWait;
    }
}
