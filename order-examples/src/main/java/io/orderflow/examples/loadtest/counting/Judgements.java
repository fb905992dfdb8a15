package io.orderflow.examples.loadtest.counting;

import io.orderflow.examples.loadtest.driving.Phase;
import io.orderflow.examples.loadtest.report.LoadReport;
import io.orderflow.examples.loadtest.report.LoadTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/** Judges a load test: was it correct, did it hold its rate, was it fast enough. Each for itself. */
public final class Judgements {
    /** The name of the verdict about what was lost, duplicated or parked. */
    public static final String CORRECTNESS = "correctness";

    private Judgements() {}

    /** The verdicts by name, in the order in which they are shown. */
    public static Map<String, Judgement> of(LoadReport report) {
        Map<String, Judgement> verdicts = new LinkedHashMap<>();
        verdicts.put(CORRECTNESS, correctness(report));
        verdicts.put("rate_held", rateHeld(report));
        verdicts.put("latency", latency(report));
        return verdicts;
    }

    private static Judgement correctness(LoadReport report) {
        long notAccepted = report.phase().orders() - report.accepted();
        String found = report.lost() + " lost, " + report.duplicated() + " duplicated, "
                + report.outcome().parked() + " parked, " + notAccepted + " not accepted, audit "
                + report.audit()
                        .map(audit -> audit.ok() ? "without a difference" : "with differences")
                        .orElse("not made");
        return judged(report, report.correct(), found);
    }

    /** What was not run to its end can fail, but not pass. */
    private static Judgement judged(LoadReport report, boolean passed, String found) {
        return passed && report.isInterrupted()
                ? Judgement.notAsked("interrupted; until then " + found)
                : Judgement.of(passed, found);
    }

    private static Judgement rateHeld(LoadReport report) {
        Phase phase = report.phase();
        Goals goals = report.goals();
        if (goals.rate().isEmpty()) {
            return Judgement.notAsked("no --rate");
        }
        int rate = goals.rate().getAsInt();
        double least = rate * (1 - goals.rateTolerance());
        String found = String.format(
                Locale.ROOT,
                "accepted %.1f and decided %.1f per second of %d, at least %.1f are asked for (tolerance %s)",
                phase.acceptances().perSecond(),
                phase.decisions().perSecond(),
                rate,
                least,
                goals.rateTolerance());
        boolean held =
                phase.acceptances().perSecond() >= least && phase.decisions().perSecond() >= least;
        return judged(report, held, found + generator(phase.lateness()));
    }

    /** Whose fault a missed rate may be. */
    private static String generator(Lateness lateness) {
        return lateness.keptUp()
                ? ""
                : "; THE GENERATOR WAS LATE with " + lateness.late() + " orders, by up to "
                        + LoadTable.millis(lateness.latency().max());
    }

    private static Judgement latency(LoadReport report) {
        Goals goals = report.goals();
        Phase phase = report.phase();
        if (goals.maxAcceptP99().isEmpty()
                && relativeBound(report).isEmpty()
                && goals.maxVerdictP99().isEmpty()) {
            return Judgement.notAsked("neither --max-accept-p99 nor --max-verdict-p99");
        }
        List<String> found = new ArrayList<>();
        boolean accept = accepted(report, found);
        boolean verdict = within("verdict", phase.decisions().latency(), goals.maxVerdictP99(), found);
        boolean measured = goals.maxVerdictP99().isEmpty() || phase.decisions().unheard() == 0;
        if (!measured) {
            found.add(phase.decisions().unheard() + " verdicts have no time");
        }
        return judged(report, accept && verdict && measured, String.join(", ", found));
    }

    /**
     * Within the absolute bound or, where that is not held or not set, within the one that goes with the database's
     * speed.
     */
    private static boolean accepted(LoadReport report, List<String> found) {
        Latency latency = report.phase().acceptances().latency();
        OptionalDouble most = report.goals().maxAcceptP99();
        OptionalDouble relative = relativeBound(report);
        if (relative.isEmpty() || most.isPresent() && latency.p99() <= most.getAsDouble()) {
            return within("accept", latency, most, found);
        }
        boolean held = within("accept", latency, relative, found);
        found.add("which is " + report.goals().maxAcceptRatio().getAsDouble() + " times the p99 of a bare commit");
        return held;
    }

    private static OptionalDouble relativeBound(LoadReport report) {
        OptionalDouble ratio = report.goals().maxAcceptRatio();
        return ratio.isPresent() && report.bareCommit().isPresent()
                ? OptionalDouble.of(
                        ratio.getAsDouble() * report.bareCommit().get().p99())
                : OptionalDouble.empty();
    }

    private static boolean within(String name, Latency latency, OptionalDouble bound, List<String> found) {
        bound.ifPresent(most ->
                found.add(name + " p99 " + LoadTable.millis(latency.p99()) + ", at most " + LoadTable.millis(most)));
        // a histogram without a value has no maximum either
        return bound.isEmpty() || (latency.max() > 0 && latency.p99() <= bound.getAsDouble());
    }
}
