package io.orderflow.examples.deploy;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The series of some answers in the text format of Prometheus, with the labels that it adds.
 *
 * @param series for each name its labels, for each label its values
 */
record Scrape(Map<String, Map<String, Set<String>>> series) {
    private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(\\{.*})? \\S+");
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"([^\"]*)\"");

    /**
     * Reads them.
     *
     * @param answers by their job
     */
    static Scrape of(Map<String, String> answers) {
        Map<String, Map<String, Set<String>>> series = new TreeMap<>();
        answers.forEach((job, text) -> {
            text.lines().filter(line -> !line.startsWith("#")).forEach(line -> {
                MatchResult sample =
                        SAMPLE.matcher(line).results().findFirst().orElseThrow(() -> new AssertionError(line));
                Map<String, Set<String>> labels = series.computeIfAbsent(sample.group(1), name -> new HashMap<>());
                add(labels, "job", job);
                add(labels, "instance", "some:8080");
                if (sample.group(2) != null) {
                    LABEL.matcher(sample.group(2))
                            .results()
                            .forEach(label -> add(labels, label.group(1), label.group(2)));
                }
            });
            Map<String, Set<String>> up = series.computeIfAbsent("up", name -> new HashMap<>());
            add(up, "job", job);
            add(up, "instance", "some:8080");
        });
        return new Scrape(series);
    }

    private static void add(Map<String, Set<String>> labels, String label, String value) {
        labels.computeIfAbsent(label, name -> new TreeSet<>()).add(value);
    }

    /** What a query asks for and nobody answers; empty if all is there. */
    Set<String> missing(PromQuery query) {
        Set<String> missing = new TreeSet<>();
        for (PromQuery.Series asked : query.series()) {
            Map<String, Set<String>> labels = series.get(asked.name());
            if (labels == null) {
                missing.add(asked.name());
                continue;
            }
            for (PromQuery.Wanted wanted : asked.wanted()) {
                Set<String> values = labels.getOrDefault(wanted.label(), Set.of());
                wanted.values().stream()
                        .filter(value -> !values.contains(value))
                        .forEach(value -> missing.add(asked.name() + "{" + wanted.label() + "=\"" + value + "\"}"));
            }
            query.grouped().stream()
                    .filter(label -> !labels.containsKey(label))
                    .forEach(label -> missing.add(asked.name() + " has no label " + label));
        }
        return missing;
    }
}
