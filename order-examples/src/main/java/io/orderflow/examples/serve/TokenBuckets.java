package io.orderflow.examples.serve;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * A bucket of tokens for each client: it has {@code burst} when it is full, and fills by {@code perSecond}. A request
 * takes one. What is kept of a bucket is one time, when it will be full again, so a full one is not kept at all. Not
 * thread-safe.
 */
final class TokenBuckets {
    private final long interval;
    private final long capacity;
    private final int most;
    private final LongSupplier nanoTime;

    /** When each is full again; the one that was used least lately comes first. */
    private final Map<String, Long> fullAt = new LinkedHashMap<>(16, 0.75f, true);

    /**
     * Makes full ones.
     *
     * @param most clients that are remembered; beyond them the one that was heard least lately is forgotten, and its
     *     bucket is full
     * @param nanoTime a clock that never goes back
     */
    TokenBuckets(RateRule rule, int most, LongSupplier nanoTime) {
        this.interval = TimeUnit.SECONDS.toNanos(1) / rule.perSecond();
        this.capacity = interval * rule.burst();
        this.most = most;
        this.nanoTime = nanoTime;
    }

    /**
     * Takes a token.
     *
     * @return 0 when there was one, else the nanoseconds until there is
     */
    long take(String client) {
        long now = nanoTime.getAsLong();
        long paid = fullAt(client, now) + interval;
        long wait = paid - now - capacity;
        if (wait > 0) {
            return wait;
        }
        keep(client, paid, now);
        return 0;
    }

    /**
     * Takes more tokens, also such as are not there yet: a client that was let in pays for them by waiting. One that
     * has not paid for earlier ones by then takes none.
     *
     * @return 0 when they were taken, else the nanoseconds until there is a token again
     */
    long charge(String client, int tokens) {
        long now = nanoTime.getAsLong();
        long at = fullAt(client, now);
        long debt = at - now - capacity;
        if (debt > 0) {
            return debt + interval;
        }
        keep(client, at + interval * tokens, now);
        return 0;
    }

    /** How many clients are remembered. */
    int size() {
        return fullAt.size();
    }

    private long fullAt(String client, long now) {
        Long at = fullAt.get(client);
        return at == null || at - now < 0 ? now : at;
    }

    private void keep(String client, long at, long now) {
        fullAt.put(client, at);
        // two for each that comes: so all that are full go sooner than new ones come
        forgetFirst(now);
        forgetFirst(now);
    }

    private void forgetFirst(long now) {
        Iterator<Long> first = fullAt.values().iterator();
        if (first.hasNext() && (first.next() - now <= 0 || fullAt.size() > most)) {
            first.remove();
        }
    }
}
