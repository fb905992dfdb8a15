package io.orderflow.examples.serve;

import io.vertx.core.Promise;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Takes what waits for the database off the event loop. It has a few threads of its own: while the database is away, it
 * cannot take the threads that {@code POST /orders} needs. Thread-safe.
 */
final class Offload {
    private final Executor threads;

    Offload(Executor threads) {
        this.threads = threads;
    }

    /** Does the work elsewhere, and answers on the request's event loop. */
    <T> void answer(RoutingContext context, Supplier<T> work, Consumer<T> answer) {
        Promise<T> done = Promise.promise();
        threads.execute(() -> {
            try {
                done.complete(work.get());
            } catch (RuntimeException | Error e) {
                // an error too: without an answer the caller would wait for it until he gives up
                done.fail(e);
            }
        });
        HttpAnswers.whenDone(context, done.future(), answer);
    }
}
