package io.orderflow.queue.redis;

/** The server did what it was told, and fewer replicas have that than were asked for. */
final class TooFewReplicasException extends Exception {
    private static final long serialVersionUID = 1L;

    TooFewReplicasException(String message) {
        super(message);
    }
}
