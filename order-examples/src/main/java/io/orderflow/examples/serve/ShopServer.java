package io.orderflow.examples.serve;

import io.orderflow.OrderProcessor;
import io.orderflow.WorkerConfig;
import io.orderflow.WorkerRunner;
import io.orderflow.examples.common.ProgramException;
import io.orderflow.examples.common.Shop;
import io.orderflow.examples.common.ShopQueue;
import io.orderflow.examples.common.ShopSeed;
import io.orderflow.page.LivePage;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The whole application: a processor, its workers, and HTTP in front. Thread-safe.
 *
 * <p>It comes up in the order in which orders flow back (workers, then HTTP) and goes down the other way round: no new
 * request, then the answers that are due, then the intake, then the batches in work. What is accepted and not decided
 * by then stays in the journal for the next start.
 */
final class ShopServer implements AutoCloseable {
    /** Threads, and so connections, for reads and for what is done with dead letters. */
    private static final int READERS = 4;

    /**
     * Connections that HTTP needs: of those threads, of the one that reads for streams of events, the page's, and the
     * one that samples verdicts.
     */
    static final int CONNECTIONS = READERS + 3;

    static final int READS_WAITING = 1_000;

    /** With this, what was on its way to a queue that froze has its verdict within a second, from the database. */
    private static final Duration PUBLISH_TIMEOUT = Duration.ofMillis(500);

    private final OrderProcessor orders;
    private final Optional<WorkerRunner> workers;
    private final boolean sharedQueue;
    private final Preparation preparation;
    private final ExecutorService readers;
    private final ExecutorService streamReader;
    private final EventStreams streams;
    private final Access access;
    private final List<String> origins;
    private final TrustedProxies proxies;
    private final HealthRoutes health;
    private final MetricsRoute metrics;
    private final Optional<RateLimit> limit;
    private final WebServer http;
    private volatile boolean started;
    private boolean closed;

    /**
     * Puts the parts together, without any I/O.
     *
     * @param config the workers; empty when others decide
     * @param groupWait how long the journal waits for more orders
     * @param progress told how far the seeding is
     */
    ShopServer(
            Shop shop,
            ShopQueue queue,
            Optional<WorkerConfig> config,
            Duration groupWait,
            ShopSeed seed,
            Consumer<String> progress) {
        this(shop, queue, config, groupWait, seed, true, HttpConfig.defaults(), progress);
    }

    /**
     * The same, which makes the tables or waits for them.
     *
     * @param createTables whether tables that are missing are made
     * @param callers who may ask over HTTP, and how much
     */
    ShopServer(
            Shop shop,
            ShopQueue queue,
            Optional<WorkerConfig> config,
            Duration groupWait,
            ShopSeed seed,
            boolean createTables,
            HttpConfig callers,
            Consumer<String> progress) {
        access = callers.access();
        origins = callers.origins();
        proxies = callers.proxies();
        limit = callers.rate().map(rule -> new RateLimit(rule, proxies));
        orders = queue.configure(OrderProcessor.builder(shop.dataSource()).tablePrefix(shop.tablePrefix()))
                .publishTimeout(PUBLISH_TIMEOUT)
                .groupWait(groupWait)
                .build();
        workers = config.map(orders::workers);
        sharedQueue = queue.isShared();
        preparation = new Preparation(shop.schema(), createTables, orders, seed, progress);
        readers = new ThreadPoolExecutor(
                READERS, READERS, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(READS_WAITING), ShopServer::reader);
        streamReader = Executors.newSingleThreadExecutor(ShopServer::reader);
        streams = new EventStreams(orders.feeds(), streamReader, EventStreams.StreamBounds.DEFAULT);
        health = new HealthRoutes(orders::health, this::missing, HealthRoutes::accepts);
        metrics = MetricsRoute.ofShop(orders, health, shop);
        limit.ifPresent(metrics::count);
        http = new WebServer(
                this::register, loop -> OrderRoutes.posts(orders, this::refusal, this::charge, loop), gates());
    }

    /**
     * Starts everything, after the shop was prepared or that was tried once in vain: the database may be away.
     *
     * @throws ProgramException if HTTP cannot listen there
     */
    ShopServer start(String host, int port) throws InterruptedException {
        http.start(host, port);
        preparation.start().awaitFirstTry();
        synchronized (this) {
            if (!closed) {
                orders.start();
                workers.ifPresent(WorkerRunner::start);
                started = true;
            }
        }
        return this;
    }

    /** What is still missing; empty when orders can be taken. */
    Optional<Missing> waitingFor() {
        return preparation.waitingFor();
    }

    /** Why no order is taken now. Most of that the library knows and says itself. */
    private Optional<String> refusal() {
        if (!started) {
            String what = waitingFor().map(Missing::publicly).orElse("a moment");
            return Optional.of("the application is starting: " + what);
        }
        // until the shop is filled, every order would be rejected for its unknown buyer
        return preparation.seedWaitingFor().map(Missing::publicly);
    }

    /** Why it is not ready. Without its tables it still takes orders if there is a queue that can keep them. */
    private Optional<String> missing() {
        return refusal().or(() -> sharedQueue ? Optional.empty() : waitingFor().map(Missing::publicly));
    }

    /** What HTTP serves, see {@link RouteTable#all}. */
    List<String> routes() {
        return http.routes();
    }

    /** The port that HTTP listens on. */
    int port() {
        return http.port();
    }

    /** A page of another site is to read that it was refused, too. */
    private List<Gate> gates() {
        List<Gate> gates = new ArrayList<>();
        if (!origins.isEmpty()) {
            gates.add(new CrossOrigin(origins));
        }
        gates.add(new SiteGate(origins, access.tokens().hasTokens()));
        limit.ifPresent(gates::add);
        return gates;
    }

    private Optional<Problem> charge(HttpServerRequest request, int more) {
        return limit.flatMap(one -> one.charge(request, more));
    }

    private void register(Router router) {
        Offload offload = new Offload(readers);
        LivePage page = orders.page(access.tokens());
        if (access.page()) {
            new PageRoutes(page, proxies, offload).register(router);
        }
        if (access.tokens().hasTokens()) {
            new TokenGuard(page, origins, proxies).register(router);
        }
        new ReadRoutes(orders, offload).register(router);
        new LetterRoutes(orders.deadLetters(), offload).register(router);
        new DecidingRoutes(orders.deciding(), offload).register(router);
        new EventRoutes(orders.feeds(), offload, streams).register(router);
        new ChangeRoutes(orders, offload).register(router);
        health.register(router);
        metrics.register(router);
        new ApiRoute().register(router);
    }

    private static Thread reader(Runnable work) {
        Thread thread = new Thread(work, "reader");
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public void close() {
        streams.close();
        http.close();
        metrics.close();
        preparation.close();
        readers.shutdown();
        streamReader.shutdown();
        synchronized (this) {
            closed = true;
            orders.close();
        }
    }
}
