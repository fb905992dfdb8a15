package io.orderflow.examples.serve;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/**
 * The id of each request: the caller's own, or one that is unique among processes as far as chance goes, and in one
 * process in the order of arrival. It is kept in the answer's headers, where the log and the problems find it.
 * Thread-safe.
 */
final class RequestIds {
    /** The header of every answer, and of requests that bring their own. */
    static final String HEADER = "X-Request-Id";

    /** The same by the name without the X, which some callers send. */
    private static final CharSequence OTHER_HEADER = HttpHeaders.createOptimized("Request-Id");

    private static final CharSequence OWN_HEADER = HttpHeaders.createOptimized(HEADER);

    /** What can stand in a log line and end neither it nor a word of it. */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_.:-]{1,64}");

    private static final String PROCESS = String.format("%012x", new SecureRandom().nextLong() & 0xffff_ffff_ffffL);
    private static final AtomicLong LAST = new AtomicLong();

    private RequestIds() {}

    /** Gives a request its id. */
    static void give(HttpServerRequest request) {
        String given = request.getHeader(OWN_HEADER);
        if (given == null) {
            given = request.getHeader(OTHER_HEADER);
        }
        request.response()
                .putHeader(OWN_HEADER, given != null && PLAIN.matcher(given).matches() ? given : next());
    }

    /** Gives an id to a request that did not come by the front door: what it asked for was no path. */
    static void stamp(HttpServerResponse response) {
        if (!response.headers().contains(OWN_HEADER)) {
            response.putHeader(OWN_HEADER, next());
        }
    }

    /** The id that a request has. */
    static String of(HttpServerResponse response) {
        return String.valueOf(response.headers().get(OWN_HEADER));
    }

    private static String next() {
        return PROCESS + "-" + LAST.incrementAndGet();
    }
}
