package io.orderflow.examples.loadtest.report;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/** Names of a result's fields for people. */
final class Names {
    private static final Map<String, String> KNOWN = Map.ofEntries(
            Map.entry("accept_per_s", "accepted per second"),
            Map.entry("end_to_end_per_s", "end to end per second"),
            Map.entry("accept_s", "time to the last answer (s)"),
            Map.entry("end_to_end_s", "time to the last verdict (s)"),
            Map.entry("cpu_seconds", "CPU-seconds"),
            Map.entry("db_commits_per_order", "database commits per order"),
            Map.entry("process_cpu_s", "processor time of this process (s)"),
            Map.entry("orders_per_process_cpu_s", "orders per second of this process's processor time"),
            Map.entry("orders_per_cpu_second", "orders per CPU-second of all components"),
            Map.entry("accept_ms", "acceptance"),
            Map.entry("decide_ms", "verdict"),
            Map.entry("bare_commit_ms", "bare commit of one row"),
            Map.entry("p99_9", "p99.9"),
            Map.entry("audit_ok", "audit agrees"));

    private Names() {}

    /**
     * The name of a field in words, given by its path with points; one that is not known with spaces for underscores.
     */
    static String label(String path) {
        return Arrays.stream(path.split("\\."))
                .map(field -> KNOWN.getOrDefault(field, field.replace('_', ' ')))
                .collect(Collectors.joining(": "));
    }
}
