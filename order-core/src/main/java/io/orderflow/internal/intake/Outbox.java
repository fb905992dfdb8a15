package io.orderflow.internal.intake;

import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.loop.Waiter;
import io.orderflow.queue.PublishResult;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the journal has accepted and the queue is still to get, off the answer's path. Nobody waits for it: what does
 * not fit, waits too long or has an unknown fate is left to recovery. Thread-safe.
 */
final class Outbox {
    private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);

    private final Backlog backlog;
    private final IntakeListener listener;
    private final Waiter publisher;
    private final AtomicLong unpublished = new AtomicLong();

    /** Orders on their way to the queue. Used by the publisher's thread. */
    final class Outgoing {
        private final List<Backlog.Item> items;
        private PublishResult.Outcome outcome = PublishResult.Outcome.UNKNOWN;

        private Outgoing(List<Backlog.Item> items) {
            this.items = items;
        }

        boolean isEmpty() {
            return items.isEmpty();
        }

        List<OrderEntry> entries() {
            List<OrderEntry> entries = new ArrayList<>(items.size());
            items.forEach(item -> entries.add(item.entry()));
            return entries;
        }

        /** The queue said what became of it; until then that is unknown. */
        void sent(PublishResult result) {
            outcome = result.outcome();
        }

        /** Decides what is done with the orders. */
        void end(long now) {
            switch (outcome) {
                case DONE -> {}
                case REFUSED -> {
                    backlog.giveBack(items);
                    dropOld(now);
                }
                // the queue may have it: publishing it again would only make the outage's end harder
                case UNKNOWN -> {
                    backlog.forget();
                    leaveToRecovery(items.size());
                }
            }
        }
    }

    /**
     * Starts empty.
     *
     * @param capacity most orders that wait
     * @param listener told what is left to recovery
     * @param publisher what the publisher sleeps on
     */
    Outbox(int capacity, IntakeListener listener, Waiter publisher) {
        this.backlog = new Backlog(capacity);
        this.listener = listener;
        this.publisher = publisher;
    }

    /** Takes over what the journal has; never waits. */
    void publishLater(List<OrderEntry> written, long now) {
        if (written.stream().anyMatch(OrderEntry::isUrgent)) {
            listener.urgent();
        }
        int lost = backlog.add(written, now);
        publisher.wake();
        leaveToRecovery(lost);
    }

    /** Leaves to recovery what waits too long; to be called while the queue is away. */
    void dropOld(long now) {
        leaveToRecovery(backlog.dropOld(now));
    }

    /** Takes the oldest that fit one frame; empty if nothing waits. */
    Outgoing nextFrame() {
        return new Outgoing(backlog.takeFrame());
    }

    private void leaveToRecovery(int orders) {
        if (orders > 0) {
            unpublished.addAndGet(orders);
            try {
                listener.unpublished(orders);
            } catch (RuntimeException | Error e) {
                LOG.warn("the listener failed; recovery finds the {} orders in its own time", orders, e);
            }
        }
    }

    /** Whether nothing waits and no frame is on its way. */
    boolean isQuiet() {
        return backlog.isQuiet();
    }

    /** Orders that wait. */
    int size() {
        return backlog.size();
    }

    /** Orders since the start that are not on the queue, as far as is known. */
    long unpublished() {
        return unpublished.get();
    }
}
