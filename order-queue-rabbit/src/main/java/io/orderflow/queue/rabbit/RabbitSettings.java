package io.orderflow.queue.rabbit;

import com.rabbitmq.client.ConnectionFactory;
import java.time.Duration;

/**
 * What a {@link RabbitQueue} was built with.
 *
 * @param factory how to connect; nobody changes it any more
 * @param server host, port and virtual host for messages, without user and password
 * @param queue the queue's name
 * @param prefetch most messages that one consumer has, received or on their way
 * @param confirmWindow most messages that wait for the server's confirm
 * @param largestMessage most bytes of a message of ours
 * @param timeout longest wait for one answer of the server, and for a connection
 */
record RabbitSettings(
        ConnectionFactory factory,
        String server,
        String queue,
        int prefetch,
        int confirmWindow,
        int largestMessage,
        Duration timeout) {
    /** The queue and its server, for messages. */
    String where() {
        return "queue " + queue + " on " + server;
    }
}
