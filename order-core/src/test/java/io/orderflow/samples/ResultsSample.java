package io.orderflow.samples;

import io.orderflow.SubmitResult;

/** What a host does on each result of a submission, for the README. */
final class ResultsSample {
    private ResultsSample() {}

    static String answer(SubmitResult result) {
        // sample: begin
        if (result instanceof SubmitResult.Accepted accepted) {
            return "taken: " + accepted.orderId();
        } else if (result instanceof SubmitResult.Duplicate duplicate) {
            return "taken before: " + duplicate.order().status();
        } else if (result instanceof SubmitResult.Conflict conflict) {
            return "this key stands for another order: " + conflict.orderId();
        } else if (result instanceof SubmitResult.Overloaded overloaded) {
            return "not taken, try again in " + overloaded.retryAfter();
        } else if (result instanceof SubmitResult.Unavailable unavailable) {
            return "not taken, try again in " + unavailable.retryAfter() + ": " + unavailable.cause();
        } else if (result instanceof SubmitResult.Unknown unknown) {
            return "taken or not, submit the same request again: " + unknown.cause();
        }
        // sample: end
        throw new AssertionError("a result that the README does not name: " + result);
    }
}
