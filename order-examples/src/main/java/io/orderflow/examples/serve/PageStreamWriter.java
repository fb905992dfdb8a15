package io.orderflow.examples.serve;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import java.util.concurrent.Flow;

/**
 * Writes the live page's stream to one who looks. Asks for the next state when the connection has taken the one before,
 * so no states wait for anybody. Everything happens on the event loop.
 */
final class PageStreamWriter implements Flow.Subscriber<String> {
    private final Context loop;
    private final HttpServerResponse response;
    private Flow.Subscription states;

    PageStreamWriter(Vertx vertx, HttpServerResponse response) {
        this.loop = vertx.getOrCreateContext();
        this.response = response;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        states = subscription;
        response.exceptionHandler(failure -> subscription.cancel());
        response.closeHandler(closed -> subscription.cancel());
        subscription.request(1);
    }

    @Override
    public void onNext(String state) {
        loop.runOnContext(now -> write(state));
    }

    private void write(String state) {
        if (response.closed() || response.ended()) {
            states.cancel();
            return;
        }
        response.write(state);
        if (response.writeQueueFull()) {
            response.drainHandler(drained -> states.request(1));
        } else {
            states.request(1);
        }
    }

    @Override
    public void onError(Throwable failure) {
        onComplete();
    }

    @Override
    public void onComplete() {
        loop.runOnContext(now -> {
            if (!response.closed() && !response.ended()) {
                response.end();
            }
        });
    }
}
