package io.orderflow.page;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Flow;

/**
 * What to answer a request with. Immutable.
 *
 * @param status the HTTP status
 * @param headers all headers but the length
 * @param body the whole body; empty for a stream, and to be left out of an answer to HEAD
 * @param events what to send instead of a body, each text in UTF-8 as it is, until it completes; for one subscriber.
 *     One that asks for the next text when the one before is sent misses what came in between, and is behind in
 *     nothing. It is told on a thread of the page's and must not wait there. A host that sends no more cancels
 */
public record PageReply(int status, Map<String, String> headers, byte[] body, Optional<Flow.Publisher<String>> events) {
    /** Copies headers and body. */
    public PageReply {
        headers = Map.copyOf(headers);
        body = body.clone();
        requireNonNull(events, "events");
    }

    @Override
    public byte[] body() {
        return body.clone();
    }

    @Override
    public String toString() {
        return status + " " + headers + (events.isPresent() ? " a stream" : ", " + body.length + " bytes");
    }
}
