package io.orderflow.testing;

import java.util.Locale;

/**
 * What a run demands of test servers, from the system property {@code servers}: {@code -Dservers=none|auto|required},
 * default {@code auto}.
 */
public enum ServerMode {
    /** No server is looked for; every test that needs one is skipped. */
    NONE,
    /** What is found is used; tests of a kind of server that is not found are skipped. */
    AUTO,
    /** A kind of server that is not found fails its tests. */
    REQUIRED;

    /**
     * Reads the mode of this JVM.
     *
     * @throws IllegalArgumentException if the property holds anything else
     */
    public static ServerMode current() {
        String value = System.getProperty("servers", "auto");
        for (ServerMode mode : values()) {
            if (mode.name().equals(value.toUpperCase(Locale.ROOT))) {
                return mode;
            }
        }
        throw new IllegalArgumentException("servers must be none, auto or required: " + value);
    }
}
