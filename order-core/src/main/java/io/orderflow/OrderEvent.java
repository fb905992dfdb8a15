package io.orderflow;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * Something that happened to an order, as the feed tells it. Immutable.
 *
 * @param position its place in the order of all that happened; larger is later. The same event has it every time
 * @param type what happened
 * @param orderId the order
 * @param at when, by the database's clock
 * @param rejectReason why it was rejected; present for {@link Type#REJECTED} only
 * @param parkedFor why it was set aside; present for {@link Type#PARKED} only
 * @param amount what the order costs, or what this change gave back, in minor units; 0 for other types
 * @param reference the name that the host gave a change; empty for other types and for an expiry
 * @param order the order as it was when the event was read, which may be later than the event; empty if its row is gone
 */
public record OrderEvent(
        long position,
        Type type,
        UUID orderId,
        Instant at,
        Optional<RejectReason> rejectReason,
        Optional<DeadLetterReason> parkedFor,
        long amount,
        Optional<String> reference,
        Optional<Order> order) {
    /** Checks that nothing is missing. */
    public OrderEvent {
        requireNonNull(type, "type");
        requireNonNull(orderId, "orderId");
        requireNonNull(at, "at");
        requireNonNull(rejectReason, "rejectReason");
        requireNonNull(parkedFor, "parkedFor");
        requireNonNull(reference, "reference");
        requireNonNull(order, "order");
    }

    /** What can happen to an order. More may be added. */
    public enum Type {
        /** It took its stock, and was charged if the wallet pays. */
        COMPLETED,
        /** It took its stock, and was charged if the wallet pays, until its hold ends. */
        RESERVED,
        /** It was reserved, and keeps what it took. */
        CONFIRMED,
        /** It was reserved, and all that it took was given back on request. */
        RELEASED,
        /** It was reserved for too long: all that it took was given back. */
        EXPIRED,
        /** It was decided and took nothing. */
        REJECTED,
        /** It was cancelled before its decision, or while it was reserved. */
        CANCELLED,
        /** Something that it took was given back, all or a part. */
        REFUNDED,
        /** It was set aside without a verdict. */
        PARKED,
        /** It was brought back and waits for its decision again. */
        REDRIVEN
    }
}
