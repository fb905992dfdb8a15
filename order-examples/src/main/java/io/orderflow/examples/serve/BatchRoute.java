package io.orderflow.examples.serve;

import io.orderflow.InvalidOrderException;
import io.orderflow.OrderProcessor;
import io.orderflow.SubmitResult;
import io.orderflow.TraceContext;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Many orders in one request: {@code POST /orders/batch}. All are submitted at once, and answered together when each
 * has its result. Used by the event loop alone.
 */
final class BatchRoute implements JsonPost.Path {
    static final String PATH = "/orders/batch";

    /** Largest body, in bytes: 500 orders of 2 KiB, or 100 of the largest. */
    static final int LARGEST_BODY = 1_024 * 1_024;

    /**
     * Share of the heap for bodies: an order takes about four times its text until it is answered, and the heap has
     * other uses.
     */
    static final int ROOM_SHARE = 16;

    /** What a batch costs its sender. */
    interface Fare {
        /**
         * Has him pay for the orders beside the first, which is paid for with the request.
         *
         * @return why he may not send them
         */
        Optional<Problem> refusal(HttpServerRequest request, int more);
    }

    private final OrderProcessor orders;
    private final Supplier<Optional<Problem>> notReady;
    private final Fare fare;
    private final Executor loop;
    private final BodyRoom room =
            new BodyRoom(Math.max(LARGEST_BODY, Runtime.getRuntime().maxMemory() / ROOM_SHARE));

    BatchRoute(OrderProcessor orders, Supplier<Optional<Problem>> notReady, Fare fare, Executor loop) {
        this.orders = orders;
        this.notReady = notReady;
        this.fare = fare;
        this.loop = loop;
    }

    @Override
    public void check(HttpServerRequest request) {
        String given = request.getHeader(IdempotencyKey.HEADER);
        if (given != null) {
            throw new InvalidOrderException(
                    IdempotencyKey.HEADER,
                    Shortened.of(given),
                    "must be absent: each order of a batch has an idempotencyKey of its own");
        }
    }

    @Override
    public void admit(HttpServerRequest request, int bytes, Runnable read) {
        request.pause();
        room.enter(bytes, () -> {
            HttpServerResponse response = request.response();
            if (response.ended() || response.closed()) {
                room.leave(bytes);
                return;
            }
            Leaving leaving = new Leaving(bytes);
            response.endHandler(leaving).closeHandler(leaving).exceptionHandler(failure -> leaving.handle(null));
            read.run();
            request.resume();
        });
    }

    /** Gives back a body's room, once, whichever way its request ends. */
    private final class Leaving implements Handler<Void> {
        private final int bytes;
        private boolean left;

        Leaving(int bytes) {
            this.bytes = bytes;
        }

        @Override
        public void handle(Void end) {
            if (!left) {
                left = true;
                room.leave(bytes);
            }
        }
    }

    @Override
    public void take(HttpServerRequest request, byte[] body) {
        List<OrderFields.Read> batch = BatchBody.read(body);
        Optional<Problem> problem = fare.refusal(request, batch.size() - 1).or(notReady);
        if (problem.isPresent()) {
            problem.get().send(request.response());
            return;
        }
        List<CompletableFuture<SubmitResult>> submitted = new ArrayList<>(batch.size());
        Optional<TraceContext> trace = TraceHeaders.of(request);
        batch.forEach(order -> order.request()
                .ifPresent(good -> submitted.add(
                        orders.submitAsync(trace.map(good::withTrace).orElse(good)))));
        CompletableFuture.allOf(submitted.toArray(CompletableFuture[]::new))
                .whenComplete((all, failure) -> loop.execute(() ->
                        HttpAnswers.finish(request, failure, () -> answer(request.response(), batch, submitted))));
    }

    private static void answer(
            HttpServerResponse response,
            List<OrderFields.Read> batch,
            List<CompletableFuture<SubmitResult>> submitted) {
        BatchAnswer answer = new BatchAnswer(batch.size(), RequestIds.of(response));
        Iterator<CompletableFuture<SubmitResult>> results = submitted.iterator();
        for (OrderFields.Read order : batch) {
            order.refusal()
                    .ifPresentOrElse(
                            refusal -> answer.add(Problem.invalid(refusal)),
                            () -> answer.add(results.next().join()));
        }
        answer.send(response);
    }
}
