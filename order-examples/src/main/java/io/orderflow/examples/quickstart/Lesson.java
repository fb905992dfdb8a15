package io.orderflow.examples.quickstart;

import io.orderflow.OrderRequest;

/**
 * One submission of the quickstart, and how it is expected to end.
 *
 * @param story what the buyer does, for a person
 * @param request the order
 * @param answer what {@link Life#answer()} must be
 * @param end what {@link Life#end()} must be
 */
record Lesson(String story, OrderRequest request, String answer, String end) {
    /** An order that is accepted and decided. */
    static Lesson decided(String story, OrderRequest request, String verdict) {
        return new Lesson(story, request, "ACCEPTED", verdict);
    }
}
