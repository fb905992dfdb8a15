package io.orderflow.examples.serve;

import io.orderflow.testing.PrivateServer;
import io.orderflow.testing.ServerKind;
import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * A queue server of these tests, one for all of a kind, seen past the adapters: to be looked into, filled by hand and harmed. A
 * test leaves it running, with an empty queue. For one test at a time.
 */
abstract class Broker {
    static final String NAME = "shop";

    private static final Map<ServerKind, Broker> STARTED = new EnumMap<>(ServerKind.class);

    private final PrivateServer server;
    private boolean frozen;
    private boolean ready;

    Broker(ServerKind kind) {
        this.server = PrivateServer.start(kind);
    }

    /** The server of that kind, running, with a queue that survives its death. It ends with the JVM. */
    static Broker ready(ServerKind kind) {
        Broker broker = STARTED.computeIfAbsent(kind, Broker::start);
        broker.heal();
        if (!broker.ready) {
            broker.prepare();
            broker.ready = true;
        }
        return broker;
    }

    private static Broker start(ServerKind kind) {
        return switch (kind) {
            case REDIS -> new RedisBroker();
            case RABBITMQ -> new RabbitBroker();
            default -> throw new IllegalArgumentException(kind.title() + " is no queue");
        };
    }

    /** Makes a queue that survives the server's death. */
    abstract void prepare();

    String uri() {
        return server.address().uri();
    }

    int port() {
        return server.port();
    }

    /** The options that name it, for every program. */
    List<String> options() {
        return List.of("--queue", uri(), "--queue-name", NAME);
    }

    /** Puts a message on the queue as the adapter does. */
    abstract void put(byte[] message) throws IOException;

    /** What is on the queue when no worker holds anything, and what is known of what they hold. */
    abstract long stored() throws IOException;

    /** Takes everything away: the messages, the queue, and what is known of its consumers. */
    void wipe() throws IOException {
        ready = false;
        wipeAll();
    }

    abstract void wipeAll() throws IOException;

    /** Ends the server as {@code kill -9} does. */
    void kill() {
        server.kill();
    }

    void freeze() {
        server.freeze();
        frozen = true;
    }

    /** Makes it run and answer again. */
    void heal() {
        if (frozen) {
            server.thaw();
            frozen = false;
        }
        if (!server.isAlive()) {
            server.restart();
        }
    }

    @Override
    public String toString() {
        return server.toString();
    }
}
