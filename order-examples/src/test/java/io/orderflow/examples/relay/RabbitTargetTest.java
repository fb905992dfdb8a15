package io.orderflow.examples.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.Address;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.Delivery;
import io.orderflow.OrderEvent;
import io.orderflow.testing.Eventually;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("An exchange of RabbitMQ")
class RabbitTargetTest {
    private static final Duration BOUND = Duration.ofSeconds(60);

    private static RabbitTarget target(RabbitReceiver receiver, String exchange, boolean mandatory) {
        return target(List.of(new Address("127.0.0.1", receiver.port())), exchange, mandatory);
    }

    private static RabbitTarget target(List<Address> nodes, String exchange, boolean mandatory) {
        return new RabbitTarget(new ConnectionFactory(), nodes, exchange, mandatory, Duration.ofSeconds(30));
    }

    @Test
    @DisplayName("is reached at another node while the first one is away")
    void severalNodes() throws Exception {
        try (RabbitReceiver receiver = new RabbitReceiver()) {
            List<Address> nodes = List.of(new Address("127.0.0.1", 1), new Address("127.0.0.1", receiver.port()));
            try (RabbitTarget target = target(nodes, receiver.exchange(), true)) {
                assertEquals(
                        "RabbitMQ 127.0.0.1:1,127.0.0.1:" + receiver.port() + ", exchange " + receiver.exchange(),
                        target.toString());
                target.send(TargetEvents.at(1));
                Eventually.await("it came", BOUND, () -> receiver.received().size() == 1, receiver::toString);
            }
        }
    }

    @Test
    @DisplayName("gets persistent messages with the type as routing key and the position as id")
    void properties() throws Exception {
        try (RabbitReceiver receiver = new RabbitReceiver();
                RabbitTarget target = target(receiver, receiver.exchange(), true)) {
            target.send(List.of(
                    TargetEvents.of(OrderEvent.Type.COMPLETED, 12_000),
                    TargetEvents.of(OrderEvent.Type.EXPIRED, 9_007_199_254_740_993L)));
            Eventually.await("both came", BOUND, () -> receiver.deliveries().size() == 2, receiver::toString);
            Delivery last = receiver.deliveries().get(1);
            assertEquals("EXPIRED", last.getEnvelope().getRoutingKey());
            assertEquals("EXPIRED", last.getProperties().getType());
            assertEquals("9007199254740993", last.getProperties().getMessageId());
            assertEquals(2, last.getProperties().getDeliveryMode());
            assertEquals("application/json", last.getProperties().getContentType());
            assertEquals(
                    new Date(TargetEvents.AT.getEpochSecond() * 1_000),
                    last.getProperties().getTimestamp());
            assertEquals(
                    "9007199254740993",
                    receiver.received().get(1).path("position").textValue());
        }
    }

    @Test
    @DisplayName("is made where it is not there, and used as it is where it is")
    void exchange() throws Exception {
        String name = "relay-" + UUID.randomUUID();
        try (RabbitReceiver receiver = new RabbitReceiver()) {
            try (RabbitTarget target = target(receiver, name, false)) {
                target.send(TargetEvents.at(1));
            }
            receiver.channel().exchangeDeclare(name, "topic", true); // refused for one of another type
            receiver.channel().exchangeDelete(name);
            receiver.channel().exchangeDeclare(name, "fanout", false);
            receiver.channel().queueBind(receiver.exchange(), name, "");
            try (RabbitTarget target = target(receiver, name, true)) {
                target.send(TargetEvents.at(2));
            }
            Eventually.await("it came", BOUND, () -> receiver.received().size() == 1, receiver::toString);
            receiver.channel().exchangeDelete(name);
        }
    }

    @Test
    @DisplayName("holds on for an event that no queue takes, if that is asked for")
    void mandatory() throws Exception {
        try (RabbitReceiver receiver = new RabbitReceiver("RESERVED", Map.of());
                RabbitTarget relaxed = target(receiver, receiver.exchange(), false);
                RabbitTarget strict = target(receiver, receiver.exchange(), true)) {
            relaxed.send(TargetEvents.at(1));
            TargetException refusal = assertThrows(TargetException.class, () -> strict.send(TargetEvents.at(1)));
            assertEquals("no queue takes events with the routing key COMPLETED", refusal.getMessage());
            receiver.channel().queueBind(receiver.exchange(), receiver.exchange(), "COMPLETED");
            strict.send(TargetEvents.at(1));
            assertEquals(1, receiver.channel().messageCount(receiver.exchange()));
        }
    }

    @Test
    @DisplayName("has not got what a queue refuses")
    void refused() throws Exception {
        Map<String, Object> full = Map.of("x-max-length", 2, "x-overflow", "reject-publish");
        try (RabbitReceiver receiver = new RabbitReceiver("#", full);
                RabbitTarget target = target(receiver, receiver.exchange(), false)) {
            target.send(TargetEvents.at(1, 2));
            TargetException refusal = assertThrows(TargetException.class, () -> target.send(TargetEvents.at(3)));
            assertTrue(refusal.getMessage().contains("refused"), refusal::getMessage);
            receiver.channel().queuePurge(receiver.exchange());
            target.send(TargetEvents.at(3));
        }
    }

    @Test
    @DisplayName("that is closed meanwhile fails, and so does one that was closed before")
    void closed() throws Exception {
        try (RabbitReceiver receiver = new RabbitReceiver()) {
            RabbitTarget target = target(receiver, receiver.exchange(), false);
            target.send(TargetEvents.at(1));
            target.close();
            assertThrows(TargetException.class, () -> target.send(TargetEvents.at(2)));
        }
    }
}
