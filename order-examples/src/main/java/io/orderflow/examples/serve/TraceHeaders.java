package io.orderflow.examples.serve;

import io.orderflow.TraceContext;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;

/** The trace that a request belongs to, by its headers of W3C Trace Context. Its orders take it with them. */
final class TraceHeaders {
    private static final CharSequence PARENT = HttpHeaders.createOptimized("traceparent");
    private static final CharSequence STATE = HttpHeaders.createOptimized("tracestate");

    private TraceHeaders() {}

    /** Empty where there is none, or one that is malformed: no order is refused for it. */
    static Optional<TraceContext> of(HttpServerRequest request) {
        MultiMap headers = request.headers();
        return headers.contains(PARENT)
                ? TraceContext.ofHeaders(headers.getAll(PARENT), headers.getAll(STATE))
                : Optional.empty();
    }
}
