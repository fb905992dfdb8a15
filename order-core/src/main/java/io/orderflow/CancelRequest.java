package io.orderflow;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.UUID;

/**
 * A wish to cancel an order. Applied once per reference, whatever happens. Immutable.
 *
 * <p>With the order's request, {@link #of(OrderRequest, String)}, the order need not be in the database: it is decided
 * as cancelled before anybody brings it, see {@link OrderChanges#cancel(OrderRequest, String)}.
 *
 * @param orderId the order
 * @param reference the host's name for this cancellation, unique among the changes of the order and compared as it is,
 *     1 to {@link Limits#KEY_LENGTH} characters without unpaired surrogates and NUL
 * @param request what was submitted as this order, or empty for an order that the database has
 */
public record CancelRequest(UUID orderId, String reference, Optional<OrderRequest> request) {
    /**
     * Checks each value against its rule.
     *
     * @throws InvalidOrderException if a value is outside its range, or the request is that of another order
     */
    public CancelRequest {
        requireNonNull(orderId, "orderId");
        Rules.reference(reference);
        if (!requireNonNull(request, "request")
                .map(OrderRequest::id)
                .orElse(orderId)
                .equals(orderId)) {
            throw new InvalidOrderException("orderId", orderId, "must be the id of the request");
        }
    }

    /**
     * Of an order that the database has.
     *
     * @throws InvalidOrderException if the reference is outside its range
     */
    public CancelRequest(UUID orderId, String reference) {
        this(orderId, reference, Optional.empty());
    }

    /**
     * Of an order, whoever has it.
     *
     * @throws InvalidOrderException if the reference is outside its range
     */
    public static CancelRequest of(OrderRequest request, String reference) {
        return new CancelRequest(request.id(), reference, Optional.of(request));
    }
}
