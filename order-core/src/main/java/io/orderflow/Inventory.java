package io.orderflow;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Products, their prices, their stock and the most that a buyer may have. Thread-safe. Every change is idempotent by
 * its reference, recorded append-only and numbered in one order with the decisions. A reference is unique among all
 * adjustments, those of wallets included.
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
     * Sets the most pieces of a product that a buyer may have, over all orders. A decision that would give a buyer more
     * is {@link RejectReason#LIMIT_PER_BUYER}, the whole order, whoever pays. Pieces that are given back, whether or
     * not they go back to the stock, are free for the buyer again.
     *
     * <p>The count begins when a product that has no limit gets one: what was sold before does not count, and giving it
     * back changes nothing. So a limit that comes with {@link #define}, in one {@link #applyAll}, counts everything.
     * Another number for a product that has a limit goes on with the same count. It may be below what some buyers have;
     * they keep it, and get no more. Orders that are decided after this use the new limit, also those that were
     * accepted before.
     *
     * @param pieces 1 to {@link Limits#BALANCE}
     */
    AdjustmentResult setMaxPerBuyer(long product, long pieces, String reference);

    /**
     * Removes the limit that {@link #setMaxPerBuyer} set, and ends its count: another limit begins at 0 for each buyer.
     * Applied, and nothing changed, where there is none.
     */
    AdjustmentResult removeMaxPerBuyer(long product, String reference);

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
