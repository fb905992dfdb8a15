package io.orderflow.examples.serve;

import io.orderflow.WorkerConfig;
import io.orderflow.examples.common.Shop;
import io.orderflow.examples.common.ShopQueue;
import io.orderflow.examples.common.ShopSeed;
import io.orderflow.examples.common.TestShops;
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
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** A serve and a worker on one shop, and what Prometheus would read of them. */
public final class ScrapedShop implements AutoCloseable {
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final String ORDER = "{\"buyer\":1,\"lines\":[{\"product\":1,\"quantity\":2}]}";

    /** With each option that brings a meter, and for nobody in the way. */
    static final HttpConfig LIMITED = new HttpConfig(
            Access.OPEN, List.of(), Optional.of(new RateRule(RateRule.MOST, RateRule.MOST)), TrustedProxies.NONE);

    private final HttpClient http = HttpClient.newHttpClient();
    private final TestDatabase database = TestDatabase.h2();
    private final Shop shop = TestShops.open(database, 12);
    private final ShopServer serve;
    private final WorkerServer worker;
    private final int workerPort;

    private ScrapedShop() throws InterruptedException {
        serve = new ShopServer(
                shop,
                ShopQueue.inMemory(),
                Optional.of(WorkerConfig.defaults()),
                Duration.ZERO,
                new ShopSeed(1, 1_000_000, 1, 1_000_000_000),
                true,
                LIMITED,
                progress -> {});
        serve.start("127.0.0.1", 0);
        List<String> said = new CopyOnWriteArrayList<>();
        worker = new WorkerServer(
                shop,
                ShopQueue.inMemory(),
                WorkerConfig.defaults(),
                Optional.of(new WorkerServer.HealthPlace("127.0.0.1", 0)),
                said::add);
        worker.start();
        workerPort = URI.create(said.get(0).replace("health: ", "")).getPort();
    }

    /** Starts it. */
    public static ScrapedShop start() throws InterruptedException {
        return new ScrapedShop();
    }

    /**
     * The answers of {@code /metrics}, by the job under which {@code prometheus.yml} asks for them, once they have what
     * is there only after something happened: a pause for garbage and the wait of an order.
     */
    public Map<String, String> scrape() {
        System.gc();
        ShopClient client = new ShopClient(serve.port());
        Eventually.await(
                "a verdict is sampled, and a pause for garbage is there",
                BOUND,
                () -> {
                    placeOne(client);
                    return has("orderflow_verdict_seconds_count ", "orderflow_verdict_seconds_count 0")
                            && has("jvm_gc_pause_seconds_count", " nothing");
                },
                () -> metrics(serve.port()));
        return Map.of("serve", metrics(serve.port()), "worker", metrics(workerPort));
    }

    private boolean has(String start, String not) {
        return metrics(serve.port()).lines().anyMatch(line -> line.startsWith(start) && !line.startsWith(not));
    }

    private static void placeOne(ShopClient client) {
        try {
            client.order(ORDER);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private String metrics(int port) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                .timeout(BOUND)
                .build();
        try {
            HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new AssertionError(response.statusCode() + " " + response.body());
            }
            return response.body();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(request.toString(), e);
        }
    }

    @Override
    public void close() {
        worker.close();
        serve.close();
        shop.close();
        database.close();
    }
}
