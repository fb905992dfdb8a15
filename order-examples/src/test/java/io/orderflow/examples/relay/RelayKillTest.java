package io.orderflow.examples.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.FaultProxy;
import io.orderflow.testing.Ports;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("A relay that is killed again and again, over a bad network")
class RelayKillTest {
    /** More with {@code -Dtest.relay.kills=50}. */
    private static final int KILLS = Integer.getInteger("test.relay.kills", 2);

    /** So many events come between one kill and the next. */
    private static final int BETWEEN = 100;

    private static final int MORE = 100;

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    @DisplayName("sends each event at least once and in its order")
    void everyEventComesInItsOrder(Receiver.Kind kind) throws Exception {
        try (RelayShop shop = new RelayShop();
                Receiver receiver = Receiver.open(kind);
                FaultProxy proxy = FaultProxy.to("127.0.0.1", receiver.port())) {
            shop.decide((KILLS + 1) * BETWEEN);
            List<String> target = receiver.options(proxy.port());
            // or all would be sent before the first kill
            proxy.latency(Duration.ofMillis(5));
            for (int kill = 1; kill <= KILLS; kill++) {
                killOnTheWay(shop, target, receiver, proxy, kill);
            }
            proxy.pass();
            try (RelayProcess last = shop.relay(folder, target)) {
                awaitNews(receiver, 1, last);
                loseBytes(shop, proxy, last);
                List<JsonNode> all = shop.all();
                RelayShop.await("all is sent", () -> RelayShop.seen(receiver).size() == all.size(), receiver, last);
                assertEquals(all, RelayShop.seen(receiver), () -> kind + ", " + last);
                assertTrue(last.terminate().matches("stopped, sent [1-9]\\d* events"), last::toString);
                int doubles = receiver.received().size() - all.size();
                System.out.println(kind + ": " + all.size() + " events, " + doubles + " twice, " + KILLS + " kills");
            }
            assertEquals(0, shop.behind());
        }
    }

    private void killOnTheWay(RelayShop shop, List<String> target, Receiver receiver, FaultProxy proxy, int kill)
            throws Exception {
        try (RelayProcess relay = shop.relay(folder, target)) {
            awaitNews(receiver, BETWEEN / 2, relay);
            if (kill % 2 == 0) {
                proxy.reset();
            }
            awaitNews(receiver, BETWEEN / 2, relay);
            relay.kill();
        }
    }

    /** What is sent meanwhile arrives nowhere, and the relay is told nothing of that. */
    private static void loseBytes(RelayShop shop, FaultProxy proxy, RelayProcess relay) throws Exception {
        proxy.blackHole(FaultProxy.Direction.UP);
        shop.decide(MORE);
        Eventually.await("bytes are lost", RelayShop.BOUND, () -> proxy.damaged() > 0, relay::toString);
        proxy.pass();
    }

    private static void awaitNews(Receiver receiver, int news, RelayProcess relay) {
        int before = RelayShop.seen(receiver).size();
        RelayShop.await(
                "something new is sent", () -> RelayShop.seen(receiver).size() >= before + news, receiver, relay);
    }

    @Test
    @DisplayName("tells of an outage once, and ends in the middle of it without a word")
    void endsInAnOutage() throws Exception {
        try (RelayShop shop = new RelayShop()) {
            shop.decide(1);
            List<String> nowhere = List.of("--to", "redis://127.0.0.1:" + Ports.free());
            try (RelayProcess relay = shop.relay(folder, nowhere)) {
                Eventually.await(
                        "it is told", RelayShop.BOUND, () -> relay.count("sent again until") > 0, relay::toString);
                assertEquals("stopped, sent 0 events", relay.terminate());
                assertFalse(relay.toString().contains("\tat "), relay::toString);
            }
            assertTrue(shop.behind() > 0);
        }
    }
}
