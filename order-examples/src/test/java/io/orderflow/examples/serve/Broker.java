package io.orderflow.examples.serve;

import io.orderflow.testing.PrivateServer;
import io.orderflow.testing.ServerKind;
import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * A queue server of these tests, one for all of a kind, seen past the adapters: to be looked into, filled by hand and
 * harmed. Each test has a queue of its own there: what a killed server brings back of another test's would be orders of
 * another shop. For one test at a time.
 */
abstract class Broker {
    private static final Map<ServerKind, Broker> STARTED = new EnumMap<>(ServerKind.class);

    private final PrivateServer server;
    private boolean frozen;
    private int queues;

    Broker(ServerKind kind) {
        this.server = PrivateServer.start(kind);
    }

    /** The server of that kind, running, with a new queue that survives its death. It ends with the JVM. */
    static Broker ready(ServerKind kind) {
        Broker broker = STARTED.computeIfAbsent(kind, Broker::start);
        broker.heal();
        broker.queues++;
        broker.prepare();
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

    /** The queue of the test that runs. */
    String queue() {
        return "shop-" + queues;
    }

    /** The options that name it, for every program. */
    List<String> options() {
        return List.of("--queue", uri(), "--queue-name", queue());
    }

    /** Puts a message on the queue as the adapter does. */
    abstract void put(byte[] message) throws IOException;

    /**
     * What is on the queue when no worker holds anything, and what is known of what they hold; -1 while there is no
     * queue.
     */
    abstract long stored() throws IOException;

    /** Takes everything away: the messages, the queue, and what is known of its consumers. */
    abstract void wipe() throws IOException;

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
