package io.orderflow;

import static java.util.Objects.requireNonNull;

/**
 * A change of a wallet that is not an order. Applied once per reference, whatever happens.
 *
 * @param kind what is done
 * @param buyer the buyer's id, 0 or more
 * @param amount minor units, 1 to {@link Limits#BALANCE}; an opening may be 0
 * @param reference the host's name for this adjustment, unique among all adjustments and compared as it is, 1 to
 *     {@link Limits#KEY_LENGTH} characters without unpaired surrogates and NUL
 */
public record WalletAdjustment(Kind kind, long buyer, long amount, String reference) {
    /** What a wallet adjustment does. */
    public enum Kind {
        /** Brings a wallet into being, with its opening balance. */
        OPEN,
        /** Adds to the balance. */
        DEPOSIT,
        /** Takes from the balance. */
        WITHDRAW
    }

    /**
     * Checks each value against its rule.
     *
     * @throws InvalidOrderException if a value is outside its range
     */
    public WalletAdjustment {
        requireNonNull(kind, "kind");
        Rules.notNegative("buyer", buyer);
        Rules.between("amount", amount, kind == Kind.OPEN ? 0 : 1, Limits.BALANCE);
        Rules.reference(reference);
    }

    /** Opens a wallet. */
    public static WalletAdjustment open(long buyer, long balance, String reference) {
        return new WalletAdjustment(Kind.OPEN, buyer, balance, reference);
    }

    /** Adds to a wallet. */
    public static WalletAdjustment deposit(long buyer, long amount, String reference) {
        return new WalletAdjustment(Kind.DEPOSIT, buyer, amount, reference);
    }

    /** Takes from a wallet. */
    public static WalletAdjustment withdraw(long buyer, long amount, String reference) {
        return new WalletAdjustment(Kind.WITHDRAW, buyer, amount, reference);
    }
}
