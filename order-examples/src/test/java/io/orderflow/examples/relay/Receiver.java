package io.orderflow.examples.relay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.orderflow.testing.ServerKind;
import java.util.ArrayList;
import java.util.List;

/** Where a relay sends events to: it keeps what comes, doubles too. Thread-safe. */
abstract class Receiver implements AutoCloseable {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final List<JsonNode> received = new ArrayList<>();

    /** The targets that there are. */
    enum Kind {
        RABBITMQ,
        REDIS,
        WEBHOOK
    }

    static Receiver open(Kind kind) throws Exception {
        return switch (kind) {
            case RABBITMQ -> new RabbitReceiver();
            case REDIS -> new RedisReceiver();
            case WEBHOOK -> new WebhookReceiver();
        };
    }

    /** The port on 127.0.0.1 where it listens. */
    abstract int port();

    /** The options that lead a relay there by way of that port. */
    abstract List<String> options(int port);

    /** Takes what has come meanwhile, where it does not come by itself. */
    void take() {}

    synchronized void add(JsonNode event) {
        received.add(event);
    }

    /** All that came so far, in the order in which it came. */
    final List<JsonNode> received() {
        take();
        synchronized (this) {
            return List.copyOf(received);
        }
    }

    static JsonNode parse(byte[] json) {
        try {
            return MAPPER.readTree(new String(json, java.nio.charset.StandardCharsets.UTF_8));
        } catch (JsonProcessingException e) {
            throw new AssertionError("no JSON", e);
        }
    }

    @Override
    public abstract void close();

    static String uri(ServerKind kind, int port) {
        return (kind == ServerKind.REDIS ? "redis" : "amqp") + "://127.0.0.1:" + port;
    }
}
