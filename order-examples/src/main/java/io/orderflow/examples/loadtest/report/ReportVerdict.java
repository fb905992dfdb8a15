package io.orderflow.examples.loadtest.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A judgement on one side of a run.
 *
 * @param name what is judged
 * @param state how it ended
 * @param detail the figures behind it; may be empty
 */
record ReportVerdict(String name, State state, String detail) {
    /** How a judgement ended. */
    enum State {
        PASSED("passed", "✔"),
        FAILED("FAILED", "✘"),
        NOT_JUDGED("not judged", "–");

        private final String word;
        private final String sign;

        State(String word, String sign) {
            this.word = word;
            this.sign = sign;
        }

        /** For people, with a sign, so that it does not hang on a colour. */
        @Override
        public String toString() {
            return sign + " " + word;
        }
    }

    /** The judgements of a result; what it does not judge is there as not judged, with the reason. */
    static List<ReportVerdict> of(JsonNode result) {
        List<ReportVerdict> verdicts = new ArrayList<>();
        result.path("verdicts").properties().forEach(entry -> verdicts.add(of(entry.getKey(), entry.getValue())));
        if (!has(verdicts, "correct")) {
            verdicts.add(0, new ReportVerdict("correctness", state(result.path("ok")), correctness(result)));
        }
        if (!has(verdicts, "rate")) {
            verdicts.add(new ReportVerdict("rate held", State.NOT_JUDGED, "no rate was asked for"));
        }
        if (!has(verdicts, "latency")) {
            verdicts.add(new ReportVerdict("latency", State.NOT_JUDGED, "no bound was stated"));
        }
        return List.copyOf(verdicts);
    }

    private static boolean has(List<ReportVerdict> verdicts, String word) {
        return verdicts.stream()
                .anyMatch(verdict -> verdict.name().toLowerCase(Locale.ROOT).contains(word));
    }

    private static ReportVerdict of(String key, JsonNode node) {
        return new ReportVerdict(
                Names.label(key),
                state(node.path("passed")),
                node.path("reason").asText());
    }

    private static State state(JsonNode passed) {
        if (!passed.isBoolean()) {
            return State.NOT_JUDGED;
        }
        return passed.asBoolean() ? State.PASSED : State.FAILED;
    }

    private static String correctness(JsonNode result) {
        List<String> parts = new ArrayList<>();
        for (String field : List.of("lost", "duplicated", "parked", "audit_differences")) {
            if (result.has(field)) {
                parts.add(Names.label(field) + " " + Figures.text(result.get(field)));
            }
        }
        return String.join(", ", parts);
    }
}
