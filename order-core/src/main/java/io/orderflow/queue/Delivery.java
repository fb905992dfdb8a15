package io.orderflow.queue;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.Optional;

/**
 * One message that a consumer holds. Belongs to the consumer that returned it, and is used on that consumer's thread
 * only. Adapters implement it with whatever they need to settle the message.
 */
public interface Delivery {
    /**
     * The message's bytes, as published; of one that is {@link #oversized}, its first bytes. Not copied; nobody changes
     * them.
     */
    byte[] body();

    /**
     * How often this message was delivered before, as far as the queue knows; 0 for the first time. A hint, never
     * proof.
     */
    int deliveriesBefore();

    /**
     * What the whole message is, where {@link #body} is only its beginning. Empty by default: {@code body()} is all of
     * it.
     *
     * <p>For messages that others put into the store and that are larger than {@link OrderQueue#largestMessage}, maybe
     * larger than this process has memory for. No order is in them; the worker sets them aside, with their length, hash
     * and beginning, and acks them.
     */
    default Optional<Oversized> oversized() {
        return Optional.empty();
    }

    /**
     * What tells one oversized message from another. Immutable.
     *
     * @param length bytes of the whole message, at least 1
     * @param hash 32 bytes: SHA-256 of the whole message. A store that cannot tell it gives 32 other bytes that are the
     *     same at each delivery of this message and differ from those of every other
     */
    record Oversized(int length, byte[] hash) {
        private static final int HASH_BYTES = 32;

        /**
         * Copies the hash.
         *
         * @throws IllegalArgumentException if the length is below 1 or the hash has not 32 bytes
         */
        public Oversized {
            if (length < 1) {
                throw new IllegalArgumentException("length must be >= 1: " + length);
            }
            if (requireNonNull(hash, "hash").length != HASH_BYTES) {
                throw new IllegalArgumentException("hash must have " + HASH_BYTES + " bytes: " + hash.length);
            }
            hash = hash.clone();
        }

        /** A copy. */
        @Override
        public byte[] hash() {
            return hash.clone();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Oversized that && length == that.length && Arrays.equals(hash, that.hash);
        }

        @Override
        public int hashCode() {
            return 31 * length + Arrays.hashCode(hash);
        }

        /** The length alone. */
        @Override
        public String toString() {
            return "Oversized[" + length + " bytes]";
        }
    }
}
