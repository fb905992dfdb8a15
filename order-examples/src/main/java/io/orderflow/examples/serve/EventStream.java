package io.orderflow.examples.serve;

import io.orderflow.OrderEvent;
import io.orderflow.examples.common.EventJson;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;

/**
 * One reader of events as they happen: what was written to it, and whether it takes more. On the event loop alone.
 *
 * <p>What it has not taken yet is in the buffers of its connection, and is bounded: nothing is written, nor read for it
 * from the database, until it has taken that.
 */
final class EventStream {
    static final String TYPE = "text/event-stream";

    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private long position;
    private long writtenAt;
    private boolean atEnd;
    private boolean reading;
    private boolean open = true;
    private Runnable gone = () -> {};

    /**
     * Begins to answer.
     *
     * @param position everything up to it is known to the reader
     */
    EventStream(HttpServerRequest request, long position) {
        this.request = request;
        this.response = request.response();
        this.position = position;
        response.setChunked(true)
                .putHeader(HttpHeaders.CONTENT_TYPE, TYPE)
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .putHeader("X-Content-Type-Options", "nosniff");
        // so that the reader sees that it is connected
        comment();
    }

    /** Has these called when it takes more again, and when it has gone. */
    void watch(Runnable takesMore, Runnable gone) {
        response.drainHandler(drained -> takesMore.run());
        this.gone = gone;
        response.exceptionHandler(failure -> leave());
        response.closeHandler(closed -> leave());
    }

    private void leave() {
        if (open) {
            open = false;
            gone.run();
        }
    }

    /** Everything up to it was written. */
    long position() {
        return position;
    }

    /** Whether it has not taken what was written. */
    boolean isFull() {
        return response.writeQueueFull();
    }

    /** Whether it waits for what will happen, so that it needs no read of its own. */
    boolean isAtEnd() {
        return atEnd && !reading && !isFull();
    }

    /** Whether something should be read for it now. */
    boolean isHungry() {
        return open && !atEnd && !reading && !isFull();
    }

    /** A read for it begins. */
    void readBegins() {
        reading = true;
    }

    /** The read failed; another follows. */
    void readFailed() {
        reading = false;
    }

    /** Others at the end were told what comes after its position, while it took nothing. */
    void missed(long upTo) {
        atEnd = atEnd && upTo <= position;
    }

    /**
     * Writes what comes after its position.
     *
     * @param upTo everything up to it is among the events, or no event
     * @param more whether there may be more now
     */
    void tell(List<OrderEvent> events, long upTo, boolean more) {
        reading = false;
        atEnd = !more || upTo <= position;
        if (!open || upTo <= position) {
            return;
        }
        StringBuilder text = new StringBuilder();
        for (OrderEvent event : events) {
            if (event.position() > position) {
                text.append("id: ").append(event.position()).append("\ndata: ");
                text.append(EventJson.event(event)).append("\n\n");
            }
        }
        position = upTo;
        if (text.length() > 0) {
            write(text.toString());
        }
    }

    /** Something that says no more than that the connection lives. */
    void comment() {
        write(":\n\n");
    }

    private void write(String text) {
        writtenAt = System.nanoTime();
        response.write(text);
    }

    /** For how long nothing was written. */
    long silentNanos(long now) {
        return now - writtenAt;
    }

    /** Ends it. A reader that takes nothing would not take the end either. */
    void end() {
        leave();
        if (isFull()) {
            request.connection().close();
        } else {
            response.end();
        }
    }
}
