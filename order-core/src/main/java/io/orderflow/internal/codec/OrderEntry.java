package io.orderflow.internal.codec;

import static java.util.Objects.requireNonNull;

import io.orderflow.OrderLine;
import io.orderflow.OrderRequest;
import io.orderflow.Payment;
import io.orderflow.TraceContext;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * An order on its way: what a frame and the journal carry and the engine decides. Immutable, and always valid: an entry
 * from the wire keeps the same rules as one from the API. Its fingerprint is computed from its content, never taken
 * from the wire.
 */
public final class OrderEntry {
    /** The {@link #unitPrice} of a line that has none. */
    public static final long NO_PRICE = Lines.NO_PRICE;

    private final UUID id;
    private final long buyer;
    private final Fingerprint fingerprint;
    private final byte[] request;
    private final Lines lines;
    private final long holdMillis;
    private final int hostOffset;
    private final Optional<TraceContext> trace;

    OrderEntry(UUID id, long buyer, byte[] request, Lines lines, long holdMillis, int hostOffset) {
        this.id = id;
        this.buyer = buyer;
        this.request = request;
        this.lines = lines;
        this.holdMillis = holdMillis;
        this.hostOffset = hostOffset;
        this.fingerprint = Fingerprint.of(buyer, lines, payment(), holdMillis, request, hostOffset);
        this.trace = Optional.empty();
    }

    private OrderEntry(OrderEntry same, Optional<TraceContext> trace) {
        this.id = same.id;
        this.buyer = same.buyer;
        this.request = same.request;
        this.lines = same.lines;
        this.holdMillis = same.holdMillis;
        this.hostOffset = same.hostOffset;
        this.fingerprint = same.fingerprint;
        this.trace = trace;
    }

    /** Of a request from the API. */
    public static OrderEntry of(OrderRequest request) {
        Lines lines = Lines.of(request.lines());
        byte[] hostData = request.hostData();
        long holdMillis = request.holdFor().map(Duration::toMillis).orElse(0L);
        byte[] bytes = RequestCodec.encode(lines, request.payment(), holdMillis, request.urgent(), hostData);
        OrderEntry entry =
                new OrderEntry(request.id(), request.buyer(), bytes, lines, holdMillis, bytes.length - hostData.length);
        return request.trace().isEmpty() ? entry : new OrderEntry(entry, request.trace());
    }

    /** The same order in a trace. */
    OrderEntry in(TraceContext trace) {
        return new OrderEntry(this, Optional.of(trace));
    }

    /** The same order in no trace: the same bytes, whichever way it came. */
    public OrderEntry untraced() {
        return trace.isEmpty() ? this : new OrderEntry(this, Optional.empty());
    }

    /**
     * Reads an order from its stored parts.
     *
     * @param request what {@link #request()} gave; kept, not copied
     * @throws MalformedException if the bytes are not a valid order of a version that this release reads
     */
    public static OrderEntry decode(UUID id, long buyer, byte[] request) throws MalformedException {
        requireNonNull(id, "id");
        requireNonNull(request, "request");
        return RequestCodec.decode(id, buyer, request);
    }

    /** The order's id. */
    public UUID id() {
        return id;
    }

    /** The buyer's id. */
    public long buyer() {
        return buyer;
    }

    /** The hash of the content. */
    public Fingerprint fingerprint() {
        return fingerprint;
    }

    /** Who pays. */
    public Payment payment() {
        return RequestCodec.payment(request);
    }

    /** Whether the buyer's wallet pays: then the order needs it. */
    public boolean needsWallet() {
        return payment() == Payment.WALLET;
    }

    /** How long the order holds what it takes, in milliseconds; 0 if it is completed at once. */
    public long holdMillis() {
        return holdMillis;
    }

    /** The same as the API has it. */
    public Optional<Duration> holdFor() {
        return holdMillis == 0 ? Optional.empty() : Optional.of(Duration.ofMillis(holdMillis));
    }

    /** Whether the order is to be decided before others that wait. No part of the fingerprint. */
    public boolean isUrgent() {
        return RequestCodec.isUrgent(request);
    }

    /** The same order, not urgent: what is the same for all that have its fingerprint. */
    public OrderEntry ordinary() {
        return isUrgent()
                ? new OrderEntry(id, buyer, RequestCodec.ordinary(request), lines, holdMillis, hostOffset)
                : this;
    }

    /** Lines, payment, hold and host data as compact bytes, for the journal's row. Not a copy: must not be changed. */
    public byte[] request() {
        return request;
    }

    /** How many lines the order has, 1 or more. */
    public int lineCount() {
        return lines.count();
    }

    /** The product of a line, counted from 0. */
    public long product(int line) {
        return lines.product[line];
    }

    /** The pieces of a line, counted from 0. */
    public int quantity(int line) {
        return lines.quantity[line];
    }

    /** The price in minor units that the buyer saw for a line, counted from 0; {@link #NO_PRICE} when there is none. */
    public long unitPrice(int line) {
        return lines.unitPrice[line];
    }

    /** The lines as the API has them; built anew by each call. */
    public List<OrderLine> lines() {
        return lines.toList();
    }

    /** The host's own bytes; a copy. */
    public byte[] hostData() {
        return Arrays.copyOfRange(request, hostOffset, request.length);
    }

    /** The trace that the order belongs to, as far as it is known here: the journal's rows do not have it. */
    public Optional<TraceContext> trace() {
        return trace;
    }

    /** Id and sizes, never the content. */
    @Override
    public String toString() {
        return "OrderEntry[id=" + id + ", lines=" + lineCount() + ", request=" + request.length + " bytes]";
    }
}
