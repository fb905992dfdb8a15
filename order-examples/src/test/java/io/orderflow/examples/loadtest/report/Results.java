package io.orderflow.examples.loadtest.report;

import io.orderflow.examples.loadtest.counting.Sample;
import io.orderflow.examples.loadtest.resources.Usage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/** Results and samples as a load test makes them. */
final class Results {
    static final String NASTY = "<script src=\"http://evil.example/x.js\">&'\"</script> | a\u0001b";

    private Results() {}

    /** What every load test has, without components and on a database that does not count. */
    static Map<String, Object> plain() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("ok", true);
        fields.put("orders", 10_000);
        fields.put("accepted", 10_000L);
        fields.put("lost", 0L);
        fields.put("duplicated", 0L);
        fields.put("accept_per_s", 999.5);
        fields.put("accept_ms", latency(0.8, 4.2, 11));
        fields.put("decide_ms", latency(3.1, 20, 41.25));
        fields.put("db_commits_per_order", null);
        fields.put("statements_per_order", null);
        fields.put("counters", "H2 counts neither transactions nor statements");
        fields.put("first_problem", null);
        fields.put("setting", Map.of("database", "H2 2.4.240", "workers", 1));
        return fields;
    }

    /** With verdicts, components and settings. */
    static Map<String, Object> full() {
        Map<String, Object> fields = plain();
        fields.put("ok", false);
        Map<String, Object> verdicts = new LinkedHashMap<>();
        verdicts.put("correctness", verdict(true, "0 lost, 0 duplicated, 0 parked, audit without a difference"));
        verdicts.put("rate_held", verdict(false, "accepted 940.0 per second of 1000"));
        verdicts.put("latency", verdict(null, "neither --max-accept-p99 nor --max-verdict-p99"));
        fields.put("verdicts", verdicts);
        Map<String, Object> seconds = new LinkedHashMap<>();
        seconds.put("api", 2.25);
        seconds.put("workers", null);
        seconds.put("database", 4.5);
        seconds.put("missing", Map.of("workers", "counted in api"));
        fields.put("cpu_seconds", seconds);
        fields.put("orders_per_cpu_second", 988.5);
        Map<String, Object> resources = new LinkedHashMap<>();
        List.of("idle", "load", "change").forEach(name -> resources.put(name, usages()));
        fields.put("resources", resources);
        resources.put("components", Map.of("api", "process 4711 java"));
        Map<String, Object> total = new LinkedHashMap<>();
        List.of("idle", "load", "change").forEach(name -> total.put(name, usage(3.5)));
        fields.put("infrastructure_total", total);
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("database", "MariaDB 10.11.14");
        settings.put("sync_binlog", null);
        settings.put("reasons", Map.of("sync_binlog", "the server has no such variable"));
        fields.put("settings", settings);
        fields.put("machine", Map.of("cores", 2, "os", "Linux 6.1"));
        return fields;
    }

    private static Map<String, Object> usages() {
        Map<String, Object> components = new LinkedHashMap<>();
        for (String name : List.of("api", "database", "queue")) {
            components.put(name, usage(21.4));
        }
        return components;
    }

    private static Map<String, Object> usage(double cpuPercent) {
        Map<String, Object> usage = new LinkedHashMap<>();
        usage.put("cpu_percent", cpuPercent);
        usage.put("memory_bytes", 312_475_648);
        usage.put("memory_percent", 7.8);
        usage.put("net_in_bytes_per_s", 22_334_455);
        usage.put("net_out_bytes_per_s", null);
        usage.put("disk_in_bytes_per_s", 0);
        usage.put("threads", 31);
        usage.put("missing", Map.of("net_out_bytes_per_s", "the system counts no network of a process"));
        return usage;
    }

    private static Map<String, Object> verdict(Boolean passed, String reason) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("passed", passed);
        fields.put("reason", reason);
        return fields;
    }

    private static Map<String, Object> latency(double p50, double p99, double max) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("p50", p50);
        fields.put("p99", p99);
        fields.put("max", max);
        return fields;
    }

    /** Samples of a second each, with components. */
    static List<Sample> samples(int seconds) {
        return IntStream.range(0, seconds).mapToObj(Results::sample).toList();
    }

    private static Sample sample(int second) {
        return new Sample(
                second,
                second + 1,
                1_000,
                990,
                10L * (second + 1),
                Optional.of(new Sample.Percentiles(1.5, 6 + second % 7)),
                Optional.of(new Sample.Percentiles(5.5, 30 + second % 11)),
                Map.of(
                        "api",
                        new Usage(OptionalDouble.of(20 + second % 3), OptionalLong.of(200L << 20)),
                        "database",
                        new Usage(OptionalDouble.of(30 + second % 5), OptionalLong.of(400L << 20)),
                        "queue",
                        new Usage(OptionalDouble.of(5), OptionalLong.of(30L << 20)),
                        "workers",
                        new Usage(OptionalDouble.of(12), OptionalLong.of(150L << 20)),
                        "load",
                        new Usage(OptionalDouble.of(9), OptionalLong.empty())),
                second % 3 == 0 ? Map.of() : Map.of("overloaded", 3L + second, "unknown", 1L),
                Map.of("insufficient_funds", 7L, "insufficient_stock", 2L));
    }
}
