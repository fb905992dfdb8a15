package io.orderflow;

import static java.util.Objects.requireNonNull;

import java.util.OptionalLong;

/**
 * A product as the database had it at one moment.
 *
 * @param id the product's id
 * @param unitPrice price of one piece, in minor units
 * @param available pieces that can still be sold
 * @param maxPerBuyer most pieces that a buyer may have, see {@link Inventory#setMaxPerBuyer}; empty without a limit
 */
public record Product(long id, long unitPrice, long available, OptionalLong maxPerBuyer) {
    /** Checks that nothing is null. */
    public Product {
        requireNonNull(maxPerBuyer, "maxPerBuyer");
    }
}
