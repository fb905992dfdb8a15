package io.orderflow;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * A wish to give back what a completed order took. Applied once per reference, whatever happens. Immutable.
 *
 * @param orderId the order
 * @param reference the host's name for this refund, unique among the changes of the order and compared as it is, 1 to
 *     {@link Limits#KEY_LENGTH} characters without unpaired surrogates and NUL
 * @param lines what is given back, each line of the order once at most; empty for all that is left
 * @param restock whether the pieces go back to the stock
 */
public record RefundRequest(UUID orderId, String reference, List<RefundLine> lines, boolean restock) {
    /**
     * Checks each value against its rule.
     *
     * @throws InvalidOrderException if a value is outside its range
     */
    public RefundRequest {
        requireNonNull(orderId, "orderId");
        Rules.reference(reference);
        lines = List.copyOf(requireNonNull(lines, "lines"));
        if (lines.stream().map(RefundLine::line).distinct().count() < lines.size()) {
            throw new InvalidOrderException(
                    "lines", lines.stream().map(RefundLine::line).toList(), "must name each line of the order once");
        }
    }

    /** All that is left of the order; the pieces go back to the stock. */
    public static RefundRequest rest(UUID orderId, String reference) {
        return new RefundRequest(orderId, reference, List.of(), true);
    }

    /** Some pieces of one line or more, which go back to the stock. */
    public static RefundRequest of(UUID orderId, String reference, RefundLine first, RefundLine... more) {
        List<RefundLine> lines = new ArrayList<>(List.of(more));
        lines.add(0, first);
        return new RefundRequest(orderId, reference, lines, true);
    }

    /** The same, of pieces that stay with the buyer or are good for nothing: no stock changes. */
    public RefundRequest withoutRestock() {
        return new RefundRequest(orderId, reference, lines, false);
    }
}
