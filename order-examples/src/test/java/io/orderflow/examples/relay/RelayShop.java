package io.orderflow.examples.relay;

import com.fasterxml.jackson.databind.JsonNode;
import io.orderflow.FeedPage;
import io.orderflow.OrderEvent;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.WorkerConfig;
import io.orderflow.examples.common.EventJson;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.TestDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** A shop on MariaDB whose orders a relay tells of. */
final class RelayShop implements AutoCloseable {
    static final Duration BOUND = Duration.ofSeconds(120);

    private final TestDatabase database = TestDatabase.open(TestDatabase.Kind.MARIADB);
    private final OrderProcessor orders;

    RelayShop() {
        orders = OrderProcessor.builder(database.dataSource(8))
                .createTables(true)
                .build()
                .start();
        orders.workers(WorkerConfig.defaults()).start();
        orders.inventory().define(1, 100, 1_000_000, "product");
        orders.wallets().open(1, 1_000_000, "wallet");
    }

    RelayProcess relay(Path folder, List<String> target) throws IOException {
        return RelayProcess.start(database, folder, target);
    }

    /** Has orders decided; every fifth is rejected. */
    void decide(int number) throws InterruptedException {
        List<OrderRequest> requests = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            requests.add(OrderRequest.of(1).line(1, i % 5 == 0 ? 100_000 : 1).build());
        }
        requests.forEach(orders::submit);
        for (OrderRequest request : requests) {
            orders.await(request.id(), BOUND).orElseThrow();
        }
    }

    /** All that happened, in its order. */
    List<JsonNode> all() {
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

    /** How many events the relay has not sent yet, as far as its feed knows. */
    long behind() {
        return orders.feeds().find("relay").orElseThrow().behind();
    }

    /** What came, each once, in the order in which it came first. */
    static List<JsonNode> seen(Receiver receiver) {
        Map<String, JsonNode> events = new LinkedHashMap<>();
        receiver.received()
                .forEach(event -> events.putIfAbsent(event.path("position").asText(), event));
        return List.copyOf(events.values());
    }

    static void await(String what, BooleanSupplier condition, Receiver receiver, RelayProcess relay) {
        Eventually.await(what, BOUND, condition, () -> seen(receiver).size() + " came; " + relay);
    }

    @Override
    public void close() {
        orders.close();
        database.close();
    }
}
