package io.orderflow.examples.loadtest.report;

import io.orderflow.AuditReport;
import io.orderflow.examples.common.Rounded;
import io.orderflow.examples.common.TextTable;
import io.orderflow.examples.loadtest.counting.Findings;
import io.orderflow.examples.loadtest.counting.Latency;
import io.orderflow.examples.loadtest.counting.Lateness;
import io.orderflow.examples.loadtest.counting.Replays;
import io.orderflow.examples.loadtest.counting.Reply;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeSet;

/** Shows the result of a load test to people. */
public final class LoadTable {
    private static final String INTERRUPTED =
            "INTERRUPTED: the figures are those until then. There was no audit: the program audit makes one.";

    private final LoadResult result;
    private final Findings found;

    /** Shows nothing yet. */
    public LoadTable(LoadResult result) {
        this.result = result;
        this.found = result.findings();
    }

    /** Prints the table for people, and under it what they should know. */
    public void print(PrintWriter out) {
        result.run().ifPresent(about -> {
            about.table().print(out);
            out.println();
        });
        figures(out);
    }

    private void figures(PrintWriter out) {
        TextTable table = new TextTable("measured", "value");
        table.row("orders", Rounded.count(result.orders().orders()));
        table.row("accepted", Rounded.count(result.orders().accepted()));
        table.row("completed", Rounded.count(result.orders().completed()));
        table.row("rejected", Rounded.count(result.orders().rejected()));
        result.orders()
                .rejections()
                .forEach((reason, orders) -> table.row("rejected: " + reason, Rounded.count(orders)));
        table.row("lost", Rounded.count(result.orders().lost()));
        if (result.isInterrupted()) {
            table.row("pending", Rounded.count(result.pending()));
        }
        table.row("duplicated", Rounded.count(result.orders().duplicated()));
        table.row(
                "accepted per second", Rounded.count(Math.round(result.orders().acceptPerS())));
        table.row(
                "end to end per second",
                Rounded.count(Math.round(result.orders().endToEndPerS())));
        rateAndReplays(table);
        latency(table, "accept", result.latency().acceptMs());
        latency(table, "decide", result.latency().decideMs());
        result.latency().decideUrgentMs().ifPresent(urgent -> latency(table, "decide urgent", urgent));
        result.latency().decideOthersMs().ifPresent(others -> latency(table, "decide others", others));
        beside(table);
        result.latency().bareCommitMs().ifPresent(commit -> latency(table, "bare commit", commit));
        table.row("database commits per order", perOrderText(result.cost().dbCommitsPerOrder()));
        table.row("statements per order", perOrderText(result.cost().statementsPerOrder()));
        table.row(
                "processor time of this process",
                String.format(Locale.ROOT, "%.2f s", result.cost().processCpuS()));
        table.print(out);
        out.println();
        distribution().print(out);
        out.println();
        result.verdicts().forEach((name, verdict) -> out.println(name.replace('_', ' ') + ": " + verdict));
        out.println();
        settings().print(out);
        out.println();
        notes().forEach(out::println);
        result.measured().print(out, found.phase().settled());
    }

    /** How many orders took how long. */
    private TextTable distribution() {
        Map<Double, Long> accept = result.latency().acceptMs().distribution();
        Map<Double, Long> decide = result.latency().decideMs().distribution();
        TextTable table = new TextTable("up to", "accepted", "decided");
        TreeSet<Double> bounds = new TreeSet<>(accept.keySet());
        bounds.addAll(decide.keySet());
        bounds.forEach(bound -> table.row(
                String.format(Locale.ROOT, "%.1f ms", bound),
                Rounded.count(accept.getOrDefault(bound, 0L)),
                Rounded.count(decide.getOrDefault(bound, 0L))));
        return table;
    }

    /** What was run where; what could not be had stands with its reason. */
    private TextTable settings() {
        TextTable table = new TextTable("setting", "value");
        table.row("random seed", result.setting().seed());
        table.row("groupWait", millisSet(result.setting().groupWaitMs()));
        table.row("batchWait", millisSet(result.setting().batchWaitMs()));
        table.row("ackDelay", millisSet(result.setting().ackDelayMs()));
        new Environment(result.settings(), result.machine()).addTo(table);
        return table;
    }

    private static String millisSet(OptionalInt setting) {
        return setting.isEmpty() ? "missing: the application has its own" : setting.getAsInt() + " ms";
    }

