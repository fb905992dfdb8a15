package io.orderflow.internal.intake;

import io.orderflow.Limits;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Submissions whose row is locked by another transaction or cannot be read, in flight but apart from the groups. Used
 * by the writer's thread, but for {@link #forEach}.
 *
 * <p>A write waits for a locked row once. The id is then suspect, also after its submissions were answered: a
 * submission of it goes here at once, so that one locked row cannot stop the others again and again.
 */
final class StuckOrders {
    static final long SETTLE_PAUSE = TimeUnit.MILLISECONDS.toNanos(50);
    static final long SUSPECT_FOR = TimeUnit.SECONDS.toNanos(60);
    static final int MOST_SUSPECTS = 1_000;

    private final Queue<Submission> waiting = new ConcurrentLinkedQueue<>();
    private final Map<UUID, Long> suspects = new LinkedHashMap<>();
    private long settledAt;

    StuckOrders(long now) {
        this.settledAt = now - SETTLE_PAUSE;
    }

    /** Keeps the suspects among the taken; returns the others. */
    List<Submission> keepSuspects(List<Submission> taken, long now) {
        if (suspects.isEmpty()) {
            return taken;
        }
        List<Submission> others = new ArrayList<>(taken.size());
        for (Submission submission : taken) {
            Long since = suspects.get(submission.entry().id());
            if (since != null && now - since < SUSPECT_FOR) {
                waiting.add(submission);
            } else {
                others.add(submission);
            }
        }
        return others;
    }

    /** Remembers that the row of an id is locked. */
    void suspect(UUID id, long now) {
        suspects.remove(id);
        suspects.put(id, now);
        if (suspects.size() > MOST_SUSPECTS) {
            suspects.remove(suspects.keySet().iterator().next());
        }
    }

    /** Forgets it: the row could be read or written. */
    void clear(UUID id) {
        if (!suspects.isEmpty()) {
            suspects.remove(id);
        }
    }

    /** Keeps one apart, for a reason that its answer tells if it waits in vain. */
    void add(Submission submission, String why) {
        submission.keptApart(why);
        waiting.add(submission);
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** How many nanoseconds until it is time to look again; {@link Long#MAX_VALUE} if nothing waits. */
    long untilDue(long now) {
        return waiting.isEmpty() ? Long.MAX_VALUE : Math.max(0, settledAt + SETTLE_PAUSE - now);
    }

    /** Takes those that are looked at next, without those that were answered in the meantime. */
    List<Submission> take(long now) {
        settledAt = now;
        List<Submission> taken = new ArrayList<>();
        Submission next;
        while (taken.size() < Limits.BATCH_ORDERS && (next = waiting.poll()) != null) {
            if (!next.isAnswered()) {
                taken.add(next);
            }
        }
        return taken;
    }

    /** Shows each waiting submission; by any thread. */
    void forEach(Consumer<Submission> action) {
        waiting.forEach(action);
    }
}
