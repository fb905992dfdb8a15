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
    private boolean touched;
    private boolean needless;
    private long settledAt;

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

    /** Takes one of the message's orders; each is taken once, and once more each time the frame is reopened. */
    Item item(OrderEntry entry) {
        return new Item(entry);
    }

    /**
     * It was set aside as a bad message.
     *
     * @param withoutOrders whether no order is lost with its dead letter
     */
    void settleBad(boolean withoutOrders) {
        open = 0;
        touched = true;
        needless = withoutOrders;
    }

    /** Whether nothing is lost with it, although the server may be lost that knows how it ended. */
    boolean isNeedless() {
        return needless;
    }

    boolean isSettled() {
        return open == 0;
    }

    /** Whether one of its orders is settled since it came, or was opened again. */
    boolean isTouched() {
        return touched;
    }

    /** All its orders are to be decided again, besides those that are not settled. */
    void reopen() {
        open += size;
        touched = false;
    }

    /** Notes when it was seen that all is settled, by the monotonic time. */
    void settledAt(long nanos) {
        settledAt = nanos;
    }

    long settledAt() {
        return settledAt;
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
                touched = true;
                open--;
            }
        }
    }
}
