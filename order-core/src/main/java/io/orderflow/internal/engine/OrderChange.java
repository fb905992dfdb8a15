package io.orderflow.internal.engine;

import java.util.UUID;

/** A change of an order as the tables hold it. */
public interface OrderChange {
    /** A hash of the order's id and the reference. */
    UUID id();

    /** The order. */
    UUID orderId();

    /** The host's name for it. */
    String reference();

    /** What is done. */
    Kind kind();

    /** What a change does; the numbers stand in the tables and never change. */
    enum Kind {
        /** Decides a pending order as cancelled. */
        CANCEL(1),
        /** Gives back some pieces. */
        REFUND(2),
        /** Gives back all that is left. */
        REFUND_REST(3);

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

        /** Whether it gives back what an order took. */
        public boolean isRefund() {
            return this != CANCEL;
        }
    }
}
