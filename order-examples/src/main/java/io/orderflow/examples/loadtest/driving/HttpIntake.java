package io.orderflow.examples.loadtest.driving;

import io.orderflow.OrderRequest;
import io.orderflow.examples.loadtest.counting.Reply;
import io.vertx.core.http.HttpHeaders;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * The way in through the HTTP application, one order in each request. It has no order ids of its own: an order without
 * an idempotency key is never sent again once it may have arrived, since that would be a second order. Thread-safe.
 */
final class HttpIntake implements OrderIntake {
    private static final String KEY_HEADER = "Idempotency-Key";
    private static final String PATH = "/orders";
    private static final String LOCATION = PATH + "/";

    private final HttpOrders client;

    /**
     * Makes a client; connects when the first order is sent.
     *
     * @param application the application's address; orders are posted to {@code /orders} below it
     * @param connections most connections at once; requests beyond wait in this process
     */
    HttpIntake(URI application, int connections) {
        client = new HttpOrders(application, PATH, connections);
    }

    @Override
    public Reply submit(OrderRequest request) {
        return submitAsync(request).join();
    }

    @Override
    public CompletableFuture<Reply> submitAsync(OrderRequest request) {
        Map<String, String> headers = request.idempotencyKey()
                .map(key -> Map.of(KEY_HEADER, '"' + key + '"'))
                .orElse(Map.of());
        boolean again = request.idempotencyKey().isPresent();
        String json =
                HttpReplies.append(new StringBuilder(64), request).append('}').toString();
        return client.send(json, headers)
                .map(answer -> reply(answer, again))
                .otherwise(failure -> HttpReplies.lost(failure, again))
                .toCompletionStage()
                .toCompletableFuture();
    }

    private static Reply reply(HttpOrders.Answer answer, boolean again) {
        return HttpReplies.of(
                answer.response().statusCode(),
                answer.body(),
                Optional.ofNullable(answer.response().getHeader(HttpHeaders.LOCATION))
                        .filter(location -> location.startsWith(LOCATION))
                        .map(location -> UUID.fromString(location.substring(LOCATION.length()))),
                HttpReplies.seconds(answer.response().getHeader(HttpHeaders.RETRY_AFTER.toString())),
                again);
    }

    @Override
    public void close() {
        client.close();
    }
}
