package io.orderflow.examples.serve;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What every request passes before a route sees it: it gets an id, its path must be plain, and its body must arrive in
 * time. Used by the event loop alone.
 *
 * <p>Plain means: what stands in the request line is what is routed. A front end that lets some paths through and
 * others not compares text, so a path that is only equal after something was decoded or left out of it must not be
 * served.
 */
final class FrontDoor {
    static final String REQUEST_ID = "X-Request-Id";

    /**
     * Looked for, and not the whole path matched: a pattern of many segments recurses once for each, and its stack is
     * small.
     */
    private static final Pattern NOT_PLAIN = Pattern.compile("^(?!/)|/\\.{0,2}(?:/|\\z)|[^A-Za-z0-9_.+~/-]");

    private static final RequestIds IDS = new RequestIds();

    private static final Pattern GIVEN_ID = Pattern.compile("[A-Za-z0-9_.:-]{1,64}");

    private final Duration patience;
    private final Duration rest;
    private final Map<HttpConnection, Visit> visits = new HashMap<>();

    /** What a connection is at: how many of its requests have no whole answer yet, and since when it has none. */
    private static final class Visit {
        private int open;
        private long idleSince = System.nanoTime();
    }

    /**
     * Prepares it.
     *
     * @param patience longest time for a whole request, from its headers to the end of its body
     * @param rest longest time in which a connection brings no whole request
     */
    FrontDoor(Duration patience, Duration rest) {
        this.patience = patience;
        this.rest = rest;
    }

    void register(Router router) {
        router.route().handler(this::enter);
    }

    /**
     * Watches a connection. Bytes that come one by one keep it from being idle, so what counts here are whole requests.
     */
    void watch(Vertx vertx, HttpConnection connection) {
        visits.put(connection, new Visit());
        long timer = vertx.setPeriodic(Math.max(1, rest.toMillis() / 2), look -> endIfSilent(connection));
        connection.closeHandler(closed -> {
            visits.remove(connection);
            vertx.cancelTimer(timer);
        });
    }

    private void endIfSilent(HttpConnection connection) {
        Visit visit = visits.get(connection);
        if (visit != null && visit.open == 0 && System.nanoTime() - visit.idleSince > rest.toNanos()) {
            connection.close();
        }
    }

    private void enter(RoutingContext context) {
        HttpServerRequest request = context.request();
        context.response().putHeader(REQUEST_ID, id(request));
        if (!isPlain(request.path())) {
            Problem.path().send(context.response());
            return;
        }
        note(context);
        if (!request.isEnded()) {
            boundBody(context);
        }
        context.next();
    }

    private static boolean isPlain(String path) {
        return path.equals("/") || !NOT_PLAIN.matcher(path).find();
    }

    private void note(RoutingContext context) {
        Visit visit = visits.get(context.request().connection());
        if (visit != null) {
            visit.open++;
            context.addEndHandler(ended -> {
                visit.open--;
                visit.idleSince = System.nanoTime();
            });
        }
    }

    private void boundBody(RoutingContext context) {
        long timer = context.vertx().setTimer(patience.toMillis(), late -> {
            if (!context.request().isEnded()) {
                Problem.late(patience).send(context.response());
                context.request().connection().close();
            }
        });
        context.addEndHandler(ended -> context.vertx().cancelTimer(timer));
    }

    /** Gives an id to a request that did not come through here: what it asked for was no path. */
    static void stamp(HttpServerResponse response) {
        if (!response.headers().contains(REQUEST_ID)) {
            response.putHeader(REQUEST_ID, IDS.next());
        }
    }

    /** The caller's own id, if it is one that can stand in a log. */
    private static String id(HttpServerRequest request) {
        String given = request.getHeader(REQUEST_ID);
        return given != null && GIVEN_ID.matcher(given).matches() ? given : IDS.next();
    }

    /** The id that a request got here. */
    static String idOf(RoutingContext context) {
        return String.valueOf(context.response().headers().get(REQUEST_ID));
    }
}
