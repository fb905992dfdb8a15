package io.orderflow;

import static java.util.Objects.requireNonNull;

import java.util.UUID;

/**
 * A wish to release a reserved order. Applied once per reference, whatever happens. Immutable.
 *
 * @param orderId the order
 * @param reference the host's name for this release, unique among the changes of the order and compared as it is, 1 to
 *     {@link Limits#KEY_LENGTH} characters without unpaired surrogates and NUL
 */
public record ReleaseRequest(UUID orderId, String reference) {
    /**
     * Checks each value against its rule.
     *
     * @throws InvalidOrderException if a value is outside its range
     */
    public ReleaseRequest {
        requireNonNull(orderId, "orderId");
        Rules.reference(reference);
    }
}
