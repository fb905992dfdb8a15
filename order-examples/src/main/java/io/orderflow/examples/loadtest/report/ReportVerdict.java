package io.orderflow.examples.loadtest.report;

import io.orderflow.examples.loadtest.counting.Judgement;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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

    /** The judgements of a result, by name; what nobody asked for is not judged. */
    static List<ReportVerdict> of(Map<String, Judgement> verdicts) {
        return verdicts.entrySet().stream()
                .map(entry -> new ReportVerdict(
                        Names.label(entry.getKey()),
                        state(entry.getValue().passed()),
                        entry.getValue().reason()))
                .toList();
    }

    private static State state(Optional<Boolean> passed) {
        return passed.map(yes -> yes ? State.PASSED : State.FAILED).orElse(State.NOT_JUDGED);
    }
}
