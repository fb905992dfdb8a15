package io.orderflow.internal.intake;

import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.journal.Journal;
import io.orderflow.internal.journal.JournalException;
import io.orderflow.internal.journal.JournalOutcome;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The calls of the journal, and whether it rests: an unused journal gives its connection back. The only user of the
 * journal (A5), hence used by the writer's thread, but for {@link #lastWrite}.
 */
final class JournalCalls {
    private static final long IDLE = TimeUnit.SECONDS.toNanos(1);

    private final Journal journal;
    private final LongSupplier time;
    private final Clock clock;
    private boolean rests = true;
    private long usedAt;
    private volatile Optional<Instant> lastWrite = Optional.empty();

    @FunctionalInterface
    private interface Call {
        List<JournalOutcome> on(List<OrderEntry> entries) throws JournalException;
    }

    JournalCalls(Journal journal, LongSupplier time, Clock clock) {
        this.journal = journal;
        this.time = time;
        this.clock = clock;
    }

    /** Why it does not answer; empty if it does. */
    Optional<String> probe() {
        try {
            journal.probe();
            return Optional.empty();
        } catch (JournalException e) {
            return Optional.of(message(e));
        } finally {
            used();
        }
    }

    /** Writes entries; one outcome for each. */
    List<JournalOutcome> write(List<OrderEntry> entries) throws JournalException {
        return use(journal::write, entries);
    }

    /** Settles what was stuck; one outcome for each. */
    List<JournalOutcome> settle(List<OrderEntry> entries) throws JournalException {
        return use(journal::settle, entries);
    }

    private List<JournalOutcome> use(Call call, List<OrderEntry> entries) throws JournalException {
        try {
            List<JournalOutcome> outcomes = call.on(entries);
            if (outcomes.size() != entries.size()) {
                throw new IllegalStateException("the journal must return one outcome for each entry: " + outcomes.size()
                        + " for " + entries.size());
            }
            lastWrite = Optional.of(clock.instant());
            return outcomes;
        } finally {
            used();
        }
    }

    private void used() {
        rests = false;
        usedAt = time.getAsLong();
    }

    /** Whether it has given its connection back, or had none yet. */
    boolean rests() {
        return rests;
    }

    /** Whether it was not used for so long that its connection should go back. */
    boolean isIdle(long now) {
        return !rests && now - usedAt >= IDLE;
    }

    /** Gives the connection back. */
    boolean rest() {
        rests = true;
        journal.idle();
        return rests;
    }

    /** When the journal last confirmed what it was asked to write. By any thread. */
    Optional<Instant> lastWrite() {
        return lastWrite;
    }

    static String message(JournalException e) {
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }
}
