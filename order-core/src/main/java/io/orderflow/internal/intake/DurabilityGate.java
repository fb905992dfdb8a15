package io.orderflow.internal.intake;

import io.orderflow.queue.Durability;
import io.orderflow.queue.OrderQueue;
import java.util.concurrent.TimeUnit;

/**
 * Whether a message in the queue counts as accepted: the queue is durable now, or the host allowed a weak one. A
 * refusal is remembered for 100 ms, so that submissions in an outage are answered at the door; then the next one has it
 * read again. Read by any thread, asked anew by the publisher alone, the first time before it does anything else: in an
 * outage without a submission nobody else would, and health would count on a queue that accepts nothing.
 */
final class DurabilityGate {
    private static final long FRESH = TimeUnit.MILLISECONDS.toNanos(100);
    private static final Refusal NOT_ASKED = new Refusal("not asked yet", 0);

    private final OrderQueue queue;
    private final boolean allowWeak;
    private volatile Refusal refusal = NOT_ASKED;

    private record Refusal(String reason, long at) {}

    DurabilityGate(OrderQueue queue, boolean allowWeak) {
        this.queue = queue;
        this.allowWeak = allowWeak;
    }

    /** Whether {@link #ask} was called. */
    boolean isAsked() {
        return refusal != NOT_ASKED;
    }

    /** Whether it is worth asking: nothing speaks against the queue that was read within the last 100 ms. */
    boolean mayLet(long now) {
        Refusal seen = refusal;
        return seen == NOT_ASKED || seen.reason.isEmpty() || now - seen.at >= FRESH;
    }

    /** Asks the queue; whether it counts now. */
    boolean ask(long now) {
        String reason = allowWeak ? "" : whyNot();
        refusal = new Refusal(reason, now);
        return reason.isEmpty();
    }

    private String whyNot() {
        Durability seen = read();
        return seen.level() == Durability.Level.DURABLE ? "" : "not durable: " + seen.reason();
    }

    private Durability read() {
        try {
            return queue.durability();
        } catch (RuntimeException | Error e) {
            // an adapter's bug must not keep the publisher from answering
            return new Durability(Durability.Level.UNKNOWN, "asking threw " + e);
        }
    }

    /** Why the last answer was no, or that there was none yet; empty if it was yes. */
    String reason() {
        return refusal.reason;
    }
}
