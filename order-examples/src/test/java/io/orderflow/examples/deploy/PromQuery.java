package io.orderflow.examples.deploy;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a PromQL expression asks for: its series with what it wants of their labels, and the labels that it groups by.
 * Knows the part of the language that the files here use, and refuses what it does not know.
 *
 * @param grouped the labels behind {@code by}
 */
record PromQuery(List<Series> series, Set<String> grouped) {
    private static final Pattern GROUPED = Pattern.compile("\\b(?:by|without)\\s*\\(([^)]*)\\)");
    private static final Pattern RANGE = Pattern.compile("\\[[^]]*]");
    private static final Pattern SERIES = Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)\\s*(\\{[^}]*})?(\\s*\\()?");
    private static final Pattern WANTED = Pattern.compile("([a-z_]+)\\s*(=~|!~|!=|=)\\s*\"([^\"]*)\"");
    private static final Set<String> WORDS = Set.of("and", "or", "unless");
    private static final Set<String> FUNCTIONS =
            Set.of("sum", "max", "min", "rate", "increase", "histogram_quantile", "absent", "count", "min_over_time");

    /** A name with what is wanted of its labels. */
    record Series(String name, List<Wanted> wanted) {}

    /** Values that a label is compared with. */
    record Wanted(String label, List<String> values) {}

    static PromQuery of(String expression) {
        Set<String> grouped = new LinkedHashSet<>();
        Matcher by = GROUPED.matcher(expression);
        by.results()
                .forEach(found -> grouped.addAll(List.of(found.group(1).strip().split("\\s*,\\s*"))));
        String rest = RANGE.matcher(by.replaceAll(" ")).replaceAll(" ");
        List<Series> series = new ArrayList<>();
        for (MatchResult found : SERIES.matcher(rest).results().toList()) {
            String name = found.group(1);
            if (found.group(3) != null) {
                require(FUNCTIONS.contains(name), "an unknown function, " + name, expression);
            } else if (!WORDS.contains(name)) {
                series.add(new Series(name, wanted(found.group(2), expression)));
            }
        }
        require(!series.isEmpty(), "nothing is asked for", expression);
        return new PromQuery(series, grouped);
    }

    private static List<Wanted> wanted(String selector, String expression) {
        if (selector == null) {
            return List.of();
        }
        List<Wanted> wanted = WANTED.matcher(selector)
                .results()
                .map(found -> new Wanted(found.group(1), List.of(found.group(3).split("\\|"))))
                .toList();
        String left = WANTED.matcher(selector).replaceAll("").replaceAll("[{},\\s]", "");
        require(left.isEmpty(), "a selector that cannot be read, " + left, expression);
        return wanted;
    }

    private static void require(boolean holds, String otherwise, String expression) {
        if (!holds) {
            throw new AssertionError(otherwise + ": " + expression);
        }
    }
}
