package io.orderflow.queue.rabbit;

import io.orderflow.queue.PublishResult;
import java.util.concurrent.CompletableFuture;

/** One message on its way into the queue. Its result is set once; later ones are ignored. Thread-safe. */
final class Message {
    private final byte[] body;
    private final CompletableFuture<PublishResult> result = new CompletableFuture<>();
    private volatile String returned;
    private volatile long sentAt;

    Message(byte[] body) {
        this.body = body;
    }

    byte[] body() {
        return body;
    }

    CompletableFuture<PublishResult> result() {
        return result;
    }

    /** It is about to be sent. */
    void sentNow() {
        sentAt = System.nanoTime();
    }

    /** When it was sent, by {@link System#nanoTime}. */
    long sentAt() {
        return sentAt;
    }

    /** The server found no queue for it; its confirm comes all the same. */
    void returned(String reason) {
        returned = reason;
    }

    /** The server confirmed it. */
    void confirmed() {
        String reason = returned;
        result.complete(
                reason == null ? PublishResult.done() : PublishResult.refused("returned by the server: " + reason));
    }

    void refused(String cause) {
        result.complete(PublishResult.refused(cause));
    }

    void unknown(String cause) {
        result.complete(PublishResult.unknown(cause));
    }
}
