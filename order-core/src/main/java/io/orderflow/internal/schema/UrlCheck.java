package io.orderflow.internal.schema;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Finds in a JDBC URL of MySQL's or MariaDB's driver what lets the driver change the server under a session: the lock
 * wait and the time-outs that the session set are gone then, and nobody is told. No I/O.
 */
final class UrlCheck {
    /** Of Connector/J; it knows the last two by older names too. */
    private static final List<List<String>> NEEDED = List.of(
            List.of("failoverreadonly=false"),
            List.of("secondsbeforeretrysource=0", "secondsbeforeretrymaster=0"),
            List.of("queriesbeforeretrysource=0", "queriesbeforeretrymaster=0"));

    private static final String NEEDED_TEXT =
            "failOverReadOnly=false&secondsBeforeRetrySource=0&queriesBeforeRetrySource=0";

    private static final Pattern MODE = Pattern.compile("jdbc:(mysql|mariadb)(\\+srv)?:([a-z-]+):(//)?.*");
    private static final Pattern SEVERAL = Pattern.compile("jdbc:mysql(\\+srv)?:([a-z-]+:)?//([^/?]*).*");
    private static final Pattern IN_PARENTHESES = Pattern.compile("\\([^)]*\\)");

    private UrlCheck() {}

    /** Why a URL is refused, with what to change; empty if it is not. Never tells what stands in the URL. */
    static Optional<String> refusal(String url) {
        String text = url.toLowerCase(Locale.ROOT);
        Matcher mode = MODE.matcher(text);
        if (mode.matches()) {
            return Optional.of("the JDBC URL begins with jdbc:" + mode.group(1) + ":" + mode.group(3)
                    + ": and its driver changes the server under a session, whose lock wait and time-outs are gone"
                    + " then; write a URL with one host for each server, and give their pools to WritableDataSource");
        }
        return namesSeveral(text) && !keepsItsServer(text)
                ? Optional.of("the JDBC URL names several hosts, and its driver is read-only after a fail-over, or goes"
                        + " back under a session, whose lock wait and time-outs are gone then; write a URL with one"
                        + " host for each server, and give their pools to WritableDataSource, or add " + NEEDED_TEXT)
                : Optional.empty();
    }

    /** In parentheses commas stand between the properties of one host. */
    private static boolean namesSeveral(String text) {
        Matcher several = SEVERAL.matcher(text);
        return several.matches()
                && (several.group(1) != null
                        || IN_PARENTHESES
                                .matcher(several.group(3))
                                .replaceAll("")
                                .contains(","));
    }

    private static boolean keepsItsServer(String text) {
        String query = text.substring(text.indexOf('?') + 1);
        List<String> given = Pattern.compile("&").splitAsStream(query).collect(Collectors.toList());
        return NEEDED.stream().allMatch(names -> names.stream().anyMatch(given::contains));
    }
}
