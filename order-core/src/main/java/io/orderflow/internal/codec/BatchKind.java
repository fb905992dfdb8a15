package io.orderflow.internal.codec;

import io.orderflow.DeadLetterReason;

/** What a transaction did that drew a decision number, as its row in the batch table says. It never changes. */
public enum BatchKind {
    /** Adjusted wallets or products; it has no members. */
    ADJUSTED(0, 0),
    /** Decided orders: its members are the orders, each with its verdict. */
    DECIDED(1, Codes.COMPLETED),
    /** Changed orders: its members are the changes. */
    CHANGED(2, 0),
    /** Parked an order: its member, with the reason. */
    PARKED(3, Codes.of(DeadLetterReason.POISON)),
    /** Brought parked orders back: its members. */
    REDRIVEN(4, 0),
    /** Nothing: nobody got the number, and a reader of the feed has seen to it that nobody will. */
    UNUSED(5, 0),
    /** Archived orders: its members are those of which the id stays known. */
    ARCHIVED(6, 0);

    private final int code;
    private final int usual;

    BatchKind(int code, int usual) {
        this.code = code;
        this.usual = usual;
    }

    /** Its number in the table. */
    public int code() {
        return code;
    }

    /** What most members came to; only where one came to something else the row says it of each. */
    public int usual() {
        return usual;
    }

    /**
     * The kind with a number.
     *
     * @throws IllegalStateException if there is none
     */
    public static BatchKind of(int code) {
        for (BatchKind kind : values()) {
            if (kind.code == code) {
                return kind;
            }
        }
        throw new IllegalStateException("batch kind in the database stands for nothing: " + code);
    }
}
