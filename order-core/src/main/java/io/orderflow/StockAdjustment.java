package io.orderflow;

import static java.util.Objects.requireNonNull;

/**
 * A change of stock, price or limit that is not an order. Applied once per reference, whatever happens.
 *
 * @param kind what is done
 * @param product the product's id, 0 or more
 * @param quantity pieces: the opening stock, the pieces added, the correction (negative takes away), or the most for
 *     each buyer; 0 for a price and to remove a limit
 * @param unitPrice price of one piece in minor units, for {@link Kind#DEFINE} and {@link Kind#SET_PRICE}; else 0
 * @param reference the host's name for this adjustment, unique among all adjustments and compared as it is, 1 to
 *     {@link Limits#KEY_LENGTH} characters without unpaired surrogates and NUL
 */
public record StockAdjustment(Kind kind, long product, long quantity, long unitPrice, String reference) {
    /** What a stock adjustment does. */
    public enum Kind {
        /** Brings a product into being, with its price and opening stock. */
        DEFINE,
        /** Adds pieces. */
        RESTOCK,
        /** Adds or takes pieces, to make the record agree with the shelf. */
        CORRECT,
        /** Sets the price that decisions use from now on. */
        SET_PRICE,
        /** Sets the most pieces that a buyer may have, see {@link Inventory#setMaxPerBuyer}. */
        SET_MAX_PER_BUYER,
        /** Removes that limit. */
        REMOVE_MAX_PER_BUYER
    }

    /**
     * Checks each value against its rule.
     *
     * @throws InvalidOrderException if a value is outside its range
     */
    public StockAdjustment {
        requireNonNull(kind, "kind");
        Rules.notNegative("product", product);
        Rules.reference(reference);
        switch (kind) {
            case DEFINE -> {
                Rules.between("available", quantity, 0, Limits.BALANCE);
                Rules.between("unitPrice", unitPrice, 0, Limits.AMOUNT);
            }
            case RESTOCK, SET_MAX_PER_BUYER -> {
                Rules.between("quantity", quantity, 1, Limits.BALANCE);
                unused("unitPrice", unitPrice, kind);
            }
            case CORRECT -> {
                Rules.between("quantity", quantity, -Limits.BALANCE, Limits.BALANCE);
                unused("unitPrice", unitPrice, kind);
            }
            case SET_PRICE -> {
                unused("quantity", quantity, kind);
                Rules.between("unitPrice", unitPrice, 0, Limits.AMOUNT);
            }
            case REMOVE_MAX_PER_BUYER -> {
                unused("quantity", quantity, kind);
                unused("unitPrice", unitPrice, kind);
            }
        }
    }

    private static void unused(String field, long value, Kind kind) {
        if (value != 0) {
            throw new InvalidOrderException(field, value, "must be 0 for " + kind);
        }
    }

    /** Brings a product into being. */
    public static StockAdjustment define(long product, long unitPrice, long available, String reference) {
        return new StockAdjustment(Kind.DEFINE, product, available, unitPrice, reference);
    }

    /** Adds 1 or more pieces. */
    public static StockAdjustment restock(long product, long quantity, String reference) {
        return new StockAdjustment(Kind.RESTOCK, product, quantity, 0, reference);
    }

    /** Adds pieces, or takes them away when negative. */
    public static StockAdjustment correct(long product, long quantity, String reference) {
        return new StockAdjustment(Kind.CORRECT, product, quantity, 0, reference);
    }

    /** Sets the price of one piece, in minor units. */
    public static StockAdjustment setPrice(long product, long unitPrice, String reference) {
        return new StockAdjustment(Kind.SET_PRICE, product, 0, unitPrice, reference);
    }

    /** Sets the most pieces that a buyer may have, 1 or more. */
    public static StockAdjustment setMaxPerBuyer(long product, long pieces, String reference) {
        return new StockAdjustment(Kind.SET_MAX_PER_BUYER, product, pieces, 0, reference);
    }

    /** Lets each buyer have as many pieces as there are. */
    public static StockAdjustment removeMaxPerBuyer(long product, String reference) {
        return new StockAdjustment(Kind.REMOVE_MAX_PER_BUYER, product, 0, 0, reference);
    }
}
