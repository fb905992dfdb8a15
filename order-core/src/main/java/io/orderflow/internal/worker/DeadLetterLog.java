package io.orderflow.internal.worker;

import io.orderflow.DeadLetterReason;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Tells the log of what is set aside. Each order that cannot be decided has a line of its own, since a person has to
 * look at it. Messages come from any program that can write to the queue, in any number: for each reason the first one
 * is told at once, and those after it together every 30 s. Thread-safe; nothing is logged under its lock.
 */
final class DeadLetterLog {
    private static final long SILENCE = TimeUnit.SECONDS.toNanos(30);

    private final Consumer<String> log;
    private final LongSupplier nanoTime;
    private final Map<DeadLetterReason, Silence> silences = new EnumMap<>(DeadLetterReason.class);

    /**
     * Logs with this.
     *
     * @param nanoTime monotonic time
     */
    DeadLetterLog(Consumer<String> log, LongSupplier nanoTime) {
        this.log = log;
        this.nanoTime = nanoTime;
    }

    /** What was not told since a line. Used under the lock. */
    private static final class Silence {
        private final long since;
        private int untold;
        private String first;

        private Silence(long since) {
            this.since = since;
        }

        private void add(String detail) {
            untold++;
            first = untold == 1 ? detail : first;
        }
    }

    /** Something was set aside: tells it, or counts. */
    void tell(DeadLetterReason reason, String detail) {
        lookout();
        if (!isOfMessages(reason) || !isSilenced(reason, detail)) {
            log.accept("set aside in the dead letters: " + reason + ": " + detail);
        }
    }

    private static boolean isOfMessages(DeadLetterReason reason) {
        return switch (reason) {
            case UNDECODABLE, UNAUTHENTICATED, FOREIGN_SHOP -> true;
            case POISON, CRASHED_WORKER, CONFLICT -> false;
        };
    }

    private synchronized boolean isSilenced(DeadLetterReason reason, String detail) {
        Silence silence = silences.get(reason);
        if (silence == null) {
            silences.put(reason, new Silence(nanoTime.getAsLong()));
            return false;
        }
        silence.add(detail);
        return true;
    }

    /** Tells what was counted for 30 s. */
    void lookout() {
        tellSums(SILENCE);
    }

    /** Tells what was counted. */
    void end() {
        tellSums(Long.MIN_VALUE);
    }

    private void tellSums(long silence) {
        List<String> lines = new ArrayList<>();
        synchronized (this) {
            for (DeadLetterReason reason : List.copyOf(silences.keySet())) {
                sum(reason, silence).ifPresent(lines::add);
            }
        }
        lines.forEach(log);
    }

    private Optional<String> sum(DeadLetterReason reason, long atLeast) {
        Silence silence = silences.get(reason);
        long now = nanoTime.getAsLong();
        if (now - silence.since < atLeast) {
            return Optional.empty();
        }
        if (silence.untold == 0) {
            silences.remove(reason);
            return Optional.empty();
        }
        silences.put(reason, new Silence(now));
        return Optional.of("set aside in the dead letters: " + reason + ": " + silence.untold
                + " more messages since the last such line, the first of them: " + silence.first);
    }
}
