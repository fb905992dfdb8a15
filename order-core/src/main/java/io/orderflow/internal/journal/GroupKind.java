package io.orderflow.internal.journal;

/** Who accepted a group of orders. */
enum GroupKind {
    /** The library's intake: a frame carries the orders, as a rule. */
    WRITTEN(0),
    /** The host's own transaction: no frame carries the order. */
    PLACED(1);

    private final int code;

    GroupKind(int code) {
        this.code = code;
    }

    /** What the tables call it. */
    int code() {
        return code;
    }
}
