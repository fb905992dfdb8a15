package io.orderflow.examples.loadtest.counting;

import io.orderflow.examples.common.Rounded;
import java.math.BigDecimal;
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
    public static Map<String, Judgement> of(Findings findings) {
        Map<String, Judgement> verdicts = new LinkedHashMap<>();
        verdicts.put(CORRECTNESS, correctness(findings));
        verdicts.put("rate_held", rateHeld(findings));
        verdicts.put("latency", latency(findings));
        return verdicts;
    }

    private static Judgement correctness(Findings findings) {
        long notAccepted = findings.phase().orders() - findings.accepted();
        String found = findings.lost() + " lost, " + findings.duplicated() + " duplicated, "
                + findings.outcome().parked() + " parked, " + notAccepted + " not accepted, "
                + besideThem(findings.phase()) + "audit "
                + findings.audit()
                        .map(audit -> audit.ok() ? "without a difference" : "with differences")
                        .orElse("not made");
        return judged(findings, findings.correct(), found);
    }

    /** Of holds and of a feed, where there are any. */
    private static String besideThem(PhaseCounts phase) {
        Holds holds = phase.holds();
        String unconfirmed = holds.all() > 0 ? holds.all() - holds.confirmed() + " not confirmed, " : "";
        return unconfirmed
                + phase.feed()
                        .map(feed -> feed.missing() + " missing in the feed, ")
                        .orElse("");
    }

    /** What was not run to its end can fail, but not pass. */
    private static Judgement judged(Findings findings, boolean passed, String found) {
        return passed && findings.isInterrupted()
                ? Judgement.notAsked("interrupted; until then " + found)
                : Judgement.of(passed, found);
    }

    private static Judgement rateHeld(Findings findings) {
        PhaseCounts phase = findings.phase();
        Goals goals = findings.goals();
        if (goals.rate().isEmpty()) {
            return Judgement.notAsked("no --rate");
        }
        int rate = goals.rate().getAsInt();
        double least = rate * (1 - goals.rateTolerance());
        String found = String.format(
                Locale.ROOT,
                "accepted %,.1f and decided %,.1f orders per second; at least %,.1f are asked for, %,d less %s %%",
                phase.acceptances().perSecond(),
                phase.decisions().perSecond(),
                least,
                rate,
                BigDecimal.valueOf(goals.rateTolerance())
                        .movePointRight(2)
                        .stripTrailingZeros()
                        .toPlainString());
        boolean held =
                phase.acceptances().perSecond() >= least && phase.decisions().perSecond() >= least;
        return judged(findings, held, found + generator(phase.lateness()));
    }

    /** Whose fault a missed rate may be. */
    private static String generator(Lateness lateness) {
        return lateness.keptUp()
                ? ""
                : String.format(
                        Locale.ROOT,
                        "; THE GENERATOR WAS LATE with %,d orders, by up to %s",
                        lateness.late(),
                        Rounded.millis(lateness.latency().max()));
    }

    private static Judgement latency(Findings findings) {
        Goals goals = findings.goals();
        PhaseCounts phase = findings.phase();
        if (goals.maxAcceptP99().isEmpty()
                && relativeBound(findings).isEmpty()
                && goals.maxVerdictP99().isEmpty()) {
            return Judgement.notAsked("neither --max-accept-p99 nor --max-verdict-p99");
        }
        List<String> found = new ArrayList<>();
        boolean accept = accepted(findings, found);
        boolean verdict = within("verdict", phase.decisions().latency(), goals.maxVerdictP99(), found);
        boolean measured = goals.maxVerdictP99().isEmpty() || phase.decisions().unheard() == 0;
        if (!measured) {
            found.add(phase.decisions().unheard() + " verdicts have no time");
        }
        return judged(findings, accept && verdict && measured, String.join(", ", found));
    }

    /**
     * Within the absolute bound or, where that is not held or not set, within the one that goes with the database's
     * speed.
     */
    private static boolean accepted(Findings findings, List<String> found) {
        Latency latency = findings.phase().acceptances().latency();
        OptionalDouble most = findings.goals().maxAcceptP99();
        OptionalDouble relative = relativeBound(findings);
        if (relative.isEmpty() || most.isPresent() && latency.p99() <= most.getAsDouble()) {
            return within("accept", latency, most, found);
        }
        boolean held = within("accept", latency, relative, found);
        found.add("which is " + findings.goals().maxAcceptRatio().getAsDouble() + " times the p99 of a bare commit");
        return held;
    }

    private static OptionalDouble relativeBound(Findings findings) {
        OptionalDouble ratio = findings.goals().maxAcceptRatio();
        return ratio.isPresent() && findings.bareCommit().isPresent()
                ? OptionalDouble.of(
                        ratio.getAsDouble() * findings.bareCommit().get().p99())
                : OptionalDouble.empty();
    }

    private static boolean within(String name, Latency latency, OptionalDouble bound, List<String> found) {
        bound.ifPresent(most ->
                found.add(name + " p99 " + Rounded.millis(latency.p99()) + ", at most " + Rounded.millis(most)));
        // a histogram without a value has no maximum either
        return bound.isEmpty() || (latency.max() > 0 && latency.p99() <= bound.getAsDouble());
    }
}
