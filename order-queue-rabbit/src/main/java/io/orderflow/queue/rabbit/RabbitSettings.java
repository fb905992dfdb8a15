package io.orderflow.queue.rabbit;

import com.rabbitmq.client.ConnectionFactory;
import java.time.Duration;
import java.util.List;

/**
 * What a {@link RabbitQueue} was built with.
 *
 * @param factory how to connect; nobody changes it any more
 * @param nodes where to connect to, at least one
 * @param queue the queue's name
 * @param prefetch most messages that one consumer has, received or on their way
 * @param confirmWindow most messages that wait for the server's confirm
 * @param largestMessage most bytes of a message of ours
 * @param timeout longest wait for one answer of the server, and for a connection
 */
record RabbitSettings(
        ConnectionFactory factory,
        List<NodeAddress> nodes,
        String queue,
        int prefetch,
        int confirmWindow,
        int largestMessage,
        Duration timeout) {
    private static final Duration SMALLEST_SHARE = Duration.ofSeconds(1);

    /** The queue and its server, host, port and virtual host, for messages; without user and password. */
    String where() {
        return where(nodes);
    }

    /** The same with one of the nodes alone. */
    String where(NodeAddress node) {
        return where(List.of(node));
    }

    private String where(List<NodeAddress> at) {
        return "queue " + queue + " on " + NodeAddress.join(at) + " " + factory.getVirtualHost();
    }

    /**
     * The same with one of the nodes alone, for a connection to it. One that does not answer must leave time for the
     * others: each has its share of the time that a connection may take.
     */
    RabbitSettings at(NodeAddress node) {
        ConnectionFactory own = factory.clone();
        own.setHost(node.host());
        own.setPort(node.port());
        own.setConnectionTimeout(shareMillis());
        own.setHandshakeTimeout(shareMillis());
        return new RabbitSettings(own, List.of(node), queue, prefetch, confirmWindow, largestMessage, timeout);
    }

    private int shareMillis() {
        long least = Math.min(timeout.toMillis(), SMALLEST_SHARE.toMillis());
        return (int) Math.max(timeout.toMillis() / nodes.size(), least);
    }
}
