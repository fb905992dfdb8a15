package io.orderflow.examples.serve;

import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.orderflow.examples.common.ProgramException;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * HTTP on one event loop, which reads every request and writes every answer, so that a group of answers costs one
 * wake-up. What waits for a server runs elsewhere. Thread-safe.
 */
final class WebServer implements AutoCloseable {
    /** Longest that a stop waits for answers that are due; a submission has its answer within 2 s. */
    static final Duration ANSWERS_DUE = Duration.ofSeconds(5);

    /** Longest that a connection may rest: a client that went without a word. */
    static final Duration REST = Duration.ofSeconds(60);

    /** Longest that a request may take to arrive. */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    /** For {@link MetricsRoute} and the library's own needs. */
    private static final int WAITING_THREADS = 2;

    private final Vertx vertx;
    private final FrontDoor door;
    private final List<Gate> gates;
    private final Router router;
    private final RouteTable table;
    private final Map<String, Handler<HttpServerRequest>> posts;
    private final HttpServer server;

    /**
     * Puts it together, without any I/O.
     *
     * @param routes adds the paths that are served
     */
    WebServer(Consumer<Router> routes) {
        this(routes, new FrontDoor(PATIENCE, REST));
    }

    /** With other bounds, for tests. */
    WebServer(Consumer<Router> routes, FrontDoor door) {
        this(routes, loop -> Map.of(), List.of(), door);
    }

    /**
     * Serves paths to post to beside the others.
     *
     * @param posts the handlers of what is posted, by path; each gets the executor of the event loop
     * @param gates what a request passes before them all, in this order
     */
    WebServer(
            Consumer<Router> routes,
            Function<Executor, Map<String, Handler<HttpServerRequest>>> posts,
            List<Gate> gates) {
        this(routes, posts, gates, new FrontDoor(PATIENCE, REST));
    }

    /** The same with other bounds, for tests. */
    WebServer(
            Consumer<Router> routes,
            Function<Executor, Map<String, Handler<HttpServerRequest>>> posts,
            List<Gate> gates,
            FrontDoor door) {
        this.gates = List.copyOf(gates);
        this.door = door;
        vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(1)
                // nothing here looks for classes by its thread, and each step of a request would set it
                .setDisableTCCL(true)
                .setWorkerPoolSize(WAITING_THREADS)
                .setInternalBlockingPoolSize(WAITING_THREADS)
                .setFileSystemOptions(new FileSystemOptions()
                        .setClassPathResolvingEnabled(false)
                        .setFileCachingEnabled(false)));
        this.posts = posts.apply(new Handover(vertx.getOrCreateContext()));
        router = router(routes);
        table = new RouteTable(router);
        door.keepTimes(vertx);
        server = vertx.createHttpServer(options())
                .requestHandler(this::serve)
                .connectionHandler(door::watch)
                .invalidRequestHandler(WebServer::explain);
    }

    static HttpServerOptions options() {
        return new HttpServerOptions()
                // the event loop alone answers, so what it writes needs no queue between threads
                .setStrictThreadMode(true)
                // the handler of bodies says it, once, and to nobody who is refused by his headers
                .setHandle100ContinueAutomatically(false)
                // a front end's filter would not see what comes after the upgrade
                .setHttp2ClearTextEnabled(false)
                // nobody speaks it here, and each request would pass its handler
                .setPerMessageWebSocketCompressionSupported(false)
                .setPerFrameWebSocketCompressionSupported(false);
    }

    private Router router(Consumer<Router> routes) {
        Router all = Router.router(vertx);
        HttpAnswers.register(all);
        // so that other methods are told what is allowed there
        posts.forEach((path, handler) -> all.post(path).handler(context -> handler.handle(context.request())));
        routes.accept(all);
        return all;
    }

    /** Orders pass the router by: its way takes longer than reading one. */
    private void serve(HttpServerRequest request) {
        if (!door.enter(request)) {
            return;
        }
        for (Gate gate : gates) {
            if (!gate.isOpen(request, table)) {
                return;
            }
        }
        Handler<HttpServerRequest> post = posts.get(request.path());
        if (post == null) {
            router.handle(request);
        } else if (HttpMethod.POST.equals(request.method())) {
            post.handle(request);
        } else if (table.takes(request.path(), request.method())) {
            router.handle(request);
        } else {
            // the router would take the end of the path for an id
            HttpAnswers.notAllowed(request, table);
        }
    }

    /**
     * Listens from now on.
     *
     * @throws ProgramException if it cannot listen there
     */
    void start(String host, int port) {
        try {
            server.listen(port, host).await();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new ProgramException("cannot listen on " + host + ":" + port + ": " + e.getMessage(), e);
        }
    }

    /** How a place is reached; an address of IPv6 needs brackets. */
    static String url(String host, int port) {
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    /** What it serves, see {@link RouteTable#all}. */
    List<String> routes() {
        return table.all();
    }

    /** The port that it listens on. */
    int port() {
        return server.actualPort();
    }

    /** Answers what is not even HTTP in the same form as everything else; the server ends the connection by itself. */
    private static void explain(HttpServerRequest request) {
        Throwable cause = request.decoderResult().cause();
        int status = 400;
        if (cause instanceof TooLongHttpLineException) {
            status = 414;
        } else if (cause instanceof TooLongHttpHeaderException) {
            status = 431;
        }
        RequestIds.stamp(request.response());
        Problem.other(status, "the request cannot be understood").send(request.response());
    }

    /** Takes no new request, sends the answers that are due, and ends. */
    @Override
    public void close() {
        // one after the other: what follows the end of the event loop would wait for it for ever
        server.shutdown(ANSWERS_DUE).await();
        vertx.close().await();
    }
}
