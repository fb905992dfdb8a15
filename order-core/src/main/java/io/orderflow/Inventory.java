package io.orderflow;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Products, their prices and their stock. Thread-safe. Every change is idempotent by its reference, recorded
 * append-only and numbered in one order with the decisions. A reference is unique among all adjustments, those of
 * wallets included.
 *
 * <p>Each method may throw {@link StoreUnavailableException} when the database cannot be reached or does not answer;
 * repeating the call is then safe. A value outside its range (see {@link StockAdjustment}) is refused with
 * {@link InvalidOrderException} before anything is done.
 */
public interface Inventory {
    /** Brings a product into being with its price (minor units) and opening stock (pieces, 0 or more). */
    AdjustmentResult define(long product, long unitPrice, long available, String reference);

    /** Adds 1 or more pieces. */
    AdjustmentResult restock(long product, long quantity, String reference);

    /** Adds pieces, or takes them away when negative; never below 0. */
    AdjustmentResult correct(long product, long quantity, String reference);

    /** Sets the price (minor units) that decisions use from now on. */
    AdjustmentResult setPrice(long product, long unitPrice, String reference);

    /**
     * Applies many adjustments, in pieces of at most {@link Limits#BATCH_ORDERS} per transaction, in the order given.
     * When a piece fails, the ones before it stay applied; repeating the whole call is safe.
     *
     * @return one result for each adjustment, in the same order
     */
    List<AdjustmentResult> applyAll(List<StockAdjustment> adjustments);

    /** Reads one product. */
    Optional<Product> find(long product);

    /** Reads those of the given products that are defined, by ascending id. */
    List<Product> findAll(Collection<Long> products);
}
