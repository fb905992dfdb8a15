package io.orderflow.queue.rabbit;

import com.rabbitmq.client.ConnectionFactory;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a {@link RabbitQueue} was built with.
 *
 * @param factory how to connect; nobody changes it any more
 * @param nodes where to connect to, at least one
 * @param queue the queue's name
 * @param prefetch most messages that one consumer has, received or on their way
 * @param confirmWindow most messages that wait for the server's confirm
 * @param largestMessage most bytes of a message of ours
 * @param timeout longest wait for one answer of the server, and for a connection with all that is asked on it until it
 *     can be used
 * @param management where the server's management plugin answers; for examinations alone
 */
record RabbitSettings(
        ConnectionFactory factory,
        List<NodeAddress> nodes,
        String queue,
        int prefetch,
        int confirmWindow,
        int largestMessage,
        Duration timeout,
        Optional<URI> management) {
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
     * The same with one of the nodes alone, for a connection to it.
     *
     * @param share how long that may take; each answer on it may take as long as before
     */
    RabbitSettings at(NodeAddress node, Duration share) {
        ConnectionFactory own = factory.clone();
        own.setHost(node.host());
        own.setPort(node.port());
        own.setConnectionTimeout((int) share.toMillis());
        own.setHandshakeTimeout((int) share.toMillis());
        return new RabbitSettings(
                own, List.of(node), queue, prefetch, confirmWindow, largestMessage, share, management);
    }
}
