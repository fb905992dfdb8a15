package io.orderflow;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A dead letter with its bytes and what they say. Immutable.
 *
 * @param letter what a list shows of it
 * @param bytes what is kept of the message or content; a copy
 * @param contents the orders that can be read from the bytes, in their order there; empty when nothing can be read. Of
 *     a message without a right tag this is what it claims, and nobody vouches for it
 * @param unreadable why nothing can be read; empty when something can
 * @param order the order under {@code letter.orderId()} as it is now: the parked one, or for a
 *     {@link DeadLetterReason#CONFLICT} the one that won; empty when there is none
 */
public record OpenedDeadLetter(
        DeadLetter letter, byte[] bytes, List<Content> contents, Optional<String> unreadable, Optional<Order> order) {
    /** Copies what could change under the record. */
    public OpenedDeadLetter {
        requireNonNull(letter, "letter");
        bytes = bytes.clone();
        contents = List.copyOf(contents);
        requireNonNull(unreadable, "unreadable");
        requireNonNull(order, "order");
    }

    @Override
    public byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof OpenedDeadLetter that
                && letter.equals(that.letter)
                && Arrays.equals(bytes, that.bytes)
                && contents.equals(that.contents)
                && unreadable.equals(that.unreadable)
                && order.equals(that.order);
    }

    @Override
    public int hashCode() {
        return letter.hashCode();
    }

    /** The letter and how much there is of the rest; never what somebody asked for. */
    @Override
    public String toString() {
        return "OpenedDeadLetter[" + letter + ", " + bytes.length + " bytes, " + contents.size() + " orders in them"
                + unreadable.map(why -> ", unreadable: " + why).orElse("")
                + order.map(now -> ", order " + now.status()).orElse("") + "]";
    }

    /**
     * An order as the bytes have it. Immutable.
     *
     * @param orderId the order's id
     * @param buyer the buyer's id
     * @param lines what was asked for
     * @param payment who was to pay
     * @param hostData the host's own bytes, empty when none were given; a copy
     */
    public record Content(UUID orderId, long buyer, List<OrderLine> lines, Payment payment, byte[] hostData) {
        /** Copies what could change under the record. */
        public Content {
            requireNonNull(orderId, "orderId");
            lines = List.copyOf(lines);
            requireNonNull(payment, "payment");
            hostData = hostData.clone();
        }

        @Override
        public byte[] hostData() {
            return hostData.clone();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Content that
                    && orderId.equals(that.orderId)
                    && buyer == that.buyer
                    && lines.equals(that.lines)
                    && payment == that.payment
                    && Arrays.equals(hostData, that.hostData);
        }

        @Override
        public int hashCode() {
            return orderId.hashCode();
        }

        /** Everything but the host's bytes, of which only the length is shown. */
        @Override
        public String toString() {
            return "Content[orderId=" + orderId + ", buyer=" + buyer + ", lines=" + lines + ", payment=" + payment
                    + ", hostData=" + hostData.length + " bytes]";
        }
    }
}
