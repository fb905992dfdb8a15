package io.orderflow.sharding;

import io.orderflow.sharding.ShardMessage.Ask;
import io.orderflow.sharding.ShardMessage.Move;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What nobody in the shop can know: what happened in all shards up to now. */
final class ShardTruth {
    private final Map<Integer, Long> entered = new HashMap<>();
    private final Map<Integer, Long> taken = new HashMap<>();
    private final Set<Move> promised = new HashSet<>();
    private final Set<Ask> answered = new HashSet<>();
    private long clock;

    long now() {
        return clock;
    }

    void tick() {
        clock++;
    }

    /** Pieces became free. */
    void entered(int product, long pieces) {
        entered.merge(product, pieces, Long::sum);
    }

    /** Pieces were set aside. */
    void taken(int product, long pieces) {
        taken.merge(product, pieces, Long::sum);
    }

    /** Pieces leave for an order that waits for them. */
    void promised(Move move) {
        promised.add(move);
    }

    /** Pieces have come. */
    void arrived(Move move) {
        promised.remove(move);
    }

    /** A home has given what an ask wants, or denied it. */
    void answered(Ask ask) {
        if (!answered.add(ask)) {
            throw new AssertionError(ask + " is answered twice");
        }
    }

    /** Of what had entered then, so many pieces were neither taken nor promised up to now. */
    long freeSince(int product, long enteredThen) {
        long underWay = promised.stream()
                .filter(move -> move.product() == product)
                .mapToLong(Move::pieces)
                .sum();
        return enteredThen - taken.getOrDefault(product, 0L) - underWay;
    }

    long enteredUpToNow(int product) {
        return entered.getOrDefault(product, 0L);
    }

    long free(int product) {
        return enteredUpToNow(product) - taken.getOrDefault(product, 0L);
    }
}
