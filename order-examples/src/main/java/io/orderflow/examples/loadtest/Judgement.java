package io.orderflow.examples.loadtest;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One judgement about a load test.
 *
 * @param passed empty when nothing was asked for that it could judge
 * @param reason what was found and what was asked for
 */
record Judgement(Optional<Boolean> passed, String reason) {
    static Judgement of(boolean passed, String reason) {
        return new Judgement(Optional.of(passed), reason);
    }

    static Judgement notAsked(String reason) {
        return new Judgement(Optional.empty(), reason);
    }

    boolean failed() {
        return !passed.orElse(true);
    }

    Map<String, Object> toMap() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("passed", passed.orElse(null));
        fields.put("reason", reason);
        return fields;
    }

    /** For a person. */
    @Override
    public String toString() {
        return passed.map(yes -> yes ? "passed" : "FAILED").orElse("not asked") + ": " + reason;
    }
}
