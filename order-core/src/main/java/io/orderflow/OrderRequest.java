package io.orderflow;

import static java.util.Objects.requireNonNull;

import io.orderflow.internal.codec.OrderIds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What a buyer asks for. Immutable; the order's id is fixed when the object is built, so that submitting the same
 * object again can never make a second order. With an idempotency key the same holds for every request with the same
 * buyer and key, also from another process; without one, building a second request makes a second order.
 *
 * <p>Buyer, lines in their order, unit prices, payment, hold and host data are the content. Other content under the
 * same id is a conflict. Whether it is urgent is no part of the content: the same request again is a duplicate, urgent
 * or not, and leaves the order as it was accepted.
 *
 * @param id the order's id: with an idempotency key derived from buyer and key, else the host's own or a new
 *     time-ordered UUID
 * @param buyer the buyer's id, 0 or more
 * @param lines 1 to {@link Limits#LINES} lines; several may name the same product, their quantities count together
 * @param payment whether the buyer's wallet pays or somebody else does
 * @param holdFor how long the order holds what it took until somebody confirms it, {@link Limits#SHORTEST_HOLD} to
 *     {@link Limits#LONGEST_HOLD} in whole milliseconds; empty for an order that is completed at once
 * @param urgent whether the order is to be decided before others that wait; see {@link Builder#urgent}
 * @param idempotencyKey the host's name for this request, unique per buyer, 1 to {@link Limits#KEY_LENGTH} characters
 *     without unpaired surrogates and NUL
 * @param hostData up to {@link Limits#HOST_DATA} bytes that the library stores and returns unread; a copy
 * @param trace the trace that the order belongs to; no content, so the same order may be submitted again in another one
 */
public record OrderRequest(
        UUID id,
        long buyer,
        List<OrderLine> lines,
        Payment payment,
        Optional<Duration> holdFor,
        boolean urgent,
        Optional<String> idempotencyKey,
        byte[] hostData,
        Optional<TraceContext> trace) {
    /**
     * Checks each value against its rule.
     *
     * @throws InvalidOrderException if a value is outside its range, or the id is not the one that buyer and key give,
     *     or is of version 8 without a key
     */
    public OrderRequest {
        requireNonNull(id, "id");
        requireNonNull(payment, "payment");
        requireNonNull(holdFor, "holdFor").ifPresent(Rules::hold);
        requireNonNull(idempotencyKey, "idempotencyKey");
        requireNonNull(trace, "trace");
        lines = List.copyOf(lines);
        hostData = hostData.clone();
        Rules.notNegative("buyer", buyer);
        checkLines(lines);
        checkKey(idempotencyKey, buyer, id);
        if (hostData.length > Limits.HOST_DATA) {
            throw new InvalidOrderException(
                    "hostData", hostData.length + " bytes", "must be at most " + Limits.HOST_DATA + " bytes");
        }
    }

    /**
     * A request that belongs to no trace.
     *
     * @throws InvalidOrderException if a value is outside its range, or the id is not the one that buyer and key give,
     *     or is of version 8 without a key
     */
    public OrderRequest(
            UUID id,
            long buyer,
            List<OrderLine> lines,
            Payment payment,
            Optional<Duration> holdFor,
            boolean urgent,
            Optional<String> idempotencyKey,
            byte[] hostData) {
        this(id, buyer, lines, payment, holdFor, urgent, idempotencyKey, hostData, Optional.empty());
    }

    private static void checkLines(List<OrderLine> lines) {
        if (lines.isEmpty() || lines.size() > Limits.LINES) {
            throw new InvalidOrderException(
                    "lines", lines.size(), "must have between 1 and " + Limits.LINES + " entries");
        }
        long total = 0;
        for (int i = 0; i < lines.size(); i++) {
            OrderLine line = lines.get(i);
            if (line.unitPrice().isEmpty()) {
                continue;
            }
            // at most 10^6 x 10^15: does not fit a long, so the limit is checked by division
            long price = line.unitPrice().getAsLong();
            if (price > (Limits.AMOUNT - total) / line.quantity()) {
                throw new InvalidOrderException(
                        "lines[" + i + "].unitPrice",
                        price,
                        "must keep the order's total at or below " + Limits.AMOUNT);
            }
            total += price * line.quantity();
        }
    }

    private static void checkKey(Optional<String> key, long buyer, UUID id) {
        if (key.isEmpty()) {
            if (OrderIds.isOfKey(id)) {
                throw new InvalidOrderException(
                        "id", id, "must not be of version 8, which stands for an idempotency key, without that key");
            }
            return;
        }
        String text = key.get();
        Rules.text("idempotencyKey", text);
        if (!OrderIds.fromKey(buyer, text).equals(id)) {
            throw new InvalidOrderException(
                    "id", id, "must be derived from buyer and idempotencyKey when a key is given");
        }
    }

    /** Starts a request of one buyer. */
    public static Builder of(long buyer) {
        Rules.notNegative("buyer", buyer);
        return new Builder(buyer);
    }

    /** The same request in a trace. */
    public OrderRequest withTrace(TraceContext trace) {
        return new OrderRequest(
                id,
                buyer,
                lines,
                payment,
                holdFor,
                urgent,
                idempotencyKey,
                hostData,
                Optional.of(requireNonNull(trace, "trace")));
    }

    @Override
    public byte[] hostData() {
        return hostData.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof OrderRequest that
                && id.equals(that.id)
                && buyer == that.buyer
                && lines.equals(that.lines)
                && payment == that.payment
                && holdFor.equals(that.holdFor)
                && urgent == that.urgent
                && idempotencyKey.equals(that.idempotencyKey)
                && Arrays.equals(hostData, that.hostData)
                && trace.equals(that.trace);
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }

    /**
     * Id, buyer, lines, payment, hold and urgency; of the key and the host's bytes only their lengths, since they may
     * be confidential.
     */
    @Override
    public String toString() {
        return "OrderRequest[id=" + id + ", buyer=" + buyer + ", lines=" + lines + ", payment=" + payment
                + holdFor.map(length -> ", holdFor=" + length).orElse("")
                + (urgent ? ", urgent" : "")
                + ", idempotencyKey="
                + idempotencyKey.map(key -> key.length() + " characters").orElse("none") + ", hostData="
                + hostData.length + " bytes]";
    }

    /** Collects the values of one request. Not thread-safe. */
    public static final class Builder {
        private static final byte[] NOTHING = {};

        private final long buyer;
        private final List<OrderLine> lines = new ArrayList<>(4);
        private Payment payment = Payment.WALLET;
        private Optional<Duration> holdFor = Optional.empty();
        private boolean urgent;
        private Optional<UUID> id = Optional.empty();
        private Optional<String> idempotencyKey = Optional.empty();
        private byte[] hostData = NOTHING;
        private Optional<TraceContext> trace = Optional.empty();

        private Builder(long buyer) {
            this.buyer = buyer;
        }

        /**
         * Adds a line at whatever price holds at the decision.
         *
         * @throws InvalidOrderException if a value is outside its range; see {@link OrderLine}
         */
        public Builder line(long product, int quantity) {
            return line(OrderLine.of(product, quantity));
        }

        /**
         * Adds a line at the price that the buyer saw, in minor units.
         *
         * @throws InvalidOrderException if a value is outside its range; see {@link OrderLine}
         */
        public Builder line(long product, int quantity, long unitPrice) {
            return line(OrderLine.of(product, quantity, unitPrice));
        }

        /** Adds a line. */
        public Builder line(OrderLine line) {
            lines.add(requireNonNull(line, "line"));
            return this;
        }

        /** Says who pays. Default: {@link Payment#WALLET}. */
        public Builder payment(Payment payment) {
            this.payment = requireNonNull(payment, "payment");
            return this;
        }

        /**
         * Holds what the order takes: the decision takes stock and money as for any order, and the order is
         * {@link OrderStatus#RESERVED} until {@link OrderChanges#confirm} completes it or {@link OrderChanges#release}
         * gives everything back. After this time, counted from the decision by the database's clock, the workers give
         * everything back. Default: no hold.
         *
         * @param length {@link Limits#SHORTEST_HOLD} to {@link Limits#LONGEST_HOLD}, in whole milliseconds
         * @throws InvalidOrderException if it is outside that range or has a part of a millisecond
         */
        public Builder holdFor(Duration length) {
            Rules.hold(requireNonNull(length, "holdFor"));
            this.holdFor = Optional.of(length);
            return this;
        }

        /**
         * Has the order decided before others that wait. It matters while there is a backlog: without one, every order
         * is decided as soon as it is accepted. It needs the journal: an order that the queue alone accepted, since the
         * database was away or by {@link Acceptance#QUEUE_ONLY}, waits as all others do. The verdict, and what it
         * costs, are those of any order. Urgent orders have no order among each other. While others wait, at most every
         * second batch that is found in the journal is of urgent ones, and the queue's own batches go on beside them: a
         * flood of urgent orders delays the others and does not stop them. Default: not urgent.
         */
        public Builder urgent() {
            return urgent(true);
        }

        /** As {@link #urgent()}, or not. */
        public Builder urgent(boolean urgent) {
            this.urgent = urgent;
            return this;
        }

        /**
         * Names the request: the same buyer and key always stand for the same order. Keys are compared as they are,
         * character by character: {@code "a"}, {@code "A"} and {@code "a "} are three. Hashed, never stored. Default:
         * no key.
         *
         * @throws InvalidOrderException if it is empty, longer than {@link Limits#KEY_LENGTH}, or has an unpaired
         *     surrogate or NUL
         */
        public Builder idempotencyKey(String key) {
            Rules.text("idempotencyKey", requireNonNull(key, "idempotencyKey"));
            this.idempotencyKey = Optional.of(key);
            return this;
        }

        /**
         * Sets the order's id, for a host that has ids of its own; not together with a key. Not a UUID of version 8:
         * those stand for idempotency keys, and one that is given without its key could take the place of another
         * buyer's order. Not the id of another request that got none. Default: a new time-ordered UUID.
         */
        public Builder id(UUID id) {
            this.id = Optional.of(requireNonNull(id, "id"));
            return this;
        }

        /** Attaches the host's own bytes, up to {@link Limits#HOST_DATA} of them. Default: none. */
        public Builder hostData(byte[] bytes) {
            this.hostData = bytes.clone();
            return this;
        }

        /**
         * Names the trace that the order belongs to, so that it shows when the order was accepted and decided: see
         * {@link OrderTracing}. Default: none.
         */
        public Builder trace(TraceContext trace) {
            this.trace = Optional.of(requireNonNull(trace, "trace"));
            return this;
        }

        /**
         * Builds the request and fixes the order's id.
         *
         * @throws InvalidOrderException if a value is outside its range, or both an id and a key are given
         */
        public OrderRequest build() {
            UUID fixed = idempotencyKey
                    .filter(key -> id.isEmpty())
                    .map(key -> OrderIds.fromKey(buyer, key))
                    .orElseGet(() -> id.orElseGet(OrderIds::next));
            return new OrderRequest(fixed, buyer, lines, payment, holdFor, urgent, idempotencyKey, hostData, trace);
        }
    }
}
