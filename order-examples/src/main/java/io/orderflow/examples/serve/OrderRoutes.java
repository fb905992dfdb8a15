package io.orderflow.examples.serve;

import com.fasterxml.jackson.databind.JsonNode;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Header;
import io.orderflow.InvalidOrderException;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.SubmitResult;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** The way in: {@code POST /orders}. The request's thread reads the body and is free again; the intake's answer sends the rest. */
final class OrderRoutes {
    /** Largest body, in bytes: 100 lines with the longest numbers and 1 KB of host data take 10 KB. */
    static final int LARGEST_BODY = 64 * 1_024;

    private static final Pattern JSON_TYPE =
            Pattern.compile("application/json\\s*(;\\s*charset\\s*=\\s*\"?utf-8\"?\\s*)?", Pattern.CASE_INSENSITIVE);

    private final OrderProcessor orders;
    private final Supplier<Optional<String>> refusal;
    private final Executor answerers;

    /**
     * Prepares the route.
     *
     * @param refusal why no order is taken now, whatever it is
     * @param answerers threads that may wait for a slow client; the intake's own may not
     */
    OrderRoutes(OrderProcessor orders, Supplier<Optional<String>> refusal, Executor answerers) {
        this.answerers = answerers;
        this.orders = orders;
        this.refusal = refusal;
    }

    void register(RoutesConfig routes) {
        routes.post("/orders", this::submit);
    }

    private void submit(Context context) throws IOException {
        Optional<Problem> refused = refuse(context);
        if (refused.isPresent()) {
            refused.get().send(context);
            return;
        }
        byte[] body = context.bodyInputStream().readNBytes(LARGEST_BODY + 1);
        if (body.length > LARGEST_BODY) {
            Problem.tooLarge(LARGEST_BODY).send(context);
            return;
        }
        OrderRequest request = OrderBody.read(body, key(context));
        refusal.get()
                .ifPresentOrElse(
                        what -> Problem.unavailable(what, Preparation.RETRY).send(context),
                        () -> submit(context, request));
    }

    private void submit(Context context, OrderRequest request) {
        context.future(() -> orders.submitAsync(request).thenAcceptAsync(result -> answer(context, result), answerers));
    }

    private static Optional<Problem> refuse(Context context) {
        if (context.contentType() == null
                || !JSON_TYPE.matcher(context.contentType()).matches()) {
            return Optional.of(Problem.mediaType("Content-Type must be application/json in UTF-8"));
        }
        if (context.header(Header.CONTENT_ENCODING) != null) {
            return Optional.of(Problem.mediaType("Content-Encoding must be absent"));
        }
        if (context.req().getContentLengthLong() > LARGEST_BODY) {
            return Optional.of(Problem.tooLarge(LARGEST_BODY));
        }
        return Optional.empty();
    }

    private static Optional<String> key(Context context) {
        List<String> values = Collections.list(context.req().getHeaders(IdempotencyKey.HEADER));
        return IdempotencyKey.from(values);
    }

    /** Each of the intake's answers has one of its own here. */
    private static void answer(Context context, SubmitResult result) {
        if (result instanceof SubmitResult.Accepted accepted) {
            order(context, 202, accepted.orderId(), ShopJson.accepted(accepted.orderId()));
        } else if (result instanceof SubmitResult.Duplicate replay) {
            order(context, 200, replay.orderId(), ShopJson.order(replay.order()));
        } else {
            problem(result).send(context);
        }
    }

    static Problem problem(SubmitResult result) {
        if (result instanceof SubmitResult.Conflict conflict) {
            return Problem.conflict(conflict.orderId());
        } else if (result instanceof SubmitResult.Overloaded overloaded) {
            return Problem.overloaded(overloaded.retryAfter());
        } else if (result instanceof SubmitResult.Unavailable unavailable) {
            return Problem.unavailable(unavailable.cause(), unavailable.retryAfter());
        } else if (result instanceof SubmitResult.Unknown unknown) {
            return Problem.unknown(unknown.orderId(), unknown.cause());
        }
        throw new IllegalStateException("no answer for " + result.getClass().getSimpleName());
    }

    private static void order(Context context, int status, UUID orderId, JsonNode json) {
        context.header(Header.LOCATION, "/orders/" + orderId);
        Answers.json(context, status, json);
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
