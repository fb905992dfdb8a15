package io.orderflow.examples.loadtest.report;

import io.orderflow.AuditReport;
import io.orderflow.examples.common.About;
import io.orderflow.examples.common.TextTable;
import io.orderflow.examples.loadtest.counting.Judgements;
import io.orderflow.examples.loadtest.counting.Latency;
import io.orderflow.examples.loadtest.counting.Lateness;
import io.orderflow.examples.loadtest.counting.Replays;
import io.orderflow.examples.loadtest.counting.Reply;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeSet;

/** Shows a load test's report to people. */
public final class LoadTable {
    private static final String INTERRUPTED =
            "INTERRUPTED: the figures are those until then. There was no audit: the program audit makes one.";

    private final LoadReport report;

    public LoadTable(LoadReport report) {
        this.report = report;
    }

    /** Prints the table for people, and under it what they should know. */
    public void print(About about, PrintWriter out) {
        TextTable run = new TextTable("run", "");
        about.toMap().forEach((name, value) -> {
            if (value != null) {
                run.row(name.replace('_', ' '), value);
            }
        });
        run.print(out);
        out.println();
        print(out);
    }

    /** The same without saying which run it was. */
    public void print(PrintWriter out) {
        TextTable table = new TextTable("measured", "value");
        table.row("orders", count(report.phase().orders()));
        table.row("accepted", count(report.accepted()));
        table.row("completed", count(report.outcome().completed()));
        table.row("rejected", count(report.outcome().rejected()));
        report.outcome().rejections().forEach((reason, orders) -> table.row("rejected: " + reason, count(orders)));
        table.row("lost", count(report.lost()));
        if (report.isInterrupted()) {
            table.row("pending", count(report.outcome().pending()));
        }
        table.row("duplicated", count(report.duplicated()));
        table.row("accepted per second", count(Math.round(report.acceptPerSecond())));
        table.row("end to end per second", count(Math.round(report.endToEndPerSecond())));
        rateAndReplays(table);
        latency(table, "accept", report.phase().acceptances().latency());
        latency(table, "decide", report.phase().decisions().latency());
        report.bareCommit().ifPresent(commit -> latency(table, "bare commit", commit));
        table.row("database commits per order", perOrderText(report.counted().commits()));
        table.row("statements per order", perOrderText(report.counted().statements()));
        table.row("processor time of this process", String.format(Locale.ROOT, "%.2f s", report.cpuSeconds()));
        table.print(out);
        out.println();
        distribution().print(out);
        out.println();
        Judgements.of(report).forEach((name, verdict) -> out.println(name.replace('_', ' ') + ": " + verdict));
        out.println();
        settings().print(out);
        out.println();
        notes().forEach(out::println);
        report.resources().print(out, report.phase().settled());
    }

    /** How many orders took how long. */
    private TextTable distribution() {
        Map<Double, Long> accept = report.phase().acceptances().latency().distribution();
        Map<Double, Long> decide = report.phase().decisions().latency().distribution();
        TextTable table = new TextTable("up to", "accepted", "decided");
        TreeSet<Double> bounds = new TreeSet<>(accept.keySet());
        bounds.addAll(decide.keySet());
        bounds.forEach(bound -> table.row(
                String.format(Locale.ROOT, "%.1f ms", bound),
                count(accept.getOrDefault(bound, 0L)),
                count(decide.getOrDefault(bound, 0L))));
        return table;
    }

    /** What was run where; what could not be had stands with its reason. */
    private TextTable settings() {
        TextTable table = new TextTable("setting", "value");
        table.row("random seed", report.setting().get("seed"));
        table.row("groupWait", millisSet("group_wait_ms"));
        table.row("batchWait", millisSet("batch_wait_ms"));
        report.environment().addTo(table);
        return table;
    }

    private String millisSet(String setting) {
        Object value = report.setting().get(setting);
        return value == null ? "missing: the application has its own" : value + " ms";
    }

    private void rateAndReplays(TextTable table) {
        if (report.goals().rate().isPresent()) {
            table.row("rate asked for per second", count(report.goals().rate().getAsInt()));
            table.row(
                    "rate accepted per second",
                    oneDigit(report.phase().acceptances().perSecond()));
            table.row(
                    "rate decided per second",
                    oneDigit(report.phase().decisions().perSecond()));
            table.row(
                    "generator late p99",
                    millis(report.phase().lateness().latency().p99()));
            table.row(
                    "generator late max",
                    millis(report.phase().lateness().latency().max()));
        }
        Replays replays = report.phase().replays();
        if (replays.sent() > 0) {
            table.row("replays", count(replays.sent()));
            table.row("duplicates among the replays", count(replays.count(Reply.Kind.DUPLICATE)));
        }
    }

    private List<String> notes() {
        List<String> notes = new ArrayList<>();
        notes.add(report.audit().map(LoadTable::audit).orElse(INTERRUPTED));
        if (report.accepted() < report.phase().orders()) {
            notes.add("NOT ACCEPTED: " + report.answers() + ", first: "
                    + report.phase().acceptances().firstProblem().orElse("no answer at all"));
        }
        if (report.lost() > 0) {
            notes.add("LOST: " + report.outcome().pending() + " accepted orders are pending, "
                    + report.outcome().missing() + " have no row.");
        }
        if (report.outcome().parked() > 0) {
            notes.add("PARKED: " + report.outcome().parked() + " orders are in the dead letters.");
        }
        if (report.unasked() > 0) {
            notes.add("NOT ASKED FOR: " + report.unasked() + " orders in the database were never accepted.");
        }
        if (!report.phase().lateness().keptUp()) {
            notes.add("GENERATOR LATE: " + count(report.phase().lateness().late()) + " orders were submitted more than "
                    + Lateness.LATE.toMillis() + " ms after they were due; their times count from when they were due.");
        }
        if (!report.phase().replays().ok()) {
            notes.add("REPLAYS: " + report.phase().replays().toMap() + ".");
        }
        if (report.phase().decisions().toldTwice() > 0) {
            notes.add(
                    "HEARD TWICE: the decision of " + report.phase().decisions().toldTwice() + " orders.");
        }
        if (report.phase().decisions().unheard() > 0) {
            notes.add("The decision of " + report.phase().decisions().unheard()
                    + " orders was read, not heard; they have no decide time.");
        }
        notes.add("Counters: " + report.counted().note() + ".");
        return notes;
    }

    private static String audit(AuditReport audit) {
        return audit.ok()
                ? "Audit: every wallet and every product agrees with the records (" + count(audit.orders())
                        + " orders in " + audit.took().toMillis() + " ms)."
                : "AUDIT: " + count(audit.differences()) + " differences, for example: " + first(audit.examples());
    }

    private static void latency(TextTable table, String name, Latency latency) {
        latency.byName().forEach((percentile, value) -> table.row(name + " " + percentile, millis(value)));
    }

    private static String first(List<String> texts) {
        return texts.stream().findFirst().orElse("none given");
    }

    public static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static String oneDigit(double number) {
        return String.format(Locale.ROOT, "%,.1f", number);
    }

    public static String millis(double value) {
        return String.format(Locale.ROOT, "%.3f ms", value);
    }

    private String perOrderText(OptionalDouble number) {
        return Optional.ofNullable(report.perOrder(number))
                .map(value -> String.format(Locale.ROOT, "%.4f", value))
                .orElse("-");
    }
}
