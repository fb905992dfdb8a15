package io.orderflow.examples.common;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The options that every program has, shop or no shop. */
@Command(versionProvider = Version.class, sortOptions = false, mixinStandardHelpOptions = true)
public final class StandardOptions {
    @Option(
            names = ProgramFailures.VERBOSE,
            description = "Log what the library does, and show the whole stack trace when something fails.")
    private boolean verbose;

    /** Whether the person asked for details. */
    public boolean verbose() {
        return verbose;
    }
}
