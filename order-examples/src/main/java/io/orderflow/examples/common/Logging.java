package io.orderflow.examples.common;

/** How much the programs log to the error stream. */
public final class Logging {
    private static final String LEVEL = "org.slf4j.simpleLogger.log.io.orderflow";

    private Logging() {}

    /** Sets the level before the first logger is made; a level set on the JVM's command line stays. */
    public static void configure(boolean verbose) {
        if (verbose && System.getProperty(LEVEL) == null) {
            System.setProperty(LEVEL, "debug");
            System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "info");
        }
    }
}
