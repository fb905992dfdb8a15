package io.orderflow.examples.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.WorkerConfig;
import io.orderflow.examples.common.Shop;
import io.orderflow.examples.common.ShopQueue;
import io.orderflow.examples.common.ShopSeed;
import io.orderflow.examples.common.TestShops;
import io.orderflow.samples.Documents;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.TestDatabase;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("GET /metrics")
class MetricsTest {
    private static final Duration BOUND = Duration.ofSeconds(60);

    private TestDatabase database;
    private Shop shop;

    @BeforeEach
    void open() {
        database = TestDatabase.h2();
        shop = TestShops.open(database, 10);
    }

    @AfterEach
    void close() {
        shop.close();
        database.close();
    }

    private static HttpResponse<String> metrics(int port) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                .timeout(BOUND)
                .build();
        try {
            return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(request.toString(), e);
        }
    }

    private static void awaitLine(String line, int port) {
        Eventually.await(
                line,
                BOUND,
                () -> metrics(port).body().lines().anyMatch(line::equals),
                () -> metrics(port).body());
    }

    private ShopServer serve(Optional<WorkerConfig> workers, HttpConfig callers) throws InterruptedException {
        ShopSeed seed = new ShopSeed(1, 100, 1, 1_000_000);
        return new ShopServer(shop, ShopQueue.inMemory(), workers, Duration.ZERO, seed, true, callers, progress -> {})
                .start("127.0.0.1", 0);
    }

    @Test
    @DisplayName("of serve has every meter of the documents' table, in its names, and no other")
    void ofServe() throws Exception {
        try (ShopServer server = serve(Optional.of(WorkerConfig.defaults()), ScrapedShop.LIMITED)) {
            ShopClient client = new ShopClient(server.port());
            assertEquals(
                    202,
                    client.order("{\"buyer\":1,\"lines\":[{\"product\":1,\"quantity\":2}]}")
                            .status());
            awaitLine("orderflow_orders_accepted_total 1.0", server.port());
            awaitLine("orderflow_orders_completed_total 1.0", server.port());
            awaitLine("orderflow_orders_oldest_pending_seconds 0.0", server.port());
            // by a thread of the JVM, after the pause
            System.gc();
            awaitLine("# TYPE jvm_gc_pause_seconds summary", server.port());
            HttpResponse<String> answer = metrics(server.port());
            assertEquals(200, answer.statusCode());
            assertEquals(
                    MetricsRoute.CONTENT_TYPE.toLowerCase(),
                    answer.headers().firstValue("Content-Type").orElse("").toLowerCase());
            assertEquals(
                    documentedNames(),
                    answer.body()
                            .lines()
                            .filter(line -> line.startsWith("# TYPE "))
                            .map(line -> line.split(" ")[2])
                            // the maximum of a timer or a summary is a series of its own
                            .filter(name -> name.startsWith("hikaricp_") || !name.endsWith("_max"))
                            .collect(Collectors.toCollection(TreeSet::new)));
            assertTrue(answer.body().contains("orderflow_retries_total{cause=\"outage\"} 0.0"), answer::body);
            assertTrue(answer.body().contains("orderflow_health{part=\"queue\"} 0.0"), answer::body);
            assertTrue(answer.body().contains("orderflow_ready 1.0"), answer::body);
        }
    }

    private static Set<String> documentedNames() {
        Set<String> names = Stream.of("<!-- checked: OrderMetrics -->", "<!-- checked: meters of the programs -->")
                .flatMap(mark -> Documents.tableAfter(mark).stream())
                .map(cells -> cells.get(1).replace("`", ""))
                .collect(Collectors.toCollection(TreeSet::new));
        assertTrue(names.size() > 10, names::toString);
        return names;
    }

    @Test
    @DisplayName("of worker is on its health port and counts what it decided")
    void ofWorker() throws Exception {
        List<String> said = new CopyOnWriteArrayList<>();
        try (ShopServer server = serve(Optional.empty(), HttpConfig.defaults());
                WorkerServer worker = new WorkerServer(
                        shop,
                        ShopQueue.inMemory(),
                        WorkerConfig.defaults(),
                        Optional.of(new WorkerServer.HealthPlace("127.0.0.1", 0)),
                        said::add)) {
            worker.start();
            int port = URI.create(said.get(0).replace("health: ", "")).getPort();
            awaitLine("orderflow_orders_completed_total 0.0", port);
            assertFalse(metrics(server.port()).body().contains("_limited_"), "it has no rate limit");
            ShopClient client = new ShopClient(server.port());
            assertEquals(
                    202,
                    client.order("{\"buyer\":1,\"lines\":[{\"product\":1,\"quantity\":2}]}")
                            .status());
            awaitLine("orderflow_orders_completed_total 1.0", port);
            awaitLine("orderflow_orders_recovered_total 1.0", port);
            awaitLine("orderflow_orders_accepted_total 0.0", port);
            awaitLine("orderflow_orders_completed_total 0.0", server.port());
        }
    }
}
