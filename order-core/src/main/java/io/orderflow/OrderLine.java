package io.orderflow;

import static java.util.Objects.requireNonNull;

import java.util.OptionalLong;

/**
 * One product of an order and how many pieces of it.
 *
 * @param product id of the product, 0 or more
 * @param quantity pieces, 1 to {@link Limits#QUANTITY}
 * @param unitPrice in a request: the price in minor units that the buyer saw, 0 to {@link Limits#AMOUNT}; when present
 *     and another price holds at the decision, the order is rejected with {@link RejectReason#PRICE_CHANGED}. In a
 *     completed order: the price that was charged
 */
public record OrderLine(long product, int quantity, OptionalLong unitPrice) {
    /**
     * Checks each value against its rule.
     *
     * @throws InvalidOrderException if a value is outside its range
     */
    public OrderLine {
        requireNonNull(unitPrice, "unitPrice");
        if (product < 0) {
            throw new InvalidOrderException("product", product, "must be >= 0");
        }
        if (quantity < 1 || quantity > Limits.QUANTITY) {
            throw new InvalidOrderException("quantity", quantity, "must be between 1 and " + Limits.QUANTITY);
        }
        if (unitPrice.isPresent() && (unitPrice.getAsLong() < 0 || unitPrice.getAsLong() > Limits.AMOUNT)) {
            throw new InvalidOrderException(
                    "unitPrice", unitPrice.getAsLong(), "must be between 0 and " + Limits.AMOUNT + " minor units");
        }
    }

    /** A line at whatever price holds at the decision. */
    public static OrderLine of(long product, int quantity) {
        return new OrderLine(product, quantity, OptionalLong.empty());
    }

    /** A line at the price that the buyer saw, in minor units. */
    public static OrderLine of(long product, int quantity, long unitPrice) {
        return new OrderLine(product, quantity, OptionalLong.of(unitPrice));
    }
}
