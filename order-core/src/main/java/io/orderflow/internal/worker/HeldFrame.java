package io.orderflow.internal.worker;

import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.queue.Delivery;

/** A message that a worker holds until each of its orders is decided, skipped or set aside. Not thread-safe. */
final class HeldFrame {
    /** A frame that was delivered this often before may have killed its worker: its orders are tried under a claim. */
    private static final int SUSPECT_DELIVERIES = 3;

    private final Delivery delivery;
    private final int size;
    private int open;
    private int waiting;
    private boolean lost;

    /** Holds a message of so many orders. */
    HeldFrame(Delivery delivery, int orders) {
        this.delivery = delivery;
        this.size = orders;
        this.open = orders;
    }

    Delivery delivery() {
        return delivery;
    }

    /** How many orders the message brought. */
    int size() {
        return size;
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

    /** The queue has it again: somebody else gets it, and this one is never acked. */
    void lose() {
        lost = true;
    }

    boolean isLost() {
        return lost;
    }

    /**
     * Counts an order of the frame that begins or ends to wait.
     *
     * @return whether it is the first one or was the last one
     */
    boolean waits(int more) {
        int before = waiting;
        waiting += more;
        return before == 0 || waiting == 0;
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

        HeldFrame frame() {
            return HeldFrame.this;
        }

        /** Whether the order may have killed a worker, since its frame was delivered again and again. */
        boolean isSuspect() {
            return delivery.deliveriesBefore() >= SUSPECT_DELIVERIES;
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
