package io.orderflow.examples.serve;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.MessageProperties;
import com.rabbitmq.client.ShutdownSignalException;
import io.orderflow.queue.Durability;
import io.orderflow.queue.rabbit.RabbitQueue;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.ServerKind;
import java.io.IOException;
import java.util.concurrent.TimeoutException;

/** A node of RabbitMQ. */
final class RabbitBroker extends Broker {
    RabbitBroker() {
        super(ServerKind.RABBITMQ);
    }

    /**
     * Waits until the queue is old enough: of one that was made some seconds before, a killed server may forget half.
     */
    @Override
    void prepare() {
        try (RabbitQueue queue = RabbitQueue.builder(uri()).queue(queue()).build()) {
            Eventually.await(
                    "a durable queue",
                    ServeSite.BOUND,
                    () -> queue.depth().isPresent() && queue.durability().level() == Durability.Level.DURABLE,
                    () -> queue.durability().toString());
        }
    }

    private interface Use<T> {
        T of(Channel channel) throws IOException, InterruptedException, TimeoutException;
    }

    private <T> T with(Use<T> use) throws IOException {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost("127.0.0.1");
        factory.setPort(port());
        try (Connection connection = factory.newConnection("test");
                Channel channel = connection.createChannel()) {
            return use.of(channel);
        } catch (TimeoutException | InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Override
    void put(byte[] message) throws IOException {
        with(channel -> {
            channel.confirmSelect();
            channel.basicPublish("", queue(), true, MessageProperties.PERSISTENT_BASIC, message);
            channel.waitForConfirmsOrDie(10_000);
            return message;
        });
    }

    @Override
    long stored() throws IOException {
        try {
            return with(channel -> channel.messageCount(queue()));
        } catch (IOException e) {
            if (isNotFound(e)) {
                return -1;
            }
            throw e;
        }
    }

    private static boolean isNotFound(IOException e) {
        return e.getCause() instanceof ShutdownSignalException signal
                && signal.getReason() instanceof AMQP.Channel.Close close
                && close.getReplyCode() == AMQP.NOT_FOUND;
    }

    @Override
    void wipe() throws IOException {
        with(channel -> channel.queueDelete(queue()));
    }
}
