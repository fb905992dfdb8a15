package io.orderflow.examples.loadtest.report;

import io.orderflow.AuditReport;
import io.orderflow.examples.loadtest.counting.Goals;
import io.orderflow.examples.loadtest.counting.Judgement;
import io.orderflow.examples.loadtest.counting.Judgements;
import io.orderflow.examples.loadtest.counting.Latency;
import io.orderflow.examples.loadtest.counting.Records;
import io.orderflow.examples.loadtest.counting.Reply.Kind;
import io.orderflow.examples.loadtest.counting.ServerCounters;
import io.orderflow.examples.loadtest.driving.Phase;
import io.orderflow.examples.loadtest.resources.ResourceReport;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a load test found.
 *
 * @param setting what was run on what, in the order it is shown
 * @param goals what it was asked to reach
 * @param environment where it ran, by the servers' own words
 * @param bareCommit what one row took to commit at the same rate; empty when nobody asked
 * @param phase the measured orders
 * @param outcome what became of the accepted ones, by the database
 * @param unasked orders in the database that were never accepted
 * @param audit the audit after the test; empty when the test was interrupted before its end
 * @param counted what the database server counted while measuring
 * @param cpuSeconds processor time of this process while measuring: generator, intake and workers
 * @param resources what each component used
 */
public record LoadReport(
        Map<String, Object> setting,
        Goals goals,
        Environment environment,
        Optional<Latency> bareCommit,
        Phase phase,
        Records.Outcome outcome,
        long unasked,
        Optional<AuditReport> audit,
        ServerCounters.Counted counted,
        double cpuSeconds,
        ResourceReport resources) {

    /** Whether the test ran to its end and no verdict failed. */
    public boolean ok() {
        return !isInterrupted() && Judgements.of(this).values().stream().noneMatch(Judgement::failed);
    }

    /** Whether every order was accepted, has its verdict, and everything adds up. */
    public boolean correct() {
        return (isInterrupted() || accepted() == phase.orders())
                && lost() == 0
                && outcome.parked() == 0
                && duplicated() == 0
                && phase.decisions().toldTwice() == 0
                && phase.replays().ok()
                && audit.map(AuditReport::ok).orElse(true);
    }

    /** Whether the person ended the test before it was done; what is there then was measured, but is not all. */
    public boolean isInterrupted() {
        return audit.isEmpty();
    }

    private long differences() {
        return audit.map(AuditReport::differences).orElse(0L);
    }

    /** Accepted orders without a verdict. After an interruption, those that wait are as they should be. */
    public long lost() {
        return isInterrupted() ? outcome.missing() : outcome.lost();
    }

    public long accepted() {
        return phase.acceptances().count(Kind.ACCEPTED);
    }

    /** Signs of an effect that happened twice: an account that does not add up, an order that nobody placed. */
    public long duplicated() {
        return differences() + unasked;
    }

    double acceptPerSecond() {
        return rate(accepted(), phase.acceptances().secondsToLastAnswer());
    }

    public double endToEndPerSecond() {
        return rate(phase.settled(), phase.decisions().secondsToLast());
    }

    /** How many in a second; 0 when nothing happened. */
    static double rate(long count, double seconds) {
        return seconds > 0 ? count / seconds : 0;
    }

    /** The fields of the JSON object, by name. */
    public Map<String, Object> toMap() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("ok", ok());
        fields.put("orders", phase.orders());
        fields.put("accepted", accepted());
        fields.put("completed", outcome.completed());
        fields.put("rejected", outcome.rejected());
        fields.put("rejections", outcome.rejections());
        fields.put("parked", outcome.parked());
        fields.put("lost", lost());
        fields.put("pending", outcome.pending());
        fields.put("duplicated", duplicated());
        fields.put("accept_per_s", rounded(acceptPerSecond(), 1));
        fields.put("end_to_end_per_s", rounded(endToEndPerSecond(), 1));
        fields.put("accept_ms", phase.acceptances().latency().toMap());
        fields.put("decide_ms", phase.decisions().latency().toMap());
        fields.put("accept_distribution", phase.acceptances().latency().distributionList());
        fields.put("decide_distribution", phase.decisions().latency().distributionList());
        fields.put("goals", goals.toMap());
        bareCommit.ifPresent(latency -> fields.put("bare_commit_ms", latency.toMap()));
        fields.put("accept_s", rounded(phase.acceptances().secondsToLastAnswer(), 3));
        fields.put("end_to_end_s", rounded(phase.decisions().secondsToLast(), 3));
        fields.put("db_commits_per_order", perOrder(counted.commits()));
        fields.put("statements_per_order", perOrder(counted.statements()));
        fields.put("counters", counted.note());
        fields.put("process_cpu_s", rounded(cpuSeconds, 2));
        fields.put("orders_per_process_cpu_s", rounded(rate(phase.settled(), cpuSeconds), 0));
        fields.putAll(resources.toMap(phase.settled()));
        fields.put("audit_ok", audit.map(AuditReport::ok).orElse(null));
        fields.put("audit_differences", audit.map(AuditReport::differences).orElse(null));
        fields.put("audit_ms", audit.map(found -> found.took().toMillis()).orElse(null));
        fields.put("audit_examples", audit.map(AuditReport::examples).orElse(null));
        fields.put("orders_not_asked_for", unasked);
        fields.put("decisions_read_not_heard", phase.decisions().unheard());
        fields.put("decisions_heard_twice", phase.decisions().toldTwice());
        fields.put("last_answers", answers());
        fields.put("resubmissions", phase.acceptances().resubmissions());
        fields.put("first_problem", phase.acceptances().firstProblem().orElse(null));
        fields.put("replays", phase.replays().sent());
        fields.put("replay_answers", phase.replays().toMap());
        fields.put("duplicates", phase.replays().count(Kind.DUPLICATE));
        fields.put("accepted_rate", rounded(phase.acceptances().perSecond(), 1));
        fields.put("decided_rate", rounded(phase.decisions().perSecond(), 1));
        fields.put("generator", generator());
        fields.put("verdicts", verdicts());
        fields.put("settings", environment.settings());
        fields.put("machine", environment.machine());
        fields.put("setting", setting);
        return fields;
    }

    private Map<String, Object> verdicts() {
        Map<String, Object> byName = new LinkedHashMap<>();
        Judgements.of(this).forEach((name, verdict) -> byName.put(name, verdict.toMap()));
        return byName;
    }

    /** How the generator did; null at maximum speed, where nothing is ever due. */
    private Map<String, Object> generator() {
        if (goals.rate().isEmpty()) {
            return null;
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("kept_up", phase.lateness().keptUp());
        fields.put("late_orders", phase.lateness().late());
        fields.put("lateness_ms", phase.lateness().latency().toMap());
        return fields;
    }

    /** How many orders had which last answer. */
    Map<String, Long> answers() {
        Map<String, Long> byName = new LinkedHashMap<>();
        phase.acceptances()
                .answers()
                .forEach((answer, count) -> byName.put(answer.name().toLowerCase(Locale.ROOT), count));
        return byName;
    }

    /** Rounded; null when it was not counted. */
    Double perOrder(OptionalDouble count) {
        return count.isPresent() ? rounded(count.getAsDouble() / phase.orders(), 5) : null;
    }

    public static double rounded(double value, int places) {
        double scale = Math.pow(10, places);
        return Math.round(value * scale) / scale;
    }
}
