package io.orderflow.examples.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.orderflow.FeedPage;
import io.orderflow.OrderEvent;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.WorkerConfig;
import io.orderflow.examples.common.EventJson;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.FaultProxy;
import io.orderflow.testing.Ports;
import io.orderflow.testing.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
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
    private static final Duration BOUND = Duration.ofSeconds(120);

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    @DisplayName("sends each event at least once and in its order")
    void everyEventComesInItsOrder(Receiver.Kind kind) throws Exception {
        try (TestDatabase database = TestDatabase.open(TestDatabase.Kind.MARIADB);
                Receiver receiver = Receiver.open(kind);
                FaultProxy proxy = FaultProxy.to("127.0.0.1", receiver.port());
                OrderProcessor orders = shop(database)) {
            decide(orders, (KILLS + 1) * BETWEEN);
            List<String> target = receiver.options(proxy.port());
            // or all would be sent before the first kill
            proxy.latency(Duration.ofMillis(5));
            for (int kill = 1; kill <= KILLS; kill++) {
                killOnTheWay(database, target, receiver, proxy, kill);
            }
            proxy.pass();
            try (RelayProcess last = RelayProcess.start(database, folder, target)) {
                awaitNews(receiver, 1, last);
                loseBytes(orders, proxy, last);
                List<JsonNode> all = all(orders);
                await("all is sent", () -> seen(receiver).size() == all.size(), receiver, last);
                assertEquals(all, seen(receiver), () -> kind + ", " + last);
                assertTrue(last.terminate().matches("stopped, sent [1-9]\\d* events"), last::toString);
                int doubles = receiver.received().size() - all.size();
                System.out.println(kind + ": " + all.size() + " events, " + doubles + " twice, " + KILLS + " kills");
            }
            assertEquals(0, orders.feeds().find("relay").orElseThrow().behind());
        }
    }

    private void killOnTheWay(TestDatabase database, List<String> target, Receiver receiver, FaultProxy proxy, int kill)
            throws Exception {
        try (RelayProcess relay = RelayProcess.start(database, folder, target)) {
            awaitNews(receiver, BETWEEN / 2, relay);
            if (kill % 2 == 0) {
                proxy.reset();
            }
            awaitNews(receiver, BETWEEN / 2, relay);
            relay.kill();
        }
    }

    /** What is sent meanwhile arrives nowhere, and the relay is told nothing of that. */
    private static void loseBytes(OrderProcessor orders, FaultProxy proxy, RelayProcess relay) throws Exception {
        proxy.blackHole(FaultProxy.Direction.UP);
        decide(orders, MORE);
        Eventually.await("bytes are lost", BOUND, () -> proxy.damaged() > 0, relay::toString);
        proxy.pass();
    }

    private static OrderProcessor shop(TestDatabase database) {
        OrderProcessor orders = OrderProcessor.builder(database.dataSource(8))
                .createTables(true)
                .build()
                .start();
        orders.workers(WorkerConfig.defaults()).start();
        orders.inventory().define(1, 100, 1_000_000, "product");
        orders.wallets().open(1, 1_000_000, "wallet");
        return orders;
    }

    /** Every fifth order is rejected. */
    private static void decide(OrderProcessor orders, int number) throws Exception {
        List<OrderRequest> requests = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            requests.add(OrderRequest.of(1).line(1, i % 5 == 0 ? 100_000 : 1).build());
        }
        requests.forEach(orders::submit);
        for (OrderRequest request : requests) {
            orders.await(request.id(), BOUND).orElseThrow();
        }
    }

    private static void awaitNews(Receiver receiver, int news, RelayProcess relay) {
        int before = seen(receiver).size();
        await("something new is sent", () -> seen(receiver).size() >= before + news, receiver, relay);
    }

    private static void await(String what, BooleanSupplier condition, Receiver receiver, RelayProcess relay) {
        Eventually.await(what, BOUND, condition, () -> seen(receiver).size() + " came; " + relay);
    }

    /** What came, each once, in the order in which it came first. */
    private static List<JsonNode> seen(Receiver receiver) {
        Map<String, JsonNode> events = new LinkedHashMap<>();
        receiver.received()
                .forEach(event -> events.putIfAbsent(event.path("position").asText(), event));
        return List.copyOf(events.values());
    }

    private static List<JsonNode> all(OrderProcessor orders) {
        List<JsonNode> all = new ArrayList<>();
        FeedPage page = orders.feeds().read(0, 500);
        while (!page.events().isEmpty()) {
            for (OrderEvent event : page.events()) {
                all.add(Receiver.parse(EventJson.event(event).toString().getBytes(StandardCharsets.UTF_8)));
            }
            page = orders.feeds().read(page.position(), 500);
        }
        return all;
    }

    @Test
    @DisplayName("tells of an outage once, and ends in the middle of it without a word")
    void endsInAnOutage() throws Exception {
        try (TestDatabase database = TestDatabase.open(TestDatabase.Kind.MARIADB);
                OrderProcessor orders = shop(database)) {
            decide(orders, 1);
            List<String> nowhere = List.of("--to", "redis://127.0.0.1:" + Ports.free());
            try (RelayProcess relay = RelayProcess.start(database, folder, nowhere)) {
                Eventually.await(
                        "it is told", BOUND, () -> relay.toString().contains("sent again until"), relay::toString);
                assertEquals("stopped, sent 0 events", relay.terminate());
                assertFalse(relay.toString().contains("\tat "), relay::toString);
            }
            assertTrue(orders.feeds().find("relay").orElseThrow().behind() > 0);
        }
    }
}
