package io.orderflow.internal.worker;

import io.orderflow.DeadLetterReason;
import io.orderflow.internal.engine.Remains;
import io.orderflow.queue.Delivery;

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

    /** Whether no order is lost with it: what another shop sent may be all that there is of that shop's orders. */
    boolean isWithoutOrders() {
        return reason != DeadLetterReason.FOREIGN_SHOP;
    }

    private boolean isStrangers() {
        return reason == DeadLetterReason.UNAUTHENTICATED;
    }
}
