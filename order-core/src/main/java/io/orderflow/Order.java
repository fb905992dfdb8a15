package io.orderflow;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * An order as the database had it at one moment. Immutable.
 *
 * <p>Of an order that is {@link OrderStatus#ARCHIVED} only id, buyer, status, decision and times are known. Whatever it
 * was, the other values are those of nothing: no lines, no hold, no host data, not urgent, 0 as total and refunded, and
 * {@link Payment#WALLET}. They say nothing about the order; {@link #toString} leaves them out.
 *
 * @param id the order's id
 * @param buyer the buyer's id
 * @param status where the order stands
 * @param rejectReason why it was rejected; present for {@link OrderStatus#REJECTED} only
 * @param lines the lines in the order of the request; of an order that took something with the prices that were
 *     charged, whatever was given back since, else as requested
 * @param payment whether the buyer's wallet pays or somebody else does; not known of an archived order
 * @param holdFor how long the order was to hold what it takes; empty for one that is completed at once
 * @param heldUntil when the hold ends, by the database's clock; present for {@link OrderStatus#RESERVED} only
 * @param urgent whether it was accepted as one that is decided before others; {@code false} if the request cannot be
 *     read
 * @param total what the order costs, in minor units, which was charged to the wallet if that pays; 0 if the order took
 *     nothing; not known of an archived order
 * @param refunded what of the total was given back since, in minor units; all of it when refunded or expired, or
 *     cancelled after it was reserved; not known of an archived order
 * @param createdAt when the order was accepted, by the database's clock
 * @param decidedAt when the verdict was reached or the pending order was cancelled, by the database's clock
 * @param decision the place of that in the order of all decisions, adjustments and changes; larger is later
 * @param hostData the host's own bytes, empty when none were given; a copy
 */
public record Order(
        UUID id,
        long buyer,
        OrderStatus status,
        Optional<RejectReason> rejectReason,
        List<OrderLine> lines,
        Payment payment,
        Optional<Duration> holdFor,
        Optional<Instant> heldUntil,
        boolean urgent,
        long total,
        long refunded,
        Instant createdAt,
        Optional<Instant> decidedAt,
        OptionalLong decision,
        byte[] hostData) {
    /** Copies what could change under the record. */
    public Order {
        requireNonNull(id, "id");
        requireNonNull(status, "status");
        requireNonNull(rejectReason, "rejectReason");
        lines = List.copyOf(lines);
        requireNonNull(payment, "payment");
        requireNonNull(holdFor, "holdFor");
        requireNonNull(heldUntil, "heldUntil");
        requireNonNull(createdAt, "createdAt");
        requireNonNull(decidedAt, "decidedAt");
        requireNonNull(decision, "decision");
        hostData = hostData.clone();
    }

    @Override
    public byte[] hostData() {
        return hostData.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Order that
                && id.equals(that.id)
                && buyer == that.buyer
                && status == that.status
                && rejectReason.equals(that.rejectReason)
                && lines.equals(that.lines)
                && payment == that.payment
                && holdFor.equals(that.holdFor)
                && heldUntil.equals(that.heldUntil)
                && urgent == that.urgent
                && total == that.total
                && refunded == that.refunded
                && createdAt.equals(that.createdAt)
                && decidedAt.equals(that.decidedAt)
                && decision.equals(that.decision)
                && Arrays.equals(hostData, that.hostData);
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }

    /** Everything that is known but the host's bytes, of which only the length is shown. */
    @Override
    public String toString() {
        return "Order[id=" + id + ", buyer=" + buyer + ", status=" + status
                + (status == OrderStatus.ARCHIVED ? "" : content())
                + ", createdAt=" + createdAt
                + decidedAt.map(at -> ", decidedAt=" + at).orElse("")
                + (decision.isPresent() ? ", decision=" + decision.getAsLong() : "")
                + (status == OrderStatus.ARCHIVED ? "]" : ", hostData=" + hostData.length + " bytes]");
    }

    private String content() {
        return rejectReason.map(reason -> ", rejectReason=" + reason).orElse("") + ", lines=" + lines
                + ", payment=" + payment
                + holdFor.map(length -> ", holdFor=" + length).orElse("")
                + heldUntil.map(until -> ", heldUntil=" + until).orElse("")
                + (urgent ? ", urgent" : "")
                + ", total=" + total
                + (refunded > 0 ? ", refunded=" + refunded : "");
    }
}
