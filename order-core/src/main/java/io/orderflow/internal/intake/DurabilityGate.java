package io.orderflow.internal.intake;

import io.orderflow.queue.Durability;
import io.orderflow.queue.OrderQueue;
import java.util.concurrent.TimeUnit;

/**
 * Whether a message in the queue counts as accepted: the queue is durable now, or the host allowed a weak one. A refusal is
 * remembered for 100 ms, so that submissions in an outage are answered at the door; then the next one has it read again.
 * Read by any thread, asked anew by the publisher alone.
 */
final class DurabilityGate {
    private static final long FRESH = TimeUnit.MILLISECONDS.toNanos(100);

    private final OrderQueue queue;
    private final boolean allowWeak;
    private volatile Refusal refusal = new Refusal("", 0);

    private record Refusal(String reason, long at) {}

    DurabilityGate(OrderQueue queue, boolean allowWeak) {
        this.queue = queue;
        this.allowWeak = allowWeak;
    }

    /** Whether it is worth asking: nothing speaks against the queue that was read within the last 100 ms. */
    boolean mayLet(long now) {
        Refusal seen = refusal;
        return seen.reason.isEmpty() || now - seen.at >= FRESH;
    }

    /** Asks the queue; whether it counts now. */
    boolean ask(long now) {
        if (allowWeak) {
            return true;
        }
        Durability seen = read();
        boolean durable = seen.level() == Durability.Level.DURABLE;
        refusal = new Refusal(durable ? "" : "not durable: " + seen.reason(), now);
        return durable;
    }

    private Durability read() {
        try {
            return queue.durability();
        } catch (RuntimeException e) {
            // an adapter's bug must not keep the publisher from answering
            return new Durability(Durability.Level.UNKNOWN, "asking threw " + e);
        }
    }

    /** Why the last answer was no; empty if it was yes. */
    String reason() {
        return refusal.reason;
    }
}
