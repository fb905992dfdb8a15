package io.orderflow.examples.serve;

import io.orderflow.InvalidOrderException;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.SubmitResult;
import io.orderflow.examples.common.OrderJson;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** The way in: {@code POST /orders}. Nobody waits: the intake's answer sends the rest. */
final class OrderRoutes implements JsonPost.Path {
    /** Largest body, in bytes: 100 lines with the longest numbers and 1 KB of host data take 10 KB. */
    static final int LARGEST_BODY = 64 * 1_024;

    /** Says that nothing was done for this request: it was done for an earlier one with the same key. */
    static final String REPLAYED = "Idempotent-Replayed";

    static final String PATH = "/orders";

    private static final String ORDER = PATH + "/";

    // with its hash, which would be computed for each look
    private static final CharSequence KEY_HEADER = HttpHeaders.createOptimized(IdempotencyKey.HEADER);

    private final OrderProcessor orders;
    private final Supplier<Optional<Problem>> notReady;
    private final Executor loop;

    private OrderRoutes(OrderProcessor orders, Supplier<Optional<Problem>> notReady, Executor loop) {
        this.orders = orders;
        this.notReady = notReady;
        this.loop = loop;
    }

    /**
     * The paths to post orders to.
     *
     * @param refusal why no order is taken now, whatever it is
     * @param fare what a batch costs
     * @param loop runs on the event loop
     */
    static Map<String, Handler<HttpServerRequest>> posts(
            OrderProcessor orders, Supplier<Optional<String>> refusal, BatchRoute.Fare fare, Executor loop) {
        Supplier<Optional<Problem>> notReady =
                () -> refusal.get().map(missing -> Problem.unavailable(missing, Preparation.RETRY));
        return Map.of(
                PATH,
                new JsonPost(LARGEST_BODY, notReady, new OrderRoutes(orders, notReady, loop)),
                BatchRoute.PATH,
                new JsonPost(BatchRoute.LARGEST_BODY, notReady, new BatchRoute(orders, notReady, fare, loop)));
    }

    @Override
    public void check(HttpServerRequest request) {
        key(request);
    }

    @Override
    public void take(HttpServerRequest request, byte[] body) {
        OrderRequest read = OrderBody.read(body, key(request));
        OrderRequest order = TraceHeaders.of(request).map(read::withTrace).orElse(read);
        Optional<Problem> problem = notReady.get();
        if (problem.isPresent()) {
            problem.get().send(request.response());
            return;
        }
        // after all that the loop has read by now: what came together goes to the journal together
        loop.execute(() -> HttpAnswers.finish(request, null, () -> submit(request, order)));
    }

    private void submit(HttpServerRequest request, OrderRequest order) {
        orders.submitAsync(order)
                .whenComplete((result, failure) -> loop.execute(() -> HttpAnswers.finish(request, failure, () -> {
                    answer(request.response(), result);
                })));
    }

    private static Optional<String> key(HttpServerRequest request) {
        return request.headers().contains(KEY_HEADER)
                ? IdempotencyKey.from(request.headers().getAll(KEY_HEADER))
                : Optional.empty();
    }

    /** Each of the intake's answers has one of its own here. */
    private static void answer(HttpServerResponse response, SubmitResult result) {
        if (result instanceof SubmitResult.Accepted accepted) {
            String orderId = accepted.orderId().toString();
            order(response, 202, orderId, ShopJson.accepted(orderId));
        } else if (result instanceof SubmitResult.Duplicate replay) {
            response.putHeader(REPLAYED, "true");
            order(
                    response,
                    200,
                    replay.orderId().toString(),
                    OrderJson.order(replay.order()).toString());
        } else {
            problem(result).send(response);
        }
    }

    static Problem problem(SubmitResult result) {
        return switch (result.outcome()) {
            case CONFLICT -> Problem.conflict(result.orderId());
            case OVERLOADED -> Problem.overloaded(result.retryAfter());
            case UNAVAILABLE ->
                Problem.unavailable(
                        "neither the database nor the queue can keep orders now; nothing was accepted",
                        result.retryAfter());
            case UNKNOWN -> Problem.unknown(result.orderId());
            case ACCEPTED, DUPLICATE -> throw new IllegalStateException("no problem: " + result.outcome());
        };
    }

    private static void order(HttpServerResponse response, int status, String orderId, String json) {
        response.putHeader(HttpHeaders.LOCATION, ORDER + orderId);
        HttpAnswers.send(response, status, HttpAnswers.JSON, json);
    }

    /**
     * Reads an id from a path.
     *
     * @throws InvalidOrderException if it is not a UUID in its usual spelling
     */
    static UUID orderId(String text) {
        return orderId("orderId", text);
    }

    /**
     * Reads an id from a query.
     *
     * @throws InvalidOrderException if it is not a UUID in its usual spelling
     */
    static UUID orderId(String field, String text) {
        try {
            UUID id = UUID.fromString(text);
            if (id.toString().equalsIgnoreCase(text)) {
                return id;
            }
        } catch (IllegalArgumentException e) {
            // refused below, like every other spelling that fromString forgives
        }
        throw new InvalidOrderException(field, Shortened.of(text), "must be a UUID of 36 characters");
    }
}
