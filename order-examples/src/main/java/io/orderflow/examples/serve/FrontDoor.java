package io.orderflow.examples.serve;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What every request passes before a route sees it: it gets an id, its path must be plain, and its body must arrive in
 * time. Used by the event loop alone.
 *
 * <p>Plain means: what stands in the request line is what is routed. A front end that lets some paths through and
 * others not compares text, so a path that is only equal after something was decoded or left out of it must not be
 * served.
 *
 * <p>Times are kept by one look at all connections now and then: a timer for each request would cost more than the
 * order that it brings.
 */
final class FrontDoor {
    private static final String ALSO_PLAIN = "_.+~-";

    /** A bound is passed by a tenth at most before that is seen. */
    private static final int LOOKS = 10;

    private final Duration patience;
    private final Duration rest;
    private final Map<HttpConnection, Visit> visits = new HashMap<>();

    /** A connection, and what it is at. */
    private static final class Visit {
        private final HttpConnection connection;

        /** The request that has no whole answer yet; null when there is none, as far as the last look knows. */
        private HttpServerRequest request;

        /** Since when it has that request, or none. */
        private long since = System.nanoTime();

        Visit(HttpConnection connection) {
            this.connection = connection;
        }
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

    /** Keeps the times of all connections from now on. */
    void keepTimes(Vertx vertx) {
        long shorter = Math.min(patience.toMillis(), rest.toMillis());
        vertx.setPeriodic(Math.max(1, shorter / LOOKS), look -> {
            long now = System.nanoTime();
            // to end a connection changes the map
            List.copyOf(visits.values()).forEach(visit -> look(visit, now));
        });
    }

    /**
     * Watches a connection. Bytes that come one by one keep it from being idle, so what counts here are whole requests.
     */
    void watch(HttpConnection connection) {
        visits.put(connection, new Visit(connection));
        connection.closeHandler(closed -> visits.remove(connection));
    }

    private void look(Visit visit, long now) {
        HttpServerRequest request = visit.request;
        if (request == null) {
            if (now - visit.since > rest.toNanos()) {
                visit.connection.close();
            }
        } else if (request.response().ended()) {
            visit.request = null;
            visit.since = now;
        } else if (!request.isEnded() && now - visit.since > patience.toNanos()) {
            Problem.late(patience).send(request.response());
            visit.connection.close();
        }
    }

    /**
     * Lets a request in, or answers it.
     *
     * @return whether it is in
     */
    boolean enter(HttpServerRequest request) {
        RequestIds.give(request);
        if (!isPlain(request.path())) {
            Problem.path().send(request.response());
            return false;
        }
        Visit visit = visits.get(request.connection());
        if (visit != null) {
            visit.request = request;
            visit.since = System.nanoTime();
        }
        return true;
    }

    /** No empty segment and no dot segment, but for the root, and nothing that has to be decoded. */
    private static boolean isPlain(String path) {
        if (path.isEmpty() || path.charAt(0) != '/') {
            return false;
        }
        boolean onlyDots = true;
        int begin = 1;
        for (int i = 1; i < path.length(); i++) {
            char next = path.charAt(i);
            if (next == '/') {
                if (onlyDots && i - begin <= 2) {
                    return false;
                }
                onlyDots = true;
                begin = i + 1;
            } else if (!isPlain(next)) {
                return false;
            } else {
                onlyDots &= next == '.';
            }
        }
        return path.length() == 1 || !onlyDots || path.length() - begin > 2;
    }

    private static boolean isPlain(char next) {
        return next >= 'a' && next <= 'z'
                || next >= 'A' && next <= 'Z'
                || next >= '0' && next <= '9'
                || ALSO_PLAIN.indexOf(next) >= 0;
    }
}
