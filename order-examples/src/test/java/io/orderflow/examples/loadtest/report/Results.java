package io.orderflow.examples.loadtest.report;

import io.orderflow.examples.common.About;
import io.orderflow.examples.loadtest.counting.Judgement;
import io.orderflow.examples.loadtest.counting.Latency;
import io.orderflow.examples.loadtest.counting.Sample;
import io.orderflow.examples.loadtest.resources.Amounts;
import io.orderflow.examples.loadtest.resources.ResourceFigures;
import io.orderflow.examples.loadtest.resources.Usage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/** Results and samples as a load test makes them; what a test is about is changed before {@link #result()}. */
final class Results {
    static final String NASTY = "<script src=\"http://evil.example/x.js\">&'\"</script> | a\u0001b";
    static final GoalFigures NO_GOALS =
            new GoalFigures(OptionalInt.empty(), OptionalDouble.empty(), OptionalDouble.empty());

    Optional<About> run = Optional.empty();
    boolean ok = true;
    GoalFigures goals = NO_GOALS;
    List<Latency.Bucket> accepted = List.of();
    List<Latency.Bucket> decided = List.of();
    Optional<ResourceFigures> costs = Optional.empty();
    Optional<String> firstProblem = Optional.empty();
    Optional<Latency> feed = Optional.empty();
    Optional<CheckFigures.Told> told = Optional.empty();
    Map<String, Long> replayAnswers = Map.of();
    Map<String, Judgement> verdicts = Map.of("correctness", Judgement.of(true, "0 lost"));

    private Results() {}

    /** What every load test has, without components and on a database that does not count. */
    static Results plain() {
        return new Results();
    }

    /** With verdicts and components. */
    static Results full() {
        Results full = plain();
        full.ok = false;
        full.verdicts = new LinkedHashMap<>();
        full.verdicts.put(
                "correctness", Judgement.of(true, "0 lost, 0 duplicated, 0 parked, audit without a difference"));
        full.verdicts.put("rate_held", Judgement.of(false, "accepted 940.0 per second of 1000"));
        full.verdicts.put("latency", Judgement.notAsked("neither --max-accept-p99 nor --max-verdict-p99"));
        full.costs = Optional.of(costs());
        full.feed = Optional.of(latency(7.25, 18, 30));
        full.told = Optional.of(new CheckFigures.Told(12_345, 3, 0, 4.125));
        return full;
    }

    LoadResult result() {
        return new LoadResult(
                run,
                ok,
                new OrderFigures(10_000, 10_000, 9_990, 10, Map.of(), 0, 0, 0, 999.5, 998.5, 10.005, 10.015),
                0,
                new LatencyFigures(
                        latency(0.8, 4.2, 11),
                        latency(3.1, 20, 41.25),
                        Optional.empty(),
                        Optional.empty(),
                        feed,
                        Optional.empty(),
                        Optional.empty()),
                accepted,
                decided,
                goals,
                new CostFigures(
                        2.5,
                        4_000,
                        OptionalDouble.empty(),
                        OptionalDouble.empty(),
                        "H2 counts neither transactions nor statements"),
                costs,
                checks(),
                verdicts,
                new ServerSettings(
                        "MariaDB 10.11.14",
                        Optional.of("1"),
                        Optional.empty(),
                        Optional.of("OFF"),
                        "memory",
                        Optional.empty(),
                        Optional.empty(),
                        Map.of(
                                "sync_binlog",
                                "the server has no such variable",
                                "queue_server",
                                "the queue is in memory",
                                "queue_durability",
                                "the queue is in memory")),
                new Machine("Linux 6.1", 2, 8L << 30, "OpenJDK 17", 2L << 30),
                setting(),
                Optional.empty(),
                null,
                null);
    }

    private CheckFigures checks() {
        return new CheckFigures(
                Optional.of(true),
                Optional.of(0L),
                Optional.of(12L),
                Optional.of(List.of()),
                0,
                0,
                0,
                Map.of("accepted", 10_000L),
                0,
                firstProblem,
                0,
                replayAnswers,
                0,
                999.9,
                998.9,
                told,
                Optional.empty(),
                Optional.empty());
    }

    private static Setting setting() {
        return new Setting(
                "H2 2.4.240",
                "17",
                2,
                "memory",
                "ROW_JOURNAL",
                "load-1",
                1_000,
                1_000,
                10_000,
                false,
                "uniform",
                OptionalLong.empty(),
                1,
                0,
                0,
                0,
                0,
                0,
                OptionalInt.empty(),
                OptionalInt.of(4_096),
                0,
                OptionalInt.empty(),
                Optional.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                0,
                "",
                OptionalInt.of(0),
                Optional.empty(),
                OptionalInt.of(1),
                OptionalInt.of(500),
                OptionalInt.of(5),
                OptionalInt.of(0),
                0,
                false,
                30,
                4_711);
    }

    private static ResourceFigures costs() {
        Map<String, OptionalDouble> seconds = new LinkedHashMap<>();
        seconds.put("api", OptionalDouble.of(2.25));
        seconds.put("workers", OptionalDouble.empty());
        seconds.put("database", OptionalDouble.of(4.5));
        Map<String, Amounts> total = new LinkedHashMap<>();
        List.of("idle", "load", "change").forEach(name -> total.put(name, usage(3.5)));
        return new ResourceFigures(
                new Amounts(seconds, Map.of("workers", "counted in api")),
                OptionalDouble.of(988.5),
                Optional.empty(),
                new ResourceFigures.Windows(Map.of("api", "process 4711 java"), 5, 10, usages(), usages(), usages()),
                total);
    }

    private static Map<String, Amounts> usages() {
        Map<String, Amounts> components = new LinkedHashMap<>();
        for (String name : List.of("api", "database", "queue")) {
            components.put(name, usage(21.4));
        }
        return components;
    }

    private static Amounts usage(double cpuPercent) {
        Map<String, OptionalDouble> usage = new LinkedHashMap<>();
        usage.put("cpu_percent", OptionalDouble.of(cpuPercent));
        usage.put("memory_bytes", OptionalDouble.of(312_475_648));
        usage.put("memory_percent", OptionalDouble.of(7.8));
        usage.put("net_in_bytes_per_s", OptionalDouble.of(22_334_455));
        usage.put("net_out_bytes_per_s", OptionalDouble.empty());
        usage.put("disk_in_bytes_per_s", OptionalDouble.of(0));
        usage.put("threads", OptionalDouble.of(31));
        return new Amounts(usage, Map.of("net_out_bytes_per_s", "the system counts no network of a process"));
    }

    private static Latency latency(double p50, double p99, double max) {
        return new Latency(p50, p50, p50, p50, p99, p99, max, Map.of());
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
