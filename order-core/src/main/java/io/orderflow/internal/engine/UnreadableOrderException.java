package io.orderflow.internal.engine;

import java.util.UUID;

/** An order's row holds a request that cannot be decoded, or that is not the one its fingerprint was made from. */
public final class UnreadableOrderException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final UUID orderId;

    /**
     * Creates the exception.
     *
     * @param orderId the order
     * @param message what is wrong with the request
     */
    public UnreadableOrderException(UUID orderId, String message) {
        super("order " + orderId + ": " + message);
        this.orderId = orderId;
    }

    /** The order. */
    public UUID orderId() {
        return orderId;
    }
}
