package io.orderflow.internal.journal;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Ids that a duplicate key told to be taken and whose rows no read shows. Inserting them again would only be refused
 * again, so they are read until they show; after a while an insert is tried after all. Not thread-safe.
 */
final class HiddenRows {
    static final long REMEMBERED = TimeUnit.SECONDS.toNanos(10);
    static final int MOST = 1_000;

    private final LongSupplier nanoTime;
    private final Map<UUID, Long> since = new LinkedHashMap<>();

    HiddenRows(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    void add(UUID id) {
        since.remove(id);
        since.put(id, nanoTime.getAsLong());
        if (since.size() > MOST) {
            since.remove(since.keySet().iterator().next());
        }
    }

    boolean contains(UUID id) {
        Long at = since.get(id);
        if (at != null && nanoTime.getAsLong() - at >= REMEMBERED) {
            since.remove(id);
            return false;
        }
        return at != null;
    }

    /** It was read, or written. */
    void forget(UUID id) {
        if (!since.isEmpty()) {
            since.remove(id);
        }
    }
}
