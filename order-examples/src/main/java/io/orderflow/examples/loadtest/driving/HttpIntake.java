package io.orderflow.examples.loadtest.driving;

import io.orderflow.OrderLine;
import io.orderflow.OrderRequest;
import io.orderflow.examples.loadtest.counting.Reply;
import io.orderflow.examples.loadtest.counting.Reply.Kind;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.net.ConnectException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * The way in through the HTTP application, on connections that stay open. It has no order ids of its own: an order
 * without an idempotency key is never sent again once it may have arrived, since that would be a second order.
 * Thread-safe.
 */
public final class HttpIntake implements OrderIntake, AutoCloseable {
    private static final String JSON = "application/json";
    private static final String KEY_HEADER = "Idempotency-Key";
    private static final String LOCATION = "/orders/";
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofSeconds(30);
    private static final Duration RECONNECT = Duration.ofMillis(500);
    private static final int MOST_WAITING = 1_000_000;

    private final Vertx vertx;
    private final HttpClientAgent client;
    private final RequestOptions order;

    /**
     * Makes a client; connects when the first order is sent.
     *
     * @param application the application's address; orders are posted to {@code /orders} below it
     * @param connections most connections at once; requests beyond wait in this process
     */
    public HttpIntake(URI application, int connections) {
        order = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setAbsoluteURI(application.toString().replaceAll("/+$", "") + "/orders")
                .setTimeout(ANSWER.toMillis())
                .putHeader(HttpHeaders.CONTENT_TYPE, JSON);
        vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(1)
                .setFileSystemOptions(new FileSystemOptions()
                        .setClassPathResolvingEnabled(false)
                        .setFileCachingEnabled(false)));
        client = vertx.createHttpClient(
                new HttpClientOptions().setConnectTimeout((int) CONNECT.toMillis()),
                new PoolOptions().setHttp1MaxSize(connections).setMaxWaitQueueSize(MOST_WAITING));
    }

    @Override
    public Reply submit(OrderRequest request) {
        return submitAsync(request).join();
    }

    @Override
    public CompletableFuture<Reply> submitAsync(OrderRequest request) {
        RequestOptions options = request.idempotencyKey()
                .map(key -> new RequestOptions(order).putHeader(KEY_HEADER, '"' + key + '"'))
                .orElse(order);
        boolean again = request.idempotencyKey().isPresent();
        return client.request(options)
                .compose(sending -> sending.send(body(request)))
                .compose(response -> response.body().map(text -> reply(response, text.toString(), again)))
                .otherwise(failure -> lost(failure, again))
                .toCompletionStage()
                .toCompletableFuture();
    }

    private static Buffer body(OrderRequest order) {
        StringBuilder json = new StringBuilder(64)
                .append("{\"buyer\":")
                .append(order.buyer())
                .append(",\"lines\":[");
        String separator = "";
        for (OrderLine line : order.lines()) {
            json.append(separator).append("{\"product\":").append(line.product());
            json.append(",\"quantity\":").append(line.quantity()).append('}');
            separator = ",";
        }
        return Buffer.buffer(json.append("]}").toString());
    }

    private static Reply reply(HttpClientResponse response, String body, boolean again) {
        String text = response.statusCode() + " " + body;
        return switch (response.statusCode()) {
            case 202 -> id(response).map(Reply::accepted).orElseGet(() -> wrong(text));
            case 200 -> id(response).map(id -> Reply.duplicate(id, text)).orElseGet(() -> wrong(text));
            case 422 -> Reply.refused(Kind.CONFLICT, text);
            case 429 -> Reply.later(Kind.OVERLOADED, retryAfter(response), text);
            case 503 ->
                body.contains("\"outcome\":\"unknown\"")
                        ? (again ? Reply.unknown(text) : wrong(text))
                        : Reply.later(Kind.UNAVAILABLE, retryAfter(response), text);
            default -> wrong(text);
        };
    }

    /** No answer came. What could not connect was not sent. */
    private static Reply lost(Throwable failure, boolean again) {
        if (failure instanceof ConnectException || failure.getCause() instanceof ConnectException) {
            return Reply.later(Kind.UNAVAILABLE, RECONNECT, failure);
        }
        return again ? Reply.unknown(failure) : Reply.failed(failure);
    }

    private static Reply wrong(String text) {
        return Reply.refused(Kind.FAILED, text);
    }

    private static Optional<UUID> id(HttpClientResponse response) {
        String location = response.getHeader(HttpHeaders.LOCATION);
        return location != null && location.startsWith(LOCATION)
                ? Optional.of(UUID.fromString(location.substring(LOCATION.length())))
                : Optional.empty();
    }

    private static Duration retryAfter(HttpClientResponse response) {
        String seconds = response.getHeader(HttpHeaders.RETRY_AFTER);
        return seconds != null && seconds.matches("[1-9][0-9]{0,8}")
                ? Duration.ofSeconds(Long.parseLong(seconds))
                : RECONNECT;
    }

    @Override
    public void close() {
        vertx.close().await();
    }
}
