package io.orderflow.examples.loadtest.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.orderflow.AuditReport;
import io.orderflow.OrderListener.Decision;
import io.orderflow.OrderRequest;
import io.orderflow.OrderStatus;
import io.orderflow.examples.common.JsonOutput;
import io.orderflow.examples.loadtest.Plans;
import io.orderflow.examples.loadtest.counting.Findings;
import io.orderflow.examples.loadtest.counting.Goals;
import io.orderflow.examples.loadtest.counting.Records.Outcome;
import io.orderflow.examples.loadtest.counting.Reply;
import io.orderflow.examples.loadtest.counting.ServerCounters.Counted;
import io.orderflow.examples.loadtest.driving.Phase;
import io.orderflow.examples.loadtest.orders.LoadData;
import io.orderflow.examples.loadtest.resources.ResourceReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class LoadResultTest {
    private static final long SECOND = 1_000_000_000L;
    private static final Goals NONE = new Goals(
            OptionalInt.empty(), 0.02, OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.empty());
    private static final Outcome ALL = new Outcome(8, 2, 0, 0, 0, Map.of());
    private static final Counted COUNTED = new Counted(OptionalDouble.of(3), OptionalDouble.of(40), "counted");

    @Test
    void ratesAreOrdersOverTheirOwnTime() {
        LoadResult result = result(phase(10, 10), ALL, 0, audit(0), COUNTED);
        assertEquals(10 / 2.0, result.orders().acceptPerS(), 1e-9);
        assertEquals(10 / 4.0, result.orders().endToEndPerS(), 1e-9);
        assertEquals(OptionalDouble.of(0.3), result.cost().dbCommitsPerOrder());
        assertEquals(OptionalDouble.of(4), result.cost().statementsPerOrder());
        assertEquals(0.0, Findings.rate(5, 0));
    }

    @Test
    void allWellIsOk() {
        assertTrue(result(phase(10, 10), ALL, 0, audit(0), COUNTED).ok());
    }

    @Test
    void eachFaultIsNotOk() {
        assertFalse(result(phase(10, 9), ALL, 0, audit(0), COUNTED).ok(), "not all accepted");
        assertFalse(
                result(phase(10, 10), new Outcome(8, 1, 0, 1, 0, Map.of()), 0, audit(0), COUNTED)
                        .ok(),
                "one pending");
        assertFalse(
                result(phase(10, 10), new Outcome(8, 1, 0, 0, 1, Map.of()), 0, audit(0), COUNTED)
                        .ok(),
                "one missing");
        assertFalse(
                result(phase(10, 10), new Outcome(8, 1, 1, 0, 0, Map.of()), 0, audit(0), COUNTED)
                        .ok(),
                "one parked");
        assertFalse(result(phase(10, 10), ALL, 1, audit(0), COUNTED).ok(), "one not asked for");
        assertFalse(result(phase(10, 10), ALL, 0, audit(1), COUNTED).ok(), "audit difference");
        Phase toldTwice = phase(10, 10);
        toldTwice.heard(List.of(decision(toldTwice, 0)), 4 * SECOND);
        assertFalse(result(toldTwice, ALL, 0, audit(0), COUNTED).ok(), "decision heard twice");
    }

    @Test
    void lostAndDuplicatedAreWhatTheDatabaseSays() {
        LoadResult result = result(phase(10, 10), new Outcome(5, 0, 0, 2, 3, Map.of()), 4, audit(6), COUNTED);
        assertEquals(5, result.orders().lost());
        assertEquals(10, result.orders().duplicated());
        assertEquals(Optional.of(false), result.checks().auditOk());
    }

    @Test
    void countersThatTheServerDoesNotHaveAreNull() throws IOException {
        Counted none = new Counted(OptionalDouble.empty(), OptionalDouble.empty(), "H2 does not count");
        LoadResult result = result(phase(10, 10), ALL, 0, audit(0), none);
        JsonNode fields = json(result);
        assertTrue(fields.get("db_commits_per_order").isNull());
        assertEquals("H2 does not count", fields.get("counters").asText());
        assertTrue(printed(result).contains("H2 does not count"));
    }

    @Test
    void theNamesOfTheJsonFieldsStay() throws IOException {
        String names = String.join(",", names(json(result(phase(10, 10), ALL, 0, audit(0), COUNTED))));
        assertEquals(
                "accept_distribution,accept_ms,accept_per_s,accept_s,accepted,accepted_rate,"
                        + "audit_differences,audit_examples,audit_ms,audit_ok,completed,counters,"
                        + "db_commits_per_order,decide_distribution,decide_ms,decided_rate,decisions_heard_twice,"
                        + "decisions_read_not_heard,duplicated,duplicates,end_to_end_per_s,end_to_end_s,"
                        + "first_problem,generator,goals,last_answers,lost,machine,ok,orders,"
                        + "orders_not_asked_for,orders_per_process_cpu_s,parked,pending,process_cpu_s,rejected,"
                        + "rejections,replay_answers,replays,resubmissions,setting,settings,statements_per_order,"
                        + "verdicts",
                names);
    }

    private static Set<String> names(JsonNode object) {
        Set<String> names = new TreeSet<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static JsonNode json(LoadResult result) throws IOException {
        return new ObjectMapper().readTree(JsonOutput.of(result));
    }

    @Test
    void theTableNamesEveryFault() {
        String text = printed(result(phase(10, 9), new Outcome(5, 0, 1, 2, 1, Map.of()), 4, audit(6), COUNTED));
        for (String fault : List.of("NOT ACCEPTED", "LOST", "PARKED", "NOT ASKED FOR", "AUDIT: 6 differences")) {
            assertTrue(text.contains(fault), fault + " is not in:\n" + text);
        }
    }

    private static String printed(LoadResult result) {
        StringWriter text = new StringWriter();
        PrintWriter out = new PrintWriter(text);
        new LoadTable(result).print(out);
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
        return new AuditReport(10, 0, 0, 8, 2, 0, 0, 0, 0, 0, 1, 1, differences, examples, Duration.ofSeconds(1));
    }

    private static LoadResult result(Phase phase, Outcome outcome, long unasked, AuditReport audit, Counted counted) {
        return result(NONE, phase, outcome, unasked, audit, counted);
    }

    private static LoadResult result(
            Goals goals, Phase phase, Outcome outcome, long unasked, AuditReport audit, Counted counted) {
        Findings found = new Findings(goals, Optional.empty(), phase.counts(), outcome, unasked, Optional.of(audit));
        LoadResult some = Results.plain().result();
        Environment environment = new Environment(some.settings(), some.machine());
        return LoadResult.of(some.setting(), found, environment, counted, 1.5, ResourceReport.none());
    }
}
