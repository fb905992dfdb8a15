package io.orderflow.sharding;

import java.util.OptionalLong;
import java.util.Set;

/** What shards tell each other. Any of it may be lost, come twice, and overtake what was sent before. */
sealed interface ShardMessage {
    int from();

    int to();

    /**
     * Pieces that have left their shard. Sent until the receiver says that it has them.
     *
     * @param seq counts the moves from one shard to another one
     * @param ask the ask that they answer, if they answer one
     */
    record Move(int from, int to, long seq, int product, long pieces, OptionalLong ask) implements ShardMessage {}

    /**
     * The sender has applied these moves of the receiver.
     *
     * @param upTo each with this number or a lower one
     */
    record Moved(int from, int to, long upTo) implements ShardMessage {}

    /**
     * An order of the sender needs pieces, and the receiver is the home of their product. Sent until the order goes on.
     *
     * @param ask counts the asks of a shard
     */
    record Ask(int from, int to, long ask, int product, long pieces) implements ShardMessage {}

    /**
     * There were not so many pieces in all shards together.
     *
     * @param number where it stands in the log of the home
     */
    record Denial(int from, int to, long ask, int number) implements ShardMessage {}

    /**
     * The home wants all pieces back that are free. Sent until it is answered.
     *
     * @param movesBefore to be answered when so many moves of the home are applied
     */
    record Recall(int from, int to, int product, long recall, long movesBefore) implements ShardMessage {}

    /**
     * All that was free is on its way.
     *
     * @param movesBefore it has arrived when so many moves of the sender are applied
     * @param open the asks of orders that wait; what is given for another one would be free, and nobody would count it
     */
    record Recalled(int from, int to, int product, long recall, long movesBefore, Set<Long> open)
            implements ShardMessage {}
}
