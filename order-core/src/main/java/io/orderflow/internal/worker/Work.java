package io.orderflow.internal.worker;

import io.orderflow.DeadLetterReason;
import io.orderflow.internal.engine.Remains;
import io.orderflow.internal.worker.HeldFrame.Item;
import io.orderflow.queue.Delivery;
import java.util.List;
import java.util.UUID;

/** One thing that a worker does in the database, and tries again until it is done. */
sealed interface Work {
    /**
     * Decide orders together; suspects under a claim, so that it is known when the attempt never ended.
     *
     * @param items either all suspects or none
     * @param around whether orders that need rows which others hold are left out
     */
    record Decide(List<Item> items, boolean around) implements Work {
        /** Two halves, to find out which of the orders makes the batch fail. */
        List<Work> halves() {
            int middle = items.size() / 2;
            return List.of(
                    new Decide(items.subList(0, middle), around),
                    new Decide(items.subList(middle, items.size()), around));
        }

        boolean areSuspects() {
            return items.get(0).isSuspect();
        }
    }

    /** Decide one order alone that was in work when a worker died, under a claim of its own. */
    record Isolate(Item item) implements Work {}

    /** Try a piece of the journal's backlog, once. */
    record Recover(List<UUID> piece) implements Work {}

    /** Take back the claims on orders whose attempts ended. */
    record EndAttempts(List<UUID> orders) implements Work {}

    /** Take back the claim on an order whose isolated attempt ended without a verdict. */
    record Release(UUID order) implements Work {}

    /** Set an order aside that cannot be decided. */
    record Park(Item item, DeadLetterReason reason, String detail) implements Work {}

    /** Set the content of an entry aside whose id stands for other content. */
    record BuryConflict(Item item) implements Work {}

    /** Set messages aside together. */
    record BuryMessages(List<BadMessage> messages) implements Work {}

    /** A message that cannot be decoded, or is not from the host. */
    record BadMessage(HeldFrame frame, DeadLetterReason reason, String detail) {
        /** What the dead letter keeps of it. */
        Remains remains() {
            Delivery delivery = frame.delivery();
            Remains remains = delivery.oversized()
                    .map(whole -> new Remains(whole.hash(), whole.length(), delivery.body()))
                    .orElseGet(() -> Remains.of(delivery.body()));
            return isStrangers() ? remains.ofStranger() : remains;
        }

        /** How many bytes that is, or a few more. */
        int keptBytes() {
            return isStrangers() ? Remains.STRANGER_BYTES : frame.delivery().body().length;
        }

        private boolean isStrangers() {
            return reason == DeadLetterReason.UNAUTHENTICATED;
        }
    }
}
