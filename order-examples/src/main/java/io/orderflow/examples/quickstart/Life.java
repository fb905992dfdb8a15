package io.orderflow.examples.quickstart;

import io.orderflow.Order;
import io.orderflow.OrderProcessor;
import io.orderflow.SubmitResult;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * The life of one order as the quickstart saw it.
 *
 * @param story what the buyer did
 * @param orderId the order
 * @param answer what {@code submit} said
 * @param answeredMs how long {@code submit} took
 * @param end the verdict with its reason; of a duplicate the first one's; "-" when there is none
 * @param decidedMs from the acceptance to the verdict, by the database's clock; empty when there was nothing to decide
 * @param charged what it cost the buyer, in minor units
 * @param asExpected whether it ended as it should
 */
record Life(
        String story,
        UUID orderId,
        String answer,
        double answeredMs,
        String end,
        Optional<Double> decidedMs,
        long charged,
        boolean asExpected) {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Submits an order and follows it to its end. */
    static Life of(Lesson lesson, OrderProcessor orders) throws InterruptedException {
        long start = System.nanoTime();
        SubmitResult answer = orders.submit(lesson.request());
        double answeredMs = (System.nanoTime() - start) / 1e6;
        String word = answer.getClass().getSimpleName().toUpperCase(Locale.ROOT);
        Optional<Order> order =
                answer instanceof SubmitResult.Accepted ? orders.await(answer.orderId(), PATIENCE) : Optional.empty();
        String end = order.map(Life::verdict)
                .orElse(
                        answer instanceof SubmitResult.Duplicate replay
                                ? "as before: " + verdict(replay.order())
                                : "-");
        return new Life(
                lesson.story(),
                answer.orderId(),
                word,
                answeredMs,
                end,
                order.flatMap(Life::decisionMs),
                order.map(Order::total).orElse(0L),
                lesson.answer().equals(word) && lesson.end().equals(end));
    }

    private static String verdict(Order order) {
        return order.rejectReason()
                .map(reason -> order.status() + " " + reason)
                .orElse(order.status().name());
    }

    private static Optional<Double> decisionMs(Order order) {
        return order.decidedAt()
                .map(at -> Duration.between(order.createdAt(), at).toNanos() / 1e6);
    }
}
