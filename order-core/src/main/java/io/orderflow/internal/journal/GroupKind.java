package io.orderflow.internal.journal;

import java.util.List;
import java.util.Optional;

/** Who accepted a group of orders, and what its row has. */
public enum GroupKind {
    /** The library's intake: a frame carries the orders, as a rule. */
    WRITTEN(0),
    /** The host's own transaction: no frame carries the order. */
    PLACED(1),
    /** As {@link #WRITTEN}, and the group's row carries the orders: each has no row of its own until it is decided. */
    CARRYING(2),
    /** Of urgent orders, whoever accepted them: each has a row of its own, and they are found before all others. */
    URGENT(3);

    /**
     * The order in which all kinds are read. Recovery may turn a group that carries its orders into one with rows: what
     * moves meanwhile is met later, and maybe twice.
     */
    static final List<GroupKind> CARRYING_FIRST = List.of(CARRYING, WRITTEN, PLACED, URGENT);

    private final int code;

    GroupKind(int code) {
        this.code = code;
    }

    /** What the tables call it. */
    public int code() {
        return code;
    }

    /** What is wrong with a group of this kind that has a frame or has none; empty if nothing is. */
    public static Optional<String> fault(int code, boolean hasFrame) {
        if (code < 0 || code >= values().length) {
            return Optional.of("has the kind " + code + ", which stands for nothing");
        }
        if (hasFrame == (code == CARRYING.code)) {
            return Optional.empty();
        }
        return Optional.of(hasFrame ? "has a frame, and its orders have rows" : "has no frame, and carries its orders");
    }
}
