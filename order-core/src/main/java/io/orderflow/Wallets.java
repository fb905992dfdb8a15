package io.orderflow;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The buyers' wallets. Thread-safe. Every change is idempotent by its reference, recorded append-only and numbered in
 * one order with the decisions. A reference is unique among all adjustments, those of products included.
 *
 * <p>Each method may throw {@link StoreUnavailableException} when the database cannot be reached or does not answer;
 * repeating the call is then safe. A value outside its range (see {@link WalletAdjustment}) is refused with
 * {@link InvalidOrderException} before anything is done.
 */
public interface Wallets {
    /** Opens a wallet with a balance of 0 or more minor units. */
    AdjustmentResult open(long buyer, long balance, String reference);

    /** Adds 1 or more minor units. */
    AdjustmentResult deposit(long buyer, long amount, String reference);

    /** Takes 1 or more minor units; never below 0. */
    AdjustmentResult withdraw(long buyer, long amount, String reference);

    /**
     * Applies many adjustments, in pieces of at most {@link Limits#BATCH_ORDERS} per transaction, in the order given.
     * When a piece fails, the ones before it stay applied; repeating the whole call is safe.
     *
     * @return one result for each adjustment, in the same order
     */
    List<AdjustmentResult> applyAll(List<WalletAdjustment> adjustments);

    /** Reads one wallet. */
    Optional<Wallet> find(long buyer);

    /**
     * Lists what changed a wallet, newest decision first. A page costs what its entries cost, however many orders the
     * buyer has. Rejected orders between them cost about as much as entries, and so does what came during a backlog
     * that was decided between them.
     *
     * @throws IllegalArgumentException if {@code page.after()} is not the {@code next} of a page of this wallet
     */
    Page<Entry> history(long buyer, PageRequest page);

    /**
     * One change of a wallet: an adjustment, an order that the wallet paid, or what of one was given back, by a refund
     * or at the end of a hold, which has both order and reference.
     *
     * @param amount what was added, in minor units; negative when it was taken
     * @param order the order that was charged or given back, if it was one
     * @param reference the reference of the adjustment or of the change of the order, if it was one; empty text for an
     *     expiry
     * @param decision its place in the order of all decisions, adjustments and changes
     * @param at when it was committed, by the database's clock
     */
    record Entry(long amount, Optional<UUID> order, Optional<String> reference, long decision, Instant at) {}
}
