package io.orderflow.samples;

import io.orderflow.SubmitResult;

/** What a host does on each result of a submission, for the documents. */
final class ResultsSample {
    private ResultsSample() {}

    static String answer(SubmitResult result) {
        // sample: begin
        return switch (result.outcome()) {
            case ACCEPTED -> "taken: " + result.orderId();
            case DUPLICATE -> "taken before: " + result.orderId();
            case CONFLICT -> "this key stands for another order: " + result.orderId();
            case OVERLOADED -> "too busy, try again in " + result.retryAfter();
            case UNAVAILABLE -> "not taken, try again in " + result.retryAfter();
            case UNKNOWN -> "taken or not, submit the same request again: " + result.orderId();
        };
        // sample: end
    }
}
