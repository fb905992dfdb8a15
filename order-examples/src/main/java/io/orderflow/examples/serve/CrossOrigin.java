package io.orderflow.examples.serve;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.Collection;
import java.util.Set;

/**
 * Lets the pages of named sites read what is answered here, as browsers ask for it (CORS of the Fetch standard). No
 * cookie is taken from them. The live page and its calls are not among it: those are for pages from here alone. Used by
 * the event loop alone.
 */
final class CrossOrigin implements Gate {
    private static final CharSequence ORIGIN = HttpHeaders.ORIGIN;
    private static final CharSequence ASKED_METHOD = HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD;

    /** What a page may send beside what browsers let it send anyway. */
    private static final String REQUEST_HEADERS = String.join(
            ", ",
            "Authorization",
            "Content-Type",
            IdempotencyKey.HEADER,
            "If-None-Match",
            "Last-Event-ID",
            RequestIds.HEADER,
            "Request-Id",
            "traceparent",
            "tracestate");

    /** What a page may read beside what browsers let it read anyway. */
    private static final String ANSWER_HEADERS =
            String.join(", ", "ETag", "Location", "Retry-After", RequestIds.HEADER, OrderRoutes.REPLAYED);

    /** So long a browser need not ask again; a change of the options is seen by then. */
    private static final String MAX_AGE = Long.toString(Duration.ofMinutes(10).toSeconds());

    private final Set<String> origins;

    /**
     * Prepares it.
     *
     * @param origins as browsers send them, 1 or more
     */
    CrossOrigin(Collection<String> origins) {
        this.origins = Set.copyOf(origins);
    }

    @Override
    public boolean isOpen(HttpServerRequest request, RouteTable served) {
        if (PageRoutes.isOfPage(request.path())) {
            return true;
        }
        HttpServerResponse response = request.response();
        // for a cache: another origin gets another answer
        response.putHeader(HttpHeaders.VARY, ORIGIN);
        String origin = request.getHeader(ORIGIN);
        boolean known = origin != null && origins.contains(origin);
        if (known) {
            response.putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, origin)
                    .putHeader(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, ANSWER_HEADERS);
        }
        boolean asksFirst = HttpMethod.OPTIONS.equals(request.method())
                && origin != null
                && request.headers().contains(ASKED_METHOD);
        return !asksFirst || !answer(response, known, served.allowed(request.path()));
    }

    /** Answers what a browser asks before a request. A path that is not there is answered as such. */
    private static boolean answer(HttpServerResponse response, boolean known, String methods) {
        if (!known) {
            Problem.other(403, "pages of this origin may not ask").send(response);
        } else if (methods.isEmpty()) {
            return false;
        } else {
            response.setStatusCode(204)
                    .putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, methods)
                    .putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_HEADERS)
                    .putHeader(HttpHeaders.ACCESS_CONTROL_MAX_AGE, MAX_AGE)
                    .end();
        }
        return true;
    }
}
