package io.orderflow.internal.engine;

import java.util.UUID;

/**
 * A change of stock, price, limit or wallet as the tables hold it.
 *
 * @param id a hash of the reference
 * @param kind what is done
 * @param subject the product's or buyer's id
 * @param amount what is added, negative when it is taken; of a limit that is set, the most pieces
 * @param unitPrice the price that is set; 0 where none is
 * @param reference the host's name for it
 */
public record Adjustment(UUID id, Kind kind, long subject, long amount, long unitPrice, String reference) {
    /** What an adjustment does; the numbers stand in the tables and never change. */
    public enum Kind {
        /** Brings a product into being. */
        DEFINE(1),
        /** Adds pieces. */
        RESTOCK(2),
        /** Adds or takes pieces. */
        CORRECT(3),
        /** Sets a price. */
        SET_PRICE(4),
        /** Sets the most pieces that a buyer may have. */
        SET_MAX_PER_BUYER(5),
        /** Removes that limit. */
        REMOVE_MAX_PER_BUYER(6),
        /** Brings a wallet into being. */
        OPEN(11),
        /** Adds to a balance. */
        DEPOSIT(12),
        /** Takes from a balance. */
        WITHDRAW(13);

        /** The smallest code of a kind that changes a wallet; smaller ones change products. */
        public static final int FIRST_WALLET_CODE = 11;

        private final int code;

        Kind(int code) {
            this.code = code;
        }

        /** The number in the tables. */
        public int code() {
            return code;
        }

        /** Whether it changes a wallet and not a product. */
        public boolean isWallet() {
            return code >= FIRST_WALLET_CODE;
        }

        /** Whether it brings its subject into being. */
        public boolean creates() {
            return this == DEFINE || this == OPEN;
        }
    }

    /** What is added to the account; negative when it is taken. */
    long added() {
        return kind == Kind.SET_MAX_PER_BUYER ? 0 : amount;
    }

    /** Whether another adjustment under the same reference asks for the same. */
    boolean sameAs(int otherKind, long otherSubject, long otherAmount, long otherPrice) {
        return kind.code() == otherKind && subject == otherSubject && amount == otherAmount && unitPrice == otherPrice;
    }
}
