package io.orderflow.examples.loadtest.counting;

import java.util.Optional;

/**
 * One judgement about a load test.
 *
 * @param passed empty when nothing was asked for that it could judge
 * @param reason what was found and what was asked for
 */
public record Judgement(Optional<Boolean> passed, String reason) {
    public static Judgement of(boolean passed, String reason) {
        return new Judgement(Optional.of(passed), reason);
    }

    public static Judgement notAsked(String reason) {
        return new Judgement(Optional.empty(), reason);
    }

    public boolean failed() {
        return !passed.orElse(true);
    }

    /** For a person. */
    @Override
    public String toString() {
        return passed.map(yes -> yes ? "passed" : "FAILED").orElse("not asked") + ": " + reason;
    }
}
