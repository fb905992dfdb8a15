package io.orderflow.examples.relay;

import io.orderflow.FeedPage;
import io.orderflow.OrderEvent;
import io.orderflow.examples.common.EventJson;
import io.orderflow.examples.common.ShownAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;

/**
 * A web address that gets signed requests, one after the other, so that events come in their order. Any answer of 2xx
 * means done, and no other does. Nothing of an answer's body is kept or logged: it is another's text.
 */
final class WebhookTarget implements RelayTarget {
    private static final int DONE = 2;
    private static final int REDIRECT = 3;
    private static final int HUNDRED = 100;

    private final URI uri;
    private final WebhookSecret secret;
    private final Duration timeout;
    private final InstantSource clock;
    private final HttpClient http;
    private volatile boolean closed;
    private volatile CompletableFuture<HttpResponse<Void>> waiting = CompletableFuture.completedFuture(null);

    /**
     * Prepares it. No I/O.
     *
     * @param trust empty for the certificates that Java knows
     * @param timeout from a request's beginning to the end of its answer
     */
    WebhookTarget(URI uri, WebhookSecret secret, Optional<SSLContext> trust, Duration timeout, InstantSource clock) {
        this.uri = uri;
        this.secret = secret;
        this.timeout = timeout;
        this.clock = clock;
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(timeout)
                .followRedirects(HttpClient.Redirect.NEVER);
        trust.ifPresent(builder::sslContext);
        this.http = builder.build();
    }

    @Override
    public void send(List<OrderEvent> events) throws TargetException {
        int status = status(request(events));
        if (status / HUNDRED == REDIRECT) {
            throw new TargetException("answered " + status + "; redirects are not followed");
        } else if (status / HUNDRED != DONE) {
            throw new TargetException("answered " + status);
        }
    }

    /** The same events have the same id when they are sent again, and a time and a signature of their own. */
    private HttpRequest request(List<OrderEvent> events) {
        long first = events.get(0).position();
        long last = events.get(events.size() - 1).position();
        byte[] body = EventJson.page(new FeedPage(events, last)).toString().getBytes(StandardCharsets.UTF_8);
        String id = first + "-" + last;
        long seconds = clock.instant().getEpochSecond();
        return HttpRequest.newBuilder(uri)
                .header("Content-Type", "application/json")
                .header("User-Agent", "orderflow-relay")
                .header("webhook-id", id)
                .header("webhook-timestamp", Long.toString(seconds))
                .header("webhook-signature", secret.sign(id, seconds, body))
                .POST(BodyPublishers.ofByteArray(body))
                .build();
    }

    private int status(HttpRequest request) throws TargetException {
        // the time-out of a request ends with the headers of its answer
        CompletableFuture<HttpResponse<Void>> answer = http.sendAsync(request, BodyHandlers.discarding());
        waiting = answer;
        if (closed) {
            answer.cancel(true);
        }
        try {
            return answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS).statusCode();
        } catch (TimeoutException e) {
            throw new TargetException("no answer within " + timeout.toSeconds() + " s", e);
        } catch (ExecutionException e) {
            throw new TargetException(TargetException.reason(e), e);
        } catch (CancellationException e) {
            throw new TargetException("closed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TargetException("interrupted", e);
        } finally {
            answer.cancel(true);
        }
    }

    @Override
    public void close() {
        closed = true;
        waiting.cancel(true);
    }

    @Override
    public String toString() {
        return "webhook " + ShownAddress.of(uri.toString());
    }
}
