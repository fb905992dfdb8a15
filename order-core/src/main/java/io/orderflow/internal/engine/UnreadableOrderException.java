package io.orderflow.internal.engine;

import java.util.UUID;

/** An order's row holds a request that cannot be decoded, or that is not the one its fingerprint was made from. */
public final class UnreadableOrderException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final UUID orderId;
    private final String detail;

    /**
     * Creates the exception.
     *
     * @param orderId the order
     * @param detail what is wrong with the request
     */
    public UnreadableOrderException(UUID orderId, String detail) {
        super("order " + orderId + ": " + detail);
        this.orderId = orderId;
        this.detail = detail;
    }

    /** The order. */
    public UUID orderId() {
        return orderId;
    }

    /** What is wrong with its request; the message without the order. */
    public String detail() {
        return detail;
    }
}
