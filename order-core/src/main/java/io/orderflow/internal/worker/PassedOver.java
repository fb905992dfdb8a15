package io.orderflow.internal.worker;

import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Orders of the journal whose rows somebody else held: left out for a second each, so that the rows behind them are
 * seen, and looked at again after it. Not thread-safe.
 */
final class PassedOver {
    /** As many as may wait apart in a worker. Of more the first are looked at again sooner. */
    static final int MOST = 10_000;

    private static final long PAUSE = TimeUnit.SECONDS.toNanos(1);

    private final LongSupplier nanoTime;
    private final Map<UUID, Long> until = new LinkedHashMap<>();

    PassedOver(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    void add(Collection<UUID> ids) {
        long end = nanoTime.getAsLong() + PAUSE;
        for (UUID id : ids) {
            // behind the others, also when it was there before: the first in the map is the first to be over
            until.remove(id);
            until.put(id, end);
        }
        forget();
    }

    /** Those that are left out now; the set is a view and holds until the next call. */
    Set<UUID> ids() {
        forget();
        return until.keySet();
    }

    private void forget() {
        long now = nanoTime.getAsLong();
        Iterator<Long> ends = until.values().iterator();
        while (ends.hasNext() && (ends.next() - now <= 0 || until.size() > MOST)) {
            ends.remove();
        }
    }
}
