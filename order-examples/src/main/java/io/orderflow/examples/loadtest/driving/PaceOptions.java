package io.orderflow.examples.loadtest.driving;

import io.orderflow.examples.common.GivenOnCommandLine;
import io.orderflow.examples.common.Ranges;
import io.orderflow.examples.loadtest.counting.Goals;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import picocli.CommandLine.Option;

/** The options about how many orders are submitted when, and what is to be reached. */
public final class PaceOptions {
    private static final int ORDERS = 10_000;
    /** Room is made for so many orders per second when only the time is given. */
    private static final int FASTEST = 50_000;

    /** Submissions outstanding at once when nothing else is asked for. */
    public static final int WINDOW = 4_096;

    @Option(names = "--orders", paramLabel = "N", description = "Orders that are measured. Default: 10000")
    private Optional<Integer> orders;

    @Option(
            names = "--duration",
            paramLabel = "SECONDS",
            description = "Instead of --orders: how long orders are submitted, with --rate or without; without it at "
                    + "most 50,000 per second of this time.")
    private Optional<Integer> duration;

    @Option(
            names = "--warmup",
            paramLabel = "N",
            description = "Orders that go the same way before, unmeasured; then the JVM's compiler is given up to 10 s "
                    + "to come to rest. Default: a tenth of --orders, 1000 with --duration and no --rate")
    private Optional<Integer> warmup;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description = {
                "Orders per second, each submitted when it is due, whatever is outstanding; times are measured "
                        + "from then."
                        + " Default: as fast as they are taken"
            })
    private Optional<Integer> rate;

    @Option(
            names = "--rate-tolerance",
            paramLabel = "SHARE",
            defaultValue = "0.02",
            description = "Share of --rate that may be missing in the orders accepted and decided per second. Default: "
                    + "${DEFAULT-VALUE}")
    private double rateTolerance;

    @Option(
            names = "--window",
            paramLabel = "N",
            description = "Submissions outstanding at once, submitted asynchronously by one thread. Default: 4096; "
                    + "with --http as many as --connections, times --http-batch")
    private Optional<Integer> window;

    @Option(
            names = "--submitters",
            paramLabel = "N",
            defaultValue = "0",
            description = "Threads that submit and wait for each answer, instead of --window.")
    private int submitters;

    @Option(
            names = "--max-accept-p99",
            paramLabel = "MS",
            description = "Most milliseconds of the p99 of acceptances. Default: any")
    private Optional<Double> maxAcceptP99;

    @Option(
            names = "--max-accept-ratio",
            paramLabel = "N",
            description = "With --rate: beyond --max-accept-p99 it is still good if it is at most N times the 99th "
                    + "percentile of bare commits of one row, measured at the same rate for 4 s just "
                    + "before. Default: it is not")
    private Optional<Double> maxAcceptRatio;

    @Option(
            names = "--max-verdict-p99",
            paramLabel = "MS",
            description = "Most milliseconds of the p99 of verdicts. Default: any")
    private Optional<Double> maxVerdictP99;

    /** Which of two contradicting options holds when one of them comes from a profile. */
    private void yieldToCommandLine(GivenOnCommandLine given) {
        Optional<Integer> askedRate = rate;
        boolean waiting = submitters > 0;
        if (!given.wins("--orders", orders.isPresent(), "--duration", duration.isPresent())) {
            orders = Optional.empty();
        } else if (!given.wins("--duration", duration.isPresent(), "--orders", orders.isPresent())) {
            duration = Optional.empty();
        }
        if (!given.wins("--rate", rate.isPresent(), "--window", window.isPresent())
                || !given.wins("--rate", rate.isPresent(), "--submitters", waiting)) {
            rate = Optional.empty();
        }
        if (!given.wins("--window", window.isPresent(), "--rate", askedRate.isPresent())) {
            window = Optional.empty();
        }
        if (!given.wins("--submitters", waiting, "--rate", askedRate.isPresent())) {
            submitters = 0;
        }
    }

    /**
     * Refuses what contradicts itself; to be called before the options are read.
     *
     * @throws IllegalArgumentException with a message that begins with an option
     */
    public void check(GivenOnCommandLine given) {
        yieldToCommandLine(given);
        duration.ifPresent(seconds -> Ranges.between("duration", seconds, 1, 86_400));
        if (orders.isPresent() && duration.isPresent()) {
            throw new IllegalArgumentException("duration must not be given with --orders: " + duration.get());
        }
        goals(); // a value that cannot be is told first
        // a profile may have options for the rate that the command line replaced
        if (rate.isEmpty() && !given.hasProfile()) {
            for (String option : List.of("rate-tolerance", "max-accept-ratio")) {
                if (given.has("--" + option)) {
                    throw new IllegalArgumentException(option + " has no effect without --rate");
                }
            }
        }
        if (rate.isPresent() && window.isPresent()) {
            throw new IllegalArgumentException("window must not be given with --rate: " + window.get());
        }
        if (rate.isPresent() && submitters > 0) {
            throw new IllegalArgumentException("submitters must not be given with --rate: " + submitters);
        }
        if (window.isPresent() && submitters > 0) {
            throw new IllegalArgumentException("submitters must not be given with --window: " + submitters);
        }
    }

    /** Orders that are measured. */
    public int orders() {
        if (duration.isEmpty()) {
            return orders.orElse(ORDERS);
        }
        long all = (long) duration.get() * rate.orElse(FASTEST);
        if (all > Pace.MOST_ORDERS) {
            throw new IllegalArgumentException("duration must be <= " + Pace.MOST_ORDERS / rate.orElse(FASTEST) + " at "
                    + rate.orElse(FASTEST) + " orders per second: " + duration.get());
        }
        return (int) all;
    }

    /** How long they are submitted, where that and not their number ends it. */
    public OptionalInt seconds() {
        return duration.isPresent() && rate.isEmpty() ? OptionalInt.of(duration.get()) : OptionalInt.empty();
    }

    public int warmup() {
        return warmup.orElse(seconds().isPresent() ? ORDERS / 10 : orders() / 10);
    }

    /**
     * When orders are submitted.
     *
     * @param usualWindow orders outstanding at once unless the option says otherwise; empty: 4096
     */
    public Pace pace(Optional<Integer> usualWindow) {
        return new Pace(window.or(() -> usualWindow).orElse(WINDOW), submitters, askedRate());
    }

    public Goals goals() {
        return new Goals(askedRate(), rateTolerance, bound(maxAcceptP99), bound(maxAcceptRatio), bound(maxVerdictP99));
    }

    private OptionalInt askedRate() {
        return rate.map(OptionalInt::of).orElseGet(OptionalInt::empty);
    }

    private static OptionalDouble bound(Optional<Double> millis) {
        return millis.map(OptionalDouble::of).orElseGet(OptionalDouble::empty);
    }
}
