package io.orderflow.sharding;

import java.util.List;
import java.util.OptionalLong;

/** An order in the shard of its buyer. It sets the pieces of its lines aside, one line after the other. */
final class ShardOrder {
    static final long PRICE = 10;

    final long id;
    final int buyer;
    /** Ascending by product, so that two orders which need the same do not take it from each other. */
    final List<Line> lines;

    /** How many of the lines have their pieces. */
    int ready;

    OptionalLong ask = OptionalLong.empty();
    State state = State.WAITING;

    /** What became of it. */
    enum State {
        WAITING,
        COMPLETED,
        REJECTED,
        REFUNDED
    }

    record Line(int product, long pieces) {}

    ShardOrder(long id, int buyer, List<Line> lines) {
        this.id = id;
        this.buyer = buyer;
        this.lines = List.copyOf(lines);
    }

    long cost() {
        return lines.stream().mapToLong(Line::pieces).sum() * PRICE;
    }

    boolean waitsFor(int product) {
        return state == State.WAITING
                && ready < lines.size()
                && lines.get(ready).product() == product;
    }
}
