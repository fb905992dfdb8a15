package io.orderflow.internal.worker;

import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.queue.Delivery;

/** A message that a worker holds until each of its orders is decided, skipped or set aside. Not thread-safe. */
final class HeldFrame {
    private final Delivery delivery;
    private int open;

    /** Holds a message of so many orders. */
    HeldFrame(Delivery delivery, int orders) {
        this.delivery = delivery;
        this.open = orders;
    }

    Delivery delivery() {
        return delivery;
    }

    /** Takes one of the message's orders; each is taken once. */
    Item item(OrderEntry entry) {
        return new Item(entry);
    }

    /** There is nothing more to do about the message as a whole. */
    void settle() {
        open = 0;
    }

    boolean isSettled() {
        return open == 0;
    }

    /** One order of the message. */
    final class Item {
        private final OrderEntry entry;
        private boolean settled;

        private Item(OrderEntry entry) {
            this.entry = entry;
        }

        OrderEntry entry() {
            return entry;
        }

        /** The order is seen to. Work that is done again settles again, and that must not count for a neighbour. */
        void settle() {
            if (!settled) {
                settled = true;
                open--;
            }
        }
    }
}
