package io.orderflow.internal.page;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The wrong tokens of the last minute, by the {@linkplain RemoteAddress#client client} that they came from. After
 * {@link #MOST} a client is shut until its minute is over, whatever token it sends then: else a guess would be told
 * from the right one at full speed. Thread-safe.
 */
final class RemoteAttempts {
    /** So many wrong tokens are answered in a minute. */
    static final int MOST = 5;

    private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);
    private static final int CLIENTS = 1_000;

    private final LongSupplier nanoTime;
    private final Map<String, Minute> minutes = new LinkedHashMap<>();

    private record Minute(long since, int wrong) {}

    RemoteAttempts(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** For how many seconds the client is shut; 0 when it is not. */
    synchronized long shutFor(String client) {
        Minute minute = minutes.get(client);
        long passed = minute == null ? MINUTE : nanoTime.getAsLong() - minute.since();
        if (passed >= MINUTE) {
            minutes.remove(client);
            return 0;
        }
        return minute.wrong() < MOST ? 0 : 1 + TimeUnit.NANOSECONDS.toSeconds(MINUTE - passed);
    }

    /** A wrong token came; how many that makes in this minute. */
    synchronized int wrong(String client) {
        Minute before = minutes.remove(client);
        Minute now =
                before == null ? new Minute(nanoTime.getAsLong(), 1) : new Minute(before.since(), before.wrong() + 1);
        minutes.put(client, now);
        if (minutes.size() > CLIENTS) {
            Iterator<String> oldest = minutes.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
        return now.wrong();
    }
}
