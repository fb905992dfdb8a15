package io.orderflow.examples.loadtest.driving;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.orderflow.OrderRequest;
import io.orderflow.examples.loadtest.counting.Reply;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * The way in through the HTTP application for many orders at once. A batch is sent when it is full, or some time after
 * its first order. Thread-safe.
 */
final class HttpBatches implements OrderIntake {
    private static final String PATH = "/orders/batch";
    private static final int MULTI_STATUS = 207;

    /** How long a batch waits for its last order. */
    static final Duration LINGER = Duration.ofMillis(5);

    private static final JsonMapper JSON = new JsonMapper();

    private final HttpOrders client;
    private final int size;
    private final Duration linger;

    /** What is sent next; guarded by this. */
    private List<Waiting> gathered = new ArrayList<>();

    private record Waiting(OrderRequest request, CompletableFuture<Reply> reply) {
        boolean again() {
            return request.idempotencyKey().isPresent();
        }
    }

    /** Makes a client of so many connections; it connects when the first batch is sent. */
    HttpBatches(URI application, int connections, int size, Duration linger) {
        this.client = new HttpOrders(application, PATH, connections);
        this.size = size;
        this.linger = linger;
    }

    @Override
    public Reply submit(OrderRequest request) {
        return submitAsync(request).join();
    }

    @Override
    public CompletableFuture<Reply> submitAsync(OrderRequest request) {
        Waiting waiting = new Waiting(request, new CompletableFuture<>());
        add(waiting).ifPresent(this::send);
        return waiting.reply();
    }

    /** Adds an order to the present batch, which is returned if that fills it. */
    private synchronized Optional<List<Waiting>> add(Waiting waiting) {
        List<Waiting> batch = gathered;
        batch.add(waiting);
        if (batch.size() == size) {
            gathered = new ArrayList<>(size);
            return Optional.of(batch);
        }
        if (batch.size() == 1) {
            client.later(linger, () -> taken(batch).ifPresent(this::send));
        }
        return Optional.empty();
    }

    /** The batch, if nobody has sent it. */
    private synchronized Optional<List<Waiting>> taken(List<Waiting> batch) {
        if (gathered != batch) {
            return Optional.empty();
        }
        gathered = new ArrayList<>(size);
        return Optional.of(batch);
    }

    private void send(List<Waiting> batch) {
        client.send(json(batch), Map.of())
                .map(answer -> replies(batch, answer))
                .otherwise(failure -> batch.stream()
                        .map(one -> HttpReplies.lost(failure, one.again()))
                        .toList())
                .onSuccess(replies -> {
                    for (int i = 0; i < batch.size(); i++) {
                        batch.get(i).reply().complete(replies.get(i));
                    }
                });
    }

    private static String json(List<Waiting> batch) {
        StringBuilder json = new StringBuilder(64 * batch.size()).append("{\"orders\":");
        char separator = '[';
        for (Waiting one : batch) {
            HttpReplies.append(json.append(separator), one.request());
            one.request()
                    .idempotencyKey()
                    .ifPresent(key -> json.append(",\"idempotencyKey\":\"")
                            .append(JsonStringEncoder.getInstance().quoteAsString(key))
                            .append('"'));
            json.append('}');
            separator = ',';
        }
        return json.append("]}").toString();
    }

    private static List<Reply> replies(List<Waiting> batch, HttpOrders.Answer answer) {
        int status = answer.response().statusCode();
        Optional<JsonNode> results = status == MULTI_STATUS ? results(answer.body(), batch.size()) : Optional.empty();
        List<Reply> replies = new ArrayList<>(batch.size());
        for (int i = 0; i < batch.size(); i++) {
            boolean again = batch.get(i).again();
            int index = i;
            replies.add(results.map(all -> reply(all.get(index), again))
                    .orElseGet(() -> HttpReplies.of(
                            status,
                            answer.body(),
                            Optional.empty(),
                            HttpReplies.seconds(answer.response().getHeader("Retry-After")),
                            again)));
        }
        return replies;
    }

    /** One result for each order; empty if there are not as many. */
    private static Optional<JsonNode> results(String body, int orders) {
        try {
            return Optional.of(JSON.readTree(body).path("results")).filter(results -> results.size() == orders);
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    private static Reply reply(JsonNode result, boolean again) {
        JsonNode body = result.path("body");
        Optional<UUID> orderId = Optional.of(body.path("orderId"))
                .filter(JsonNode::isTextual)
                .map(id -> UUID.fromString(id.textValue()));
        Optional<Duration> retryAfter =
                HttpReplies.seconds(result.path("retryAfter").asText());
        int status = result.path("status").intValue();
        // in full only for those that a person may look at
        return status == 202
                ? orderId.map(Reply::accepted).orElseGet(() -> HttpReplies.wrong(result.toString()))
                : HttpReplies.of(status, body.toString(), orderId, retryAfter, again);
    }

    @Override
    public void close() {
        client.close();
    }
}