    private void rateAndReplays(TextTable table) {
        if (result.goals().ratePerS().isPresent()) {
            table.row(
                    "rate asked for per second",
                    Rounded.count(result.goals().ratePerS().getAsInt()));
            table.row(
                    "rate accepted per second",
                    oneDigit(found.phase().acceptances().perSecond()));
            table.row(
                    "rate decided per second",
                    oneDigit(found.phase().decisions().perSecond()));
            table.row(
                    "generator late p99",
                    Rounded.millis(found.phase().lateness().latency().p99()));
            table.row(
                    "generator late max",
                    Rounded.millis(found.phase().lateness().latency().max()));
        }
        Replays replays = found.phase().replays();
        if (replays.sent() > 0) {
            table.row("replays", Rounded.count(replays.sent()));
            table.row("duplicates among the replays", Rounded.count(replays.count(Reply.Kind.DUPLICATE)));
        }
    }

    /** What went on beside the orders. */
    private void beside(TextTable table) {
        result.checks().holds().ifPresent(holds -> {
            table.row("reserved", Rounded.count(holds.reserved()));
            table.row("confirmed", Rounded.count(holds.confirmed()));
        });
        result.latency().confirmMs().ifPresent(confirm -> latency(table, "confirm", confirm));
        result.checks().feed().ifPresent(feed -> {
            table.row("feed events", Rounded.count(feed.events()));
            table.row("feed events told again", Rounded.count(feed.again()));
            table.row("feed events missing", Rounded.count(feed.missing()));
            table.row("feed lag at the end", Rounded.millis(feed.lagAtEndMs()));
        });
        result.latency().feedMs().ifPresent(feed -> latency(table, "feed", feed));
    }

    private List<String> notes() {
        List<String> notes = new ArrayList<>();
        notes.add(found.audit().map(LoadTable::audit).orElse(INTERRUPTED));
        if (result.orders().accepted() < result.orders().orders()) {
            notes.add("NOT ACCEPTED: " + result.checks().lastAnswers() + ", first: "
                    + found.phase().acceptances().firstProblem().orElse("no answer at all"));
        }
        if (result.orders().lost() > 0) {
            notes.add("LOST: " + result.pending() + " accepted orders are pending, "
                    + found.outcome().missing() + " have no row.");
        }
        if (result.orders().parked() > 0) {
            notes.add("PARKED: " + result.orders().parked() + " orders are in the dead letters.");
        }
        if (result.checks().ordersNotAskedFor() > 0) {
            notes.add("NOT ASKED FOR: " + result.checks().ordersNotAskedFor()
                    + " orders in the database were never accepted.");
        }
        if (!found.phase().lateness().keptUp()) {
            notes.add("GENERATOR LATE: "
                    + Rounded.count(found.phase().lateness().late()) + " orders were submitted more than "
                    + Lateness.LATE.toMillis() + " ms after they were due; their times count from when they were due.");
        }
        if (!found.phase().replays().ok()) {
            notes.add("REPLAYS: " + found.phase().replays().toMap() + ".");
        }
        result.checks()
                .holds()
                .filter(holds -> holds.confirmed() < holds.reserved())
                .ifPresent(holds -> notes.add("NOT CONFIRMED: " + (holds.reserved() - holds.confirmed())
                        + " orders, first: " + holds.firstProblem().orElse("no answer")));
        if (found.phase().decisions().toldTwice() > 0) {
            notes.add(
                    "HEARD TWICE: the decision of " + found.phase().decisions().toldTwice() + " orders.");
        }
        if (found.phase().decisions().unheard() > 0) {
            notes.add("The decision of " + found.phase().decisions().unheard()
                    + " orders was read, not heard; they have no decide time.");
        }
        notes.add("Counters: " + result.cost().counters() + ".");
        return notes;
    }

    private static String audit(AuditReport audit) {
        return audit.ok()
                ? "Audit: every wallet and every product agrees with the records (" + Rounded.count(audit.orders())
                        + " orders in " + audit.took().toMillis() + " ms)."
                : "AUDIT: " + Rounded.count(audit.differences()) + " differences, for example: "
                        + first(audit.examples());
    }

    private static void latency(TextTable table, String name, Latency latency) {
        latency.byName().forEach((percentile, value) -> table.row(name + " " + percentile, Rounded.millis(value)));
    }

    private static String first(List<String> texts) {
        return texts.stream().findFirst().orElse("none given");
    }

    private static String oneDigit(double number) {
        return String.format(Locale.ROOT, "%,.1f", number);
    }

    private static String perOrderText(OptionalDouble number) {
        return number.isPresent() ? String.format(Locale.ROOT, "%.4f", number.getAsDouble()) : "-";
    }
}
