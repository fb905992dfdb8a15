package io.orderflow.examples.serve;

import io.orderflow.OrderListener;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderSchema;
import io.orderflow.SchemaException;
import io.orderflow.StoreUnavailableException;
import io.orderflow.WorkerConfig;
import io.orderflow.WorkerRunner;
import io.orderflow.examples.common.ProgramException;
import io.orderflow.examples.common.ProgramFailures;
import io.orderflow.examples.common.Shop;
import io.orderflow.examples.common.ShopQueue;
import io.vertx.ext.web.Router;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/** A process that only decides: a runner, and its health and meters over HTTP if that is asked for. Thread-safe. */
final class WorkerServer implements AutoCloseable {
    static final String LOOPBACK = "127.0.0.1";

    private final OrderSchema schema;
    private final OrderProcessor orders;
    private final WorkerRunner workers;
    private final Consumer<String> print;
    private final Optional<HealthPlace> healthPlace;
    private final HealthRoutes health;
    private final Optional<MetricsRoute> metrics;
    private final Optional<WebServer> http;
    private final LongAdder decided = new LongAdder();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile Optional<Missing> waitingFor = Optional.of(Missing.CONTACT);

    /** An address of this machine and a port on it; 0 for a free one. */
    record HealthPlace(String host, int port) {}

    /**
     * Puts the parts together, without any I/O.
     *
     * @param healthPlace where health and meters are served; empty for nowhere
     * @param print told, for a person, what it waits for and when it works
     */
    WorkerServer(
            Shop shop,
            ShopQueue queue,
            WorkerConfig config,
            Optional<HealthPlace> healthPlace,
            Consumer<String> print) {
        this.schema = shop.schema();
        this.print = print;
        this.healthPlace = healthPlace;
        OrderListener counting = new OrderListener() {
            @Override
            public void decided(List<Decision> decisions) {
                decided.add(decisions.size());
            }
        };
        this.orders = queue.configure(OrderProcessor.builder(shop.dataSource())
                        .tablePrefix(shop.tablePrefix())
                        .listener(counting))
                .build();
        this.workers = orders.workers(config);
        this.health = new HealthRoutes(workers::health, () -> waitingFor.map(Missing::publicly), HealthRoutes::decides);
        this.metrics = healthPlace.map(place -> MetricsRoute.ofProcess(orders, health, shop));
        this.http = healthPlace.map(place -> new WebServer(this::register));
    }

    private void register(Router router) {
        health.register(router);
        metrics.ifPresent(meters -> meters.register(router));
    }

    /**
     * Starts working as soon as the database was there once; until then it tries again without end.
     *
     * @throws ProgramException if HTTP cannot listen there
     * @throws SchemaException if the database cannot be used as it is set up
     */
    void start() throws InterruptedException {
        http.ifPresent(this::serveHealth);
        String said = "";
        while (!hasTables() && !closed.await(Preparation.RETRY.toMillis(), TimeUnit.MILLISECONDS)) {
            String missing = waitingFor.orElseThrow().inFull();
            if (!missing.equals(said)) {
                print.accept("not working yet, trying again without end: " + missing);
                said = missing;
            }
        }
        work();
    }

    private void serveHealth(WebServer server) {
        String host = healthPlace.orElseThrow().host();
        server.start(host, healthPlace.orElseThrow().port());
        print.accept("health: " + WebServer.url(host, server.port()) + "/health/ready");
    }

    private synchronized void work() {
        if (closed.getCount() > 0) {
            waitingFor = Optional.empty();
            workers.start();
            print.accept("working");
        }
    }

    /** Whether the tables are there now; makes them where they are missing. */
    private boolean hasTables() {
        try {
            schema.create();
            return true;
        } catch (StoreUnavailableException e) {
            waitingFor = Optional.of(Missing.database(ProgramFailures.describe(e)));
            return false;
        }
    }

    /** How many orders this process decided. */
    long decided() {
        return decided.sum();
    }

    /** Finishes the batches in work and gives back the rest. */
    @Override
    public synchronized void close() {
        closed.countDown();
        orders.close();
        http.ifPresent(WebServer::close);
        metrics.ifPresent(MetricsRoute::close);
    }
}
