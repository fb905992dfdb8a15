package io.orderflow.queue.rabbit;

/**
 * One connection of one consumer: an epoch. Delivery tags belong to it and are worth nothing after it. {@link Wire} and
 * {@link Subscription} are what is done on it.
 *
 * <ul>
 *   <li><b>E1</b> {@link Unsettled} holds every delivery that came and was neither acked nor given back, by tag,
 *       ascending: tags come in that order. Its {@code buffer} holds those of them that nobody received yet.
 *   <li><b>E2</b> It is guarded by the consumer's lock, which the library's callbacks take; the library is not called
 *       under it.
 *   <li><b>E3</b> Everything that is sent about deliveries is sent under {@link Wire}'s lock, and what it settles
 *       leaves {@link Unsettled} under that lock before. So its holder may ack up to a tag at once when
 *       {@link Unsettled} has no other delivery below it: nothing that was given back can be on its way behind.
 *   <li><b>E4</b> {@link Wire}'s lock is taken before the consumer's lock, never under it.
 *   <li><b>E5</b> Tags come without a gap. One that was not taken in, for want of memory or whatever was thrown, would
 *       be acked unseen by the next ack of many; so a gap severs the link, and on a severed link nothing is settled any
 *       more.
 * </ul>
 */
final class ConsumerEpoch {
    private final ConsumerState state;
    private final AmqpLink link;
    private final Unsettled unsettled = new Unsettled();
    private final long since = System.nanoTime();
    private volatile boolean proven;
    private volatile String over;

    ConsumerEpoch(ConsumerState state, AmqpLink link) {
        this.state = state;
        this.link = link;
    }

    /** Whose it is. */
    ConsumerState state() {
        return state;
    }

    AmqpLink link() {
        return link;
    }

    Unsettled unsettled() {
        return unsettled;
    }

    /** With the lock. */
    boolean isUnsettled(RabbitDelivery delivery) {
        return delivery.epoch() == this && unsettled.has(delivery.tag());
    }

    /** Why it ended; null while it lives. */
    String over() {
        return over;
    }

    /** True when it ended, or is severed and ends soon. */
    boolean isOver() {
        return over != null || link.isSevered();
    }

    /** When it began, by {@link System#nanoTime}. */
    long since() {
        return since;
    }

    /** True when it was found to work for long enough. */
    boolean isProven() {
        return proven;
    }

    void proven() {
        proven = true;
    }

    /** From now on nothing is settled on it; needs no memory. The consumer's thread does the rest. */
    void breakOff() {
        link.sever();
    }

    /** Ends it: what was held is the server's again. */
    void end(String reason) {
        state.lock();
        try {
            if (over == null) {
                over = reason;
                unsettled.clear();
                state.ringOwner();
                state.ringKeeper();
            }
        } finally {
            state.unlock();
        }
    }
}
