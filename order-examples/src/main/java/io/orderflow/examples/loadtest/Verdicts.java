package io.orderflow.examples.loadtest;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/** Judges a load test: was it correct, did it hold its rate, was it fast enough. Each for itself. */
final class Verdicts {
    /** The name of the verdict about what was lost, duplicated or parked. */
    static final String CORRECTNESS = "correctness";

    private Verdicts() {}

    /** The verdicts by name, in the order in which they are shown. */
    static Map<String, Verdict> of(LoadReport report) {
        Map<String, Verdict> verdicts = new LinkedHashMap<>();
        verdicts.put(CORRECTNESS, correctness(report));
        verdicts.put("rate_held", rateHeld(report.phase(), report.goals()));
        verdicts.put("latency", latency(report.phase(), report.goals()));
        return verdicts;
    }

    private static Verdict correctness(LoadReport report) {
        long notAccepted = report.phase().orders() - report.accepted();
        String found = report.outcome().lost() + " lost, " + report.duplicated() + " duplicated, "
                + report.outcome().parked() + " parked, " + notAccepted + " not accepted, audit "
                + (report.audit().ok() ? "without a difference" : "with differences");
        return Verdict.of(report.correct(), found);
    }

    private static Verdict rateHeld(Phase phase, Goals goals) {
        if (goals.rate().isEmpty()) {
            return Verdict.notAsked("no --rate");
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
        return Verdict.of(held, found + generator(phase.lateness()));
    }

    /** Whose fault a missed rate may be. */
    private static String generator(Lateness lateness) {
        return lateness.keptUp()
                ? ""
                : "; THE GENERATOR WAS LATE with " + lateness.late() + " orders, by up to "
                        + LoadTable.millis(lateness.latency().max());
    }

    private static Verdict latency(Phase phase, Goals goals) {
        if (goals.maxAcceptP99().isEmpty() && goals.maxVerdictP99().isEmpty()) {
            return Verdict.notAsked("neither --max-accept-p99 nor --max-verdict-p99");
        }
        List<String> found = new ArrayList<>();
        boolean accept = within("accept", phase.acceptances().latency(), goals.maxAcceptP99(), found);
        boolean verdict = within("verdict", phase.decisions().latency(), goals.maxVerdictP99(), found);
        boolean measured = goals.maxVerdictP99().isEmpty() || phase.decisions().unheard() == 0;
        if (!measured) {
            found.add(phase.decisions().unheard() + " verdicts have no time");
        }
        return Verdict.of(accept && verdict && measured, String.join(", ", found));
    }

    private static boolean within(String name, Latency latency, OptionalDouble bound, List<String> found) {
        bound.ifPresent(most ->
                found.add(name + " p99 " + LoadTable.millis(latency.p99()) + ", at most " + LoadTable.millis(most)));
        // a histogram without a value has no maximum either
        return bound.isEmpty() || (latency.max() > 0 && latency.p99() <= bound.getAsDouble());
    }
}
