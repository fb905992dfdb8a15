package io.orderflow.testing;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What a run demands of a kind of test server, from the system property {@code servers}: one mode for all of them,
 * {@code -Dservers=none|auto|required}, default {@code auto}; or the kinds that are required,
 * {@code -Dservers=mariadb,redis}, with {@code auto} for the others. The browser is one of the kinds, as
 * {@code chromium}.
 */
public enum ServerMode {
    /** No server is looked for; every test that needs one is skipped. */
    NONE,
    /** What is found is used; tests of a kind of server that is not found are skipped. */
    AUTO,
    /** A kind of server that is not found fails its tests. */
    REQUIRED;

    private static final String PROPERTY = "servers";

    /** The kinds that are no servers. */
    private static final List<String> OTHERS = List.of("CHROMIUM");

    /**
     * Reads the mode of this JVM for a kind of server.
     *
     * @throws IllegalArgumentException if the property holds anything else
     */
    public static ServerMode of(ServerKind kind) {
        return of(kind, demanded());
    }

    static ServerMode of(ServerKind kind, String demanded) {
        return of(kind.name(), demanded);
    }

    /** The same for the browser. */
    static ServerMode ofBrowser() {
        return of(OTHERS.get(0), demanded());
    }

    private static ServerMode of(String kind, String demanded) {
        List<String> words = List.of(demanded.toUpperCase(Locale.ROOT).split(",", -1));
        if (words.size() == 1 && isAmong(values(), words.get(0))) {
            return valueOf(words.get(0));
        }
        if (!words.stream().allMatch(word -> OTHERS.contains(word) || isAmong(ServerKind.values(), word))) {
            throw new IllegalArgumentException(
                    "servers must be none, auto, required or some of mariadb,mysql,redis,rabbitmq,chromium: "
                            + demanded);
        }
        return words.contains(kind) ? REQUIRED : AUTO;
    }

    /** The property as it was given. */
    static String demanded() {
        return System.getProperty(PROPERTY, "auto");
    }

    private static boolean isAmong(Enum<?>[] names, String word) {
        return Arrays.stream(names).anyMatch(name -> name.name().equals(word));
    }
}
