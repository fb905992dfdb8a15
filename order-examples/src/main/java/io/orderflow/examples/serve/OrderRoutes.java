package io.orderflow.examples.serve;

import com.fasterxml.jackson.databind.JsonNode;
import io.orderflow.InvalidOrderException;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.SubmitResult;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** The way in: {@code POST /orders}. Nobody waits: the intake's answer sends the rest. */
final class OrderRoutes {
    /** Largest body, in bytes: 100 lines with the longest numbers and 1 KB of host data take 10 KB. */
    static final int LARGEST_BODY = 64 * 1_024;

    /** Says that nothing was done for this request: it was done for an earlier one with the same key. */
    static final String REPLAYED = "Idempotent-Replayed";

    private static final byte[] NO_BODY = {};
    private static final Pattern JSON_TYPE =
            Pattern.compile("application/json\\s*(;\\s*charset\\s*=\\s*\"?utf-8\"?\\s*)?", Pattern.CASE_INSENSITIVE);

    private final OrderProcessor orders;
    private final Supplier<Optional<String>> refusal;

    /**
     * Prepares the route.
     *
     * @param refusal why no order is taken now, whatever it is
     */
    OrderRoutes(OrderProcessor orders, Supplier<Optional<String>> refusal) {
        this.orders = orders;
        this.refusal = refusal;
    }

    void register(Router router) {
        router.post("/orders").handler(this::refuseByHeaders);
        router.post("/orders")
                .handler(BodyHandler.create(false).setBodyLimit(LARGEST_BODY))
                .handler(this::submit);
    }

    private void submit(RoutingContext context) {
        Buffer body = context.body().buffer();
        OrderRequest request = OrderBody.read(body == null ? NO_BODY : body.getBytes(), key(context.request()));
        Optional<Problem> notReady = notReady();
        if (notReady.isPresent()) {
            notReady.get().send(context.response());
        } else {
            HttpAnswers.whenDone(
                    context,
                    Future.fromCompletionStage(orders.submitAsync(request)),
                    result -> answer(context.response(), result));
        }
    }

    /** What the headers decide is decided before the body is asked for. */
    private void refuseByHeaders(RoutingContext context) {
        key(context.request());
        refuse(context).ifPresentOrElse(problem -> problem.send(context.response()), context::next);
    }

    private Optional<Problem> refuse(RoutingContext context) {
        HttpServerRequest request = context.request();
        String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
        if (type == null || !JSON_TYPE.matcher(type).matches()) {
            // RFC 9110 wants what would be taken with a 415
            context.response().putHeader(HttpHeaders.ACCEPT, HttpAnswers.JSON);
            return Optional.of(Problem.mediaType("Content-Type must be application/json in UTF-8"));
        }
        if (request.headers().contains(HttpHeaders.CONTENT_ENCODING)) {
            context.response().putHeader(HttpHeaders.ACCEPT_ENCODING, HttpHeaders.IDENTITY);
            return Optional.of(Problem.mediaType("Content-Encoding must be absent"));
        }
        // a caller that waits for a word before it sends the body gets it now; to others a bad body matters more
        return request.headers().contains(HttpHeaders.EXPECT) ? notReady() : Optional.empty();
    }

    private Optional<Problem> notReady() {
        return refusal.get().map(missing -> Problem.unavailable(missing, Preparation.RETRY));
    }

    private static Optional<String> key(HttpServerRequest request) {
        return IdempotencyKey.from(request.headers().getAll(IdempotencyKey.HEADER));
    }

    /** Each of the intake's answers has one of its own here. */
    private static void answer(HttpServerResponse response, SubmitResult result) {
        if (result instanceof SubmitResult.Accepted accepted) {
            order(response, 202, accepted.orderId(), ShopJson.accepted(accepted.orderId()));
        } else if (result instanceof SubmitResult.Duplicate replay) {
            response.putHeader(REPLAYED, "true");
            order(response, 200, replay.orderId(), ShopJson.order(replay.order()));
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

    private static void order(HttpServerResponse response, int status, UUID orderId, JsonNode json) {
        response.putHeader(HttpHeaders.LOCATION, "/orders/" + orderId);
        HttpAnswers.json(response, status, json);
    }

    /**
     * Reads an id from a path.
     *
     * @throws InvalidOrderException if it is not a UUID in its usual spelling
     */
    static UUID orderId(String text) {
        try {
            UUID id = UUID.fromString(text);
            if (id.toString().equalsIgnoreCase(text)) {
                return id;
            }
        } catch (IllegalArgumentException e) {
            // refused below, like every other spelling that fromString forgives
        }
        throw new InvalidOrderException("orderId", Shortened.of(text), "must be a UUID of 36 characters");
    }
}
