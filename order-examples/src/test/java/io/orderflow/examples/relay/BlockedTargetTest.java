package io.orderflow.examples.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.MessageProperties;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.PrivateServer;
import io.orderflow.testing.RabbitAlarm;
import io.orderflow.testing.ServerKind;
import java.nio.file.Path;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A node of RabbitMQ without memory")
class BlockedTargetTest {
    private static final int SOME = 20;

    /** Three times as long as the relay waits for an answer. */
    private static final int WITNESS_MILLIS = 6_000;

    @TempDir
    Path folder;

    @Test
    @DisplayName("is waited for, which is said once, and gets each event once")
    void isWaitedFor() throws Exception {
        try (RelayShop shop = new RelayShop();
                PrivateServer node = PrivateServer.start(ServerKind.RABBITMQ);
                RabbitReceiver receiver = new RabbitReceiver(node.address())) {
            shop.decide(SOME);
            try (RelayProcess relay = shop.relay(folder, receiver.options(node.port()))) {
                RelayShop.await("the first came", () -> receiver.received().size() == SOME, receiver, relay);
                RabbitAlarm.during(node, () -> {
                    shop.decide(SOME);
                    awaitSaid("takes no messages now", relay);
                    awaitWitness(node);
                    assertEquals(SOME, receiver.received().size(), relay::toString);
                });
                RelayShop.await("all came", () -> receiver.received().size() >= 2 * SOME, receiver, relay);
                awaitSaid("takes messages again", relay);
                Eventually.await("the cursor moved", RelayShop.BOUND, () -> shop.behind() == 0, relay::toString);
                assertEquals(shop.all(), receiver.received(), relay::toString);
                assertEquals(1, relay.count("takes no messages now"), relay::toString);
                assertEquals(1, relay.count("takes messages again"), relay::toString);
                assertEquals(0, relay.count("sent again until"), relay::toString);
            }
        }
    }

    private static void awaitSaid(String words, RelayProcess relay) {
        Eventually.await(words, RelayShop.BOUND, () -> relay.count(words) > 0, relay::toString);
    }

    /** Another publisher gives up that has more patience than the relay would have with a server that is silent. */
    private static void awaitWitness(PrivateServer node) throws Exception {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost("127.0.0.1");
        factory.setPort(node.port());
        Connection connection = factory.newConnection("witness");
        try {
            Channel channel = connection.createChannel();
            channel.confirmSelect();
            channel.basicPublish("", "nowhere", MessageProperties.BASIC, new byte[1]);
            assertThrows(TimeoutException.class, () -> channel.waitForConfirms(WITNESS_MILLIS));
        } finally {
            // it waits for no answer of a server that reads nothing
            connection.abort(1);
        }
    }
}
