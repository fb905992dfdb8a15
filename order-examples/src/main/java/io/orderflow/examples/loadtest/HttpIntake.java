package io.orderflow.examples.loadtest;

import io.orderflow.OrderLine;
import io.orderflow.OrderRequest;
import io.orderflow.examples.common.ProgramException;
import io.orderflow.examples.loadtest.Reply.Kind;
import java.net.ConnectException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.client.BytesRequestContent;
import org.eclipse.jetty.client.CompletableResponseListener;
import org.eclipse.jetty.client.ContentResponse;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * The way in through the HTTP application, on connections that stay open. It has no order ids of its own: an order without an
 * idempotency key is never sent again once it may have arrived, since that would be a second order. Thread-safe.
 */
final class HttpIntake implements Intake, AutoCloseable {
    private static final String JSON = "application/json";
    private static final String KEY_HEADER = "Idempotency-Key";
    private static final String LOCATION = "/orders/";
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofSeconds(30);
    private static final Duration RECONNECT = Duration.ofMillis(500);
    private static final int THREADS = 8;
    private static final int MOST_WAITING = 1_000_000;

    private final HttpClient client = new HttpClient();
    private final URI orders;

    /**
     * Makes a client; connects when the first order is sent.
     *
     * @param application the application's address; orders are posted to {@code /orders} below it
     * @param connections most connections at once; requests beyond wait in this process
     * @throws ProgramException if the client can not be started
     */
    HttpIntake(URI application, int connections) {
        orders = URI.create(application.toString().replaceAll("/+$", "") + "/orders");
        QueuedThreadPool threads = new QueuedThreadPool(THREADS);
        threads.setName("http");
        client.setExecutor(threads);
        client.setMaxConnectionsPerDestination(connections);
        client.setMaxRequestsQueuedPerDestination(MOST_WAITING);
        client.setConnectTimeout(CONNECT.toMillis());
        client.setFollowRedirects(false);
        client.setUserAgentField(null);
        client.getContentDecoderFactories().clear();
        try {
            client.start();
        } catch (Exception e) {
            throw new ProgramException("the HTTP client can not be started: " + e.getMessage(), e);
        }
    }

    @Override
    public Reply submit(OrderRequest request) {
        return submitAsync(request).join();
    }

    @Override
    public CompletableFuture<Reply> submitAsync(OrderRequest order) {
        Request request = client.newRequest(orders)
                .method(HttpMethod.POST)
                .body(new BytesRequestContent(JSON, body(order)))
                .timeout(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
        order.idempotencyKey().ifPresent(key -> request.headers(all -> all.put(KEY_HEADER, '"' + key + '"')));
        boolean again = order.idempotencyKey().isPresent();
        return new CompletableResponseListener(request)
                .send()
                .handle((response, failure) -> failure == null ? reply(response, again) : lost(failure, again));
    }

    private static byte[] body(OrderRequest order) {
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
        return json.append("]}").toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static Reply reply(ContentResponse response, boolean again) {
        return switch (response.getStatus()) {
            case 202 -> id(response).map(Reply::accepted).orElseGet(() -> wrong(response));
            case 200 ->
                id(response).map(id -> Reply.duplicate(id, text(response))).orElseGet(() -> wrong(response));
            case 422 -> Reply.refused(Kind.CONFLICT, text(response));
            case 429 -> Reply.later(Kind.OVERLOADED, retryAfter(response), text(response));
            case 503 -> unavailable(response, again);
            default -> wrong(response);
        };
    }

    private static Reply unavailable(ContentResponse response, boolean again) {
        if (!response.getContentAsString().contains("\"outcome\":\"unknown\"")) {
            return Reply.later(Kind.UNAVAILABLE, retryAfter(response), text(response));
        }
        return again ? Reply.unknown(text(response)) : wrong(response);
    }

    /** No answer came. What could not connect was not sent. */
    private static Reply lost(Throwable failure, boolean again) {
        if (failure instanceof ConnectException || failure.getCause() instanceof ConnectException) {
            return Reply.later(Kind.UNAVAILABLE, RECONNECT, failure);
        }
        return again ? Reply.unknown(failure) : Reply.failed(failure);
    }

    private static Reply wrong(ContentResponse response) {
        return Reply.refused(Kind.FAILED, text(response));
    }

    private static Optional<UUID> id(ContentResponse response) {
        String location = response.getHeaders().get(HttpHeader.LOCATION);
        return location != null && location.startsWith(LOCATION)
                ? Optional.of(UUID.fromString(location.substring(LOCATION.length())))
                : Optional.empty();
    }

    private static Duration retryAfter(ContentResponse response) {
        long seconds = response.getHeaders().getLongField(HttpHeader.RETRY_AFTER);
        return seconds > 0 ? Duration.ofSeconds(seconds) : RECONNECT;
    }

    private static String text(ContentResponse response) {
        return response.getStatus() + " " + response.getContentAsString();
    }

    @Override
    public void close() {
        try {
            client.stop();
        } catch (Exception e) {
            throw new ProgramException("the HTTP client can not be stopped: " + e.getMessage(), e);
        }
    }
}
