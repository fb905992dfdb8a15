package io.orderflow.sharding;

import java.util.OptionalInt;

/** What one transaction of a shard did, in the order of the shard's numbers. */
sealed interface ShardEntry {
    /** Pieces came into the shop, at the home of their product. */
    record Restocked(int product, long pieces) implements ShardEntry {}

    record MovedOut(int to, long seq, int product, long pieces) implements ShardEntry {}

    record MovedIn(int from, long seq, int product, long pieces) implements ShardEntry {}

    /** An order has the pieces of one of its lines. */
    record SetAside(long order, int product, long pieces) implements ShardEntry {}

    /** An order that is rejected, or was refunded, has them no more. */
    record GivenBack(long order, int product, long pieces) implements ShardEntry {}

    record Completed(long order) implements ShardEntry {}

    record Refunded(long order) implements ShardEntry {}

    /**
     * An order is rejected.
     *
     * @param ask what was asked for it, if stock is the reason
     * @param denial where the denial stands in the log of the product's home; empty if it is the money
     */
    record Rejected(long order, long ask, OptionalInt denial) implements ShardEntry {}

    /** The home has denied an ask. */
    record Denied(int from, long ask, int product, long pieces) implements ShardEntry {}
}
