package io.orderflow.examples.relay;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.Delivery;
import io.orderflow.testing.ServerAddress;
import io.orderflow.testing.ServerKind;
import io.orderflow.testing.SharedServers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeoutException;

/** A queue that gets what an exchange of its own gets. */
final class RabbitReceiver extends Receiver {
    private final ServerAddress server;
    private final String exchange = "relay-" + UUID.randomUUID();
    private final List<Delivery> deliveries = new ArrayList<>();
    private final Connection connection;
    private final Channel channel;

    RabbitReceiver() throws IOException, TimeoutException {
        this(SharedServers.require(ServerKind.RABBITMQ));
    }

    /** On a server of the test's own. */
    RabbitReceiver(ServerAddress server) throws IOException, TimeoutException {
        this(server, "#", Map.of());
        channel.basicConsume(exchange, true, (tag, delivery) -> delivered(delivery), tag -> {});
    }

    /** A queue that nobody takes from, for events with that routing key. */
    RabbitReceiver(String routingKey, Map<String, Object> arguments) throws IOException, TimeoutException {
        this(SharedServers.require(ServerKind.RABBITMQ), routingKey, arguments);
    }

    private RabbitReceiver(ServerAddress server, String routingKey, Map<String, Object> arguments)
            throws IOException, TimeoutException {
        this.server = server;
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost(server.host());
        factory.setPort(server.port());
        connection = factory.newConnection("test");
        channel = connection.createChannel();
        channel.exchangeDeclare(exchange, "topic", true);
        channel.queueDeclare(exchange, true, false, false, arguments);
        channel.queueBind(exchange, exchange, routingKey);
    }

    private void delivered(Delivery delivery) {
        synchronized (deliveries) {
            deliveries.add(delivery);
        }
        add(parse(delivery.getBody()));
    }

    /** What came, as the server gives it. */
    List<Delivery> deliveries() {
        synchronized (deliveries) {
            return List.copyOf(deliveries);
        }
    }

    String exchange() {
        return exchange;
    }

    Channel channel() {
        return channel;
    }

    @Override
    int port() {
        return server.port();
    }

    @Override
    List<String> options(int port) {
        return List.of("--to", uri(ServerKind.RABBITMQ, port), "--exchange", exchange);
    }

    @Override
    public void close() {
        try {
            channel.queueDelete(exchange);
            channel.exchangeDelete(exchange);
            connection.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
