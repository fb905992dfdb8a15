package io.orderflow.internal.worker;

import io.orderflow.DeadLetterReason;
import io.orderflow.internal.worker.HeldFrame.Item;
import java.util.List;
import java.util.UUID;

/** One thing that a worker does in the database, and tries again until it is done. */
sealed interface Work {
    /** Decide orders together. */
    record Decide(List<Item> items) implements Work {
        /** Two halves, to find out which of the orders makes the batch fail. */
        List<Work> halves() {
            int middle = items.size() / 2;
            return List.of(new Decide(items.subList(0, middle)), new Decide(items.subList(middle, items.size())));
        }
    }

    /** Decide one order alone, under a claim that tells when the attempt never ended. */
    record Isolate(Item item) implements Work {}

    /** Take back the claim on an order whose attempt ended. */
    record EndAttempt(UUID order) implements Work {}

    /** Set an order aside that can not be decided. */
    record Park(Item item, DeadLetterReason reason, String detail) implements Work {}

    /** Set the content of an entry aside whose id stands for other content. */
    record BuryConflict(Item item) implements Work {}

    /** Set a message aside that can not be decoded, or is not from the host. */
    record BuryMessage(HeldFrame frame, DeadLetterReason reason, String detail) implements Work {}
}
