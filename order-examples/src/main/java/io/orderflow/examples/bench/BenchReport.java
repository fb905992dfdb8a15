package io.orderflow.examples.bench;

import io.orderflow.examples.common.About;
import io.orderflow.examples.common.Rounded;
import io.orderflow.examples.loadtest.counting.Judgement;
import io.orderflow.examples.loadtest.counting.Judgements;
import io.orderflow.examples.loadtest.report.Environment;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a comparison found.
 *
 * @param plan what was asked for
 * @param setting on what it ran
 * @param environment where it ran, by the servers' own words
 * @param measurements in the order in which they were made, the warm-up's first
 */
record BenchReport(
        BenchPlan plan, Map<String, Object> setting, Environment environment, List<BenchMeasurement> measurements) {

    /** Rounds of which something was measured: all of them, unless the person ended the comparison early. */
    int rounds() {
        return measurements.stream().mapToInt(BenchMeasurement::round).max().orElse(0);
    }

    /** Orders per second of a program, round by round. */
    double[] rates(BenchProgram program) {
        return byRound(program).values().stream()
                .mapToDouble(Double::doubleValue)
                .toArray();
    }

    private SortedMap<Integer, Double> byRound(BenchProgram program) {
        SortedMap<Integer, Double> rates = new TreeMap<>();
        measurements.stream()
                .filter(one -> one.program() == program && one.round() > 0)
                .forEach(one -> rates.put(one.round(), one.perS()));
        return rates;
    }

    /** Orders per CPU-second of a program, of the rounds in which that is known. */
    double[] efficiencies(BenchProgram program) {
        return measurements.stream()
                .filter(one -> one.program() == program && one.round() > 0)
                .flatMap(one -> one.cost().stream())
                .flatMapToDouble(cost -> cost.ordersPerCpuSecond().stream())
                .toArray();
    }

    /** What a program reaches of another one, for each round that has both. */
    double[] shares(BenchProgram program, BenchProgram of) {
        Map<Integer, Double> whole = byRound(of);
        return byRound(program).entrySet().stream()
                .filter(one -> whole.containsKey(one.getKey()))
                .mapToDouble(one -> one.getValue() / whole.get(one.getKey()))
                .toArray();
    }

    /** The median of {@link #shares}. */
    double share(BenchProgram program, BenchProgram of) {
        return median(shares(program, of));
    }

    /** What the library reaches of the ceiling. */
    double libraryShare() {
        return share(BenchProgram.LIBRARY, BenchProgram.BARE_BATCHES);
    }

    /** The middle value, of an even number the mean of the two in the middle; no number of none. */
    static double median(double[] values) {
        if (values.length == 0) {
            return Double.NaN;
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** Whether no verdict failed. */
    boolean ok() {
        return verdicts().values().stream().noneMatch(Judgement::failed);
    }

    /** The verdicts by name, in the order in which they are shown. */
    Map<String, Judgement> verdicts() {
        Map<String, Judgement> verdicts = new LinkedHashMap<>();
        verdicts.put(Judgements.CORRECTNESS, correctness());
        verdicts.put("share", shareReached());
        return verdicts;
    }

    private Judgement correctness() {
        long runs =
                measurements.stream().filter(one -> one.correct().isPresent()).count();
        List<BenchMeasurement> wrong =
                measurements.stream().filter(BenchMeasurement::failed).toList();
        return wrong.isEmpty()
                ? Judgement.of(
                        true,
                        "each of the library's " + runs + " runs, warm-ups too: nothing lost, duplicated,"
                                + " parked or not accepted, audit without a difference")
                : Judgement.of(false, wrong.stream().map(this::explain).collect(Collectors.joining("; ")));
    }

    private String explain(BenchMeasurement wrong) {
        return (wrong.round() == 0 ? "warm-up" : "round " + wrong.round()) + ", "
                + wrong.program().title(plan) + ": "
                + wrong.correct().orElseThrow().reason();
    }

    private Judgement shareReached() {
        OptionalDouble least = plan.minShare();
        if (Double.isNaN(libraryShare())) {
            return Judgement.notAsked("no round has both");
        }
        if (least.isEmpty()) {
            return Judgement.notAsked("no --min-share");
        }
        String found = String.format(
                Locale.ROOT,
                "the library reaches %.3f of the ceiling, at least %s are asked for",
                libraryShare(),
                least.getAsDouble());
        return Judgement.of(libraryShare() >= least.getAsDouble(), found);
    }

    /** The result for the files; a comparison that the person ended early is not good. */
    BenchResult result(About about) {
        Map<String, BenchResult.Program> programs = new LinkedHashMap<>();
        for (BenchProgram program : BenchProgram.values()) {
            programs.put(program.field(), program(program));
        }
        return new BenchResult(
                about,
                ok() && about.interruptedBy().isEmpty(),
                Rounded.ifKnown(4, libraryShare()),
                Rounded.ifKnown(4, share(BenchProgram.LIBRARY_GROUP_JOURNAL, BenchProgram.BARE_BATCHES)),
                Rounded.ifKnown(4, share(BenchProgram.LIBRARY, BenchProgram.BARE_BATCHES_LOCKING)),
                Rounded.ifKnown(4, share(BenchProgram.LIBRARY_ONE_ORDER, BenchProgram.BARE_ONE_ORDER_THREADS)),
                programs,
                verdicts(),
                measurements,
                environment.settings(),
                environment.machine(),
                setting);
    }

    private BenchResult.Program program(BenchProgram program) {
        double[] rates = rates(program);
        return new BenchResult.Program(
                program.title(plan),
                program.orders(plan),
                Rounded.ifKnown(1, median(rates)),
                Rounded.ifKnown(1, Arrays.stream(rates).min().orElse(Double.NaN)),
                Rounded.ifKnown(1, Arrays.stream(rates).max().orElse(Double.NaN)),
                Arrays.stream(rates).mapToObj(rate -> Rounded.to(1, rate)).toList(),
                Rounded.ifKnown(1, median(efficiencies(program))),
                Rounded.ifKnown(4, share(program, BenchProgram.BARE_BATCHES)),
                ratios(shares(program, BenchProgram.BARE_BATCHES)),
                ratios(shares(program, BenchProgram.BARE_BATCHES_LOCKING)));
    }

    private static List<OptionalDouble> ratios(double[] values) {
        return Arrays.stream(values)
                .mapToObj(value -> Rounded.ifKnown(4, value))
                .toList();
    }
}
