package io.orderflow.examples.loadtest.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.AuditReport;
import io.orderflow.OrderListener.Decision;
import io.orderflow.OrderRequest;
import io.orderflow.OrderStatus;
import io.orderflow.examples.loadtest.Plans;
import io.orderflow.examples.loadtest.counting.Goals;
import io.orderflow.examples.loadtest.counting.Records.Outcome;
import io.orderflow.examples.loadtest.counting.Reply;
import io.orderflow.examples.loadtest.counting.ServerCounters.Counted;
import io.orderflow.examples.loadtest.driving.Phase;
import io.orderflow.examples.loadtest.orders.LoadData;
import io.orderflow.examples.loadtest.resources.ResourceReport;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class LoadReportTest {
    private static final long SECOND = 1_000_000_000L;
    private static final Goals NONE = new Goals(
            OptionalInt.empty(), 0.02, OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.empty());
    private static final Outcome ALL = new Outcome(8, 2, 0, 0, 0, Map.of());
    private static final Counted COUNTED = new Counted(OptionalDouble.of(3), OptionalDouble.of(40), "counted");

    @Test
    void ratesAreOrdersOverTheirOwnTime() {
        LoadReport report = report(phase(10, 10), ALL, 0, audit(0), COUNTED);
        assertEquals(10 / 2.0, report.acceptPerSecond(), 1e-9);
        assertEquals(10 / 4.0, report.endToEndPerSecond(), 1e-9);
        Map<String, Object> fields = report.toMap();
        assertEquals(0.3, fields.get("db_commits_per_order"));
        assertEquals(4.0, fields.get("statements_per_order"));
        assertEquals(0.0, LoadReport.rate(5, 0));
    }

    @Test
    void allWellIsOk() {
        assertTrue(report(phase(10, 10), ALL, 0, audit(0), COUNTED).ok());
    }

    @Test
    void eachFaultIsNotOk() {
        assertFalse(report(phase(10, 9), ALL, 0, audit(0), COUNTED).ok(), "not all accepted");
        assertFalse(
                report(phase(10, 10), new Outcome(8, 1, 0, 1, 0, Map.of()), 0, audit(0), COUNTED)
                        .ok(),
                "one pending");
        assertFalse(
                report(phase(10, 10), new Outcome(8, 1, 0, 0, 1, Map.of()), 0, audit(0), COUNTED)
                        .ok(),
                "one missing");
        assertFalse(
                report(phase(10, 10), new Outcome(8, 1, 1, 0, 0, Map.of()), 0, audit(0), COUNTED)
                        .ok(),
                "one parked");
        assertFalse(report(phase(10, 10), ALL, 1, audit(0), COUNTED).ok(), "one not asked for");
        assertFalse(report(phase(10, 10), ALL, 0, audit(1), COUNTED).ok(), "audit difference");
        Phase toldTwice = phase(10, 10);
        toldTwice.heard(List.of(decision(toldTwice, 0)), 4 * SECOND);
        assertFalse(report(toldTwice, ALL, 0, audit(0), COUNTED).ok(), "decision heard twice");
    }

    @Test
    void lostAndDuplicatedAreWhatTheDatabaseSays() {
        LoadReport report = report(phase(10, 10), new Outcome(5, 0, 0, 2, 3, Map.of()), 4, audit(6), COUNTED);
        assertEquals(5L, report.toMap().get("lost"));
        assertEquals(10L, report.toMap().get("duplicated"));
        assertEquals(false, report.toMap().get("audit_ok"));
    }

    @Test
    void countersThatTheServerDoesNotHaveAreNull() {
        Counted none = new Counted(OptionalDouble.empty(), OptionalDouble.empty(), "H2 does not count");
        LoadReport report = report(phase(10, 10), ALL, 0, audit(0), none);
        assertNull(report.toMap().get("db_commits_per_order"));
        assertEquals("H2 does not count", report.toMap().get("counters"));
        assertTrue(printed(report).contains("H2 does not count"));
    }

    @Test
    void theTableNamesEveryFault() {
        String text = printed(report(phase(10, 9), new Outcome(5, 0, 1, 2, 1, Map.of()), 4, audit(6), COUNTED));
        for (String fault : List.of("NOT ACCEPTED", "LOST", "PARKED", "NOT ASKED FOR", "AUDIT: 6 differences")) {
            assertTrue(text.contains(fault), fault + " is not in:\n" + text);
        }
    }

    private static String printed(LoadReport report) {
        StringWriter text = new StringWriter();
        PrintWriter out = new PrintWriter(text);
        new LoadTable(report).print(out);
        out.flush();
        return text.toString();
    }

    /** Orders answered after 2 s, of which the first {@code accepted} were accepted, and decided after 4 s. */
    private static Phase phase(int orders, int accepted) {
        Phase phase =
                new Phase(new LoadData(Plans.small().orderPlan(), "run"), 0, orders, Duration.ZERO, Phase.Bearings.ALL);
        phase.begin(0);
        for (int i = 0; i < orders; i++) {
            OrderRequest request = phase.request(i);
            phase.submitted(i, request, 0);
            Reply answer = i < accepted
                    ? Reply.accepted(request.id())
                    : Reply.later(Reply.Kind.OVERLOADED, Duration.ofSeconds(1), "full");
            phase.answered(i, answer, 2 * SECOND);
            phase.heard(List.of(decision(phase, i)), 4 * SECOND);
        }
        return phase;
    }

    private static Decision decision(Phase phase, int index) {
        return new Decision(phase.ledger().id(index), 1, OrderStatus.COMPLETED, Optional.empty(), 100, 1_000);
    }

    private static AuditReport audit(long differences) {
        List<String> examples = differences == 0 ? List.of() : List.of("wallet 1 is 5 too low");
        return new AuditReport(10, 0, 8, 2, 0, 1, 1, differences, examples, Duration.ofSeconds(1));
    }

    private static LoadReport report(Phase phase, Outcome outcome, long unasked, AuditReport audit, Counted counted) {
        return report(NONE, phase, outcome, unasked, audit, counted);
    }

    private static LoadReport report(
            Goals goals, Phase phase, Outcome outcome, long unasked, AuditReport audit, Counted counted) {
        Environment environment = new Environment(Map.of(), Map.of());
        return new LoadReport(
                Map.of(),
                goals,
                environment,
                Optional.empty(),
                phase,
                outcome,
                unasked,
                Optional.of(audit),
                counted,
                1.5,
                ResourceReport.none());
    }
}
