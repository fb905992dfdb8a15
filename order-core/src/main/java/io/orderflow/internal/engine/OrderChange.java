package io.orderflow.internal.engine;

import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.codec.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** A change of an order as the tables hold it. */
public interface OrderChange {
    /** See {@link #idOf}. */
    UUID id();

    /**
     * The id under which a change is recorded: the first half of the SHA-256 of the order's id and the reference. That
     * of an expiry, whose reference is empty, is the order's own: many expire one after the other, and their rows go to
     * one end of the tables instead of all over them.
     */
    static UUID idOf(UUID order, String reference) {
        if (reference.isEmpty()) {
            return order;
        }
        byte[] name = reference.getBytes(StandardCharsets.UTF_8);
        byte[] both = new byte[OrderIds.BYTES + name.length];
        System.arraycopy(OrderIds.toBytes(order), 0, both, 0, OrderIds.BYTES);
        System.arraycopy(name, 0, both, OrderIds.BYTES, name.length);
        return OrderIds.fromBytes(Sha256.hash(both), 0);
    }

    /** The order. */
    UUID orderId();

    /** The host's name for it. */
    String reference();

    /** What is done. */
    Kind kind();

    /** What a change does; the numbers stand in the tables and never change. */
    enum Kind {
        /** Decides a pending order as cancelled, or gives back what a reserved one took. */
        CANCEL(1),
        /** Gives back some pieces. */
        REFUND(2),
        /** Gives back all that is left. */
        REFUND_REST(3),
        /** Completes a reserved order. */
        CONFIRM(4),
        /** Gives back what a reserved order took. */
        RELEASE(5),
        /** The same, since nobody did anything else in time. */
        EXPIRE(6);

        private final int code;

        Kind(int code) {
            this.code = code;
        }

        /**
         * The kind with a number.
         *
         * @throws IllegalStateException if there is none
         */
        public static Kind of(int code) {
            for (Kind kind : values()) {
                if (kind.code == code) {
                    return kind;
                }
            }
            throw new IllegalStateException("kind of a change in the database stands for nothing: " + code);
        }

        /** The number in the tables. */
        public int code() {
            return code;
        }

        /** Whether it gives back what a completed order took. */
        public boolean isRefund() {
            return this == REFUND || this == REFUND_REST;
        }
    }
}
