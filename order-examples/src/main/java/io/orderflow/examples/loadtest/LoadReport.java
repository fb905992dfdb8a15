package io.orderflow.examples.loadtest;

import io.orderflow.AuditReport;
import io.orderflow.examples.common.TextTable;
import io.orderflow.examples.loadtest.Phase.Answer;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a load test found.
 *
 * @param setting what was run on what, in the order it is shown
 * @param phase the measured orders
 * @param outcome what became of the accepted ones, by the database
 * @param unasked orders in the database that were never accepted
 * @param audit the audit after the test
 * @param counted what the database server counted while measuring
 * @param cpuSeconds processor time of this process while measuring: generator, intake and workers
 */
record LoadReport(
        Map<String, Object> setting,
        Phase phase,
        Records.Outcome outcome,
        long unasked,
        AuditReport audit,
        ServerCounters.Counted counted,
        double cpuSeconds) {

    /** Whether every order was accepted, has its verdict, and everything adds up. */
    boolean ok() {
        return accepted() == phase.orders()
                && outcome.lost() == 0
                && outcome.parked() == 0
                && duplicated() == 0
                && phase.toldTwice() == 0
                && audit.ok();
    }

    long accepted() {
        return phase.count(Answer.ACCEPTED);
    }

    /** Signs of an effect that happened twice: an account that does not add up, an order that nobody placed. */
    long duplicated() {
        return audit.differences() + unasked;
    }

    double acceptPerSecond() {
        return rate(accepted(), phase.secondsToLastAnswer());
    }

    double endToEndPerSecond() {
        return rate(phase.settled(), phase.secondsToLastDecision());
    }

    /** How many in a second; 0 when nothing happened. */
    static double rate(long count, double seconds) {
        return seconds > 0 ? count / seconds : 0;
    }

    /** The fields of the JSON object, by name. */
    Map<String, Object> toMap() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("ok", ok());
        fields.put("orders", phase.orders());
        fields.put("accepted", accepted());
        fields.put("completed", outcome.completed());
        fields.put("rejected", outcome.rejected());
        fields.put("parked", outcome.parked());
        fields.put("lost", outcome.lost());
        fields.put("duplicated", duplicated());
        fields.put("accept_per_s", rounded(acceptPerSecond(), 1));
        fields.put("end_to_end_per_s", rounded(endToEndPerSecond(), 1));
        fields.put("accept_ms", phase.accept().toMap());
        fields.put("decide_ms", phase.decide().toMap());
        fields.put("accept_s", rounded(phase.secondsToLastAnswer(), 3));
        fields.put("end_to_end_s", rounded(phase.secondsToLastDecision(), 3));
        fields.put("db_commits_per_order", perOrder(counted.commits()));
        fields.put("statements_per_order", perOrder(counted.statements()));
        fields.put("counters", counted.note());
        fields.put("process_cpu_s", rounded(cpuSeconds, 2));
        fields.put("orders_per_process_cpu_s", rounded(rate(phase.settled(), cpuSeconds), 0));
        fields.put("audit_ok", audit.ok());
        fields.put("audit_differences", audit.differences());
        fields.put("audit_examples", audit.examples());
        fields.put("orders_not_asked_for", unasked);
        fields.put("decisions_read_not_heard", phase.unheard());
        fields.put("decisions_heard_twice", phase.toldTwice());
        fields.put("last_answers", answers());
        fields.put("resubmissions", phase.resubmissions());
        fields.put("first_problem", phase.firstProblem().orElse(null));
        fields.put("setting", setting);
        return fields;
    }

    private Map<String, Long> answers() {
        Map<String, Long> byName = new LinkedHashMap<>();
        phase.answers().forEach((answer, count) -> byName.put(answer.name().toLowerCase(Locale.ROOT), count));
        return byName;
    }

    private Double perOrder(OptionalDouble count) {
        return count.isPresent() ? rounded(count.getAsDouble() / phase.orders(), 5) : null;
    }

    static double rounded(double value, int places) {
        double scale = Math.pow(10, places);
        return Math.round(value * scale) / scale;
    }

    /** Prints the table for people, and under it what they should know. */
    void print(PrintWriter out) {
        TextTable table = new TextTable("measured", "value");
        table.row("orders", count(phase.orders()));
        table.row("accepted", count(accepted()));
        table.row("completed", count(outcome.completed()));
        table.row("rejected", count(outcome.rejected()));
        table.row("lost", count(outcome.lost()));
        table.row("duplicated", count(duplicated()));
        table.row("accepted per second", count(Math.round(acceptPerSecond())));
        table.row("end to end per second", count(Math.round(endToEndPerSecond())));
        latency(table, "accept", phase.accept());
        latency(table, "decide", phase.decide());
        table.row("database commits per order", perOrderText(counted.commits()));
        table.row("statements per order", perOrderText(counted.statements()));
        table.row("processor time of this process", String.format(Locale.ROOT, "%.2f s", cpuSeconds));
        table.print(out);
        out.println();
        notes().forEach(out::println);
    }

    private List<String> notes() {
        List<String> notes = new ArrayList<>();
        notes.add(
                audit.ok()
                        ? "Audit: every wallet and every product agrees with the records (" + count(audit.orders())
                                + " orders)."
                        : "AUDIT: " + count(audit.differences()) + " differences, for example: "
                                + first(audit.examples()));
        if (accepted() < phase.orders()) {
            notes.add("NOT ACCEPTED: " + answers() + ", first: "
                    + phase.firstProblem().orElse("no answer at all"));
        }
        if (outcome.lost() > 0) {
            notes.add("LOST: " + outcome.pending() + " accepted orders are pending, " + outcome.missing()
                    + " have no row.");
        }
        if (outcome.parked() > 0) {
            notes.add("PARKED: " + outcome.parked() + " orders are in the dead letters.");
        }
        if (unasked > 0) {
            notes.add("NOT ASKED FOR: " + unasked + " orders in the database were never accepted.");
        }
        if (phase.toldTwice() > 0) {
            notes.add("HEARD TWICE: the decision of " + phase.toldTwice() + " orders.");
        }
        if (phase.unheard() > 0) {
            notes.add("The decision of " + phase.unheard() + " orders was read, not heard; they have no decide time.");
        }
        notes.add("Counters: " + counted.note() + ".");
        return notes;
    }

    private static void latency(TextTable table, String name, Latency latency) {
        table.row(name + " p50", millis(latency.p50()));
        table.row(name + " p99", millis(latency.p99()));
        table.row(name + " max", millis(latency.max()));
    }

    private static String first(List<String> texts) {
        return texts.stream().findFirst().orElse("none given");
    }

    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    static String millis(double value) {
        return String.format(Locale.ROOT, "%.3f ms", value);
    }

    private String perOrderText(OptionalDouble number) {
        return Optional.ofNullable(perOrder(number))
                .map(value -> String.format(Locale.ROOT, "%.4f", value))
                .orElse("-");
    }
}
