package io.orderflow.internal.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.Limits;
import io.orderflow.Order;
import io.orderflow.OrderStatus;
import io.orderflow.internal.codec.FrameCodec;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.journal.Journal;
import io.orderflow.internal.journal.JournalException;
import io.orderflow.internal.journal.JournalException.Fate;
import io.orderflow.internal.journal.JournalOutcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * A journal in memory whose next calls go as a test says. Checks on every call what the intake promises: one user at a
 * time (A5), groups within their bounds and each id once (A7).
 */
final class FakeJournal implements Journal {
    /** How a call goes. */
    enum Mood {
        WORKS,
        REFUSES,
        LOSES_THE_ANSWER_AFTER_COMMIT,
        LOSES_THE_ANSWER_BEFORE_COMMIT,
        LOSES_THE_ANSWER_MIDWAY,
        THROWS
    }

    final Map<UUID, OrderEntry> rows = new ConcurrentHashMap<>();
    final Set<UUID> decided = ConcurrentHashMap.newKeySet();
    final Set<UUID> locked = ConcurrentHashMap.newKeySet();
    final List<List<UUID>> groups = new CopyOnWriteArrayList<>();
    final List<List<UUID>> settled = new CopyOnWriteArrayList<>();
    final AtomicInteger probes = new AtomicInteger();
    final AtomicInteger idles = new AtomicInteger();

    /** Asked once for each call; a call that hangs hangs in here. */
    volatile Supplier<Mood> mood = () -> Mood.WORKS;

    /** The same for probes alone. */
    volatile Supplier<Mood> probeMood = () -> mood.get();

    /** Run while the connection goes back. */
    volatile Runnable whileIdling = () -> {};

    /** Run between the commit and its answer. */
    volatile Runnable beforeTheAnswer = () -> {};

    private final AtomicInteger users = new AtomicInteger();
    private final boolean recording;

    FakeJournal() {
        this(true);
    }

    /** {@code recording}: whether groups are kept for the test to look at. */
    FakeJournal(boolean recording) {
        this.recording = recording;
    }

    void becomes(Mood next) {
        mood = () -> next;
    }

    @Override
    public List<JournalOutcome> write(List<OrderEntry> group) throws JournalException {
        return call(group, groups);
    }

    @Override
    public List<JournalOutcome> settle(List<OrderEntry> stuck) throws JournalException {
        return call(stuck, settled);
    }

    @Override
    public void probe() throws JournalException {
        enter();
        try {
            probes.incrementAndGet();
            if (probeMood.get() != Mood.WORKS) {
                throw new JournalException(Fate.NOTHING_WRITTEN, "injected: probe failed", null);
            }
        } finally {
            users.decrementAndGet();
        }
    }

    @Override
    public void idle() {
        enter();
        try {
            idles.incrementAndGet();
            whileIdling.run();
        } finally {
            users.decrementAndGet();
        }
    }

    private void enter() {
        assertEquals(1, users.incrementAndGet(), "users of the journal");
    }

    private List<JournalOutcome> call(List<OrderEntry> group, List<List<UUID>> record) throws JournalException {
        enter();
        try {
            checkBounds(group);
            if (recording) {
                record.add(group.stream().map(OrderEntry::id).toList());
            }
            Mood now = mood.get();
            return switch (now) {
                case WORKS -> {
                    List<JournalOutcome> outcomes = outcomes(group);
                    beforeTheAnswer.run();
                    yield outcomes;
                }
                case REFUSES -> throw new JournalException(Fate.NOTHING_WRITTEN, "injected: refused", null);
                case LOSES_THE_ANSWER_AFTER_COMMIT -> {
                    outcomes(group);
                    throw new JournalException(Fate.UNKNOWN, "injected: answer lost", null);
                }
                case LOSES_THE_ANSWER_BEFORE_COMMIT ->
                    throw new JournalException(Fate.UNKNOWN, "injected: answer lost", null);
                case LOSES_THE_ANSWER_MIDWAY -> {
                    outcomes(group.subList(0, group.size() / 2));
                    throw new JournalException(Fate.UNKNOWN, "injected: answer lost", null);
                }
                case THROWS -> throw new IllegalStateException("injected: the journal has a bug");
            };
        } finally {
            users.decrementAndGet();
        }
    }

    private static void checkBounds(List<OrderEntry> group) {
        assertTrue(!group.isEmpty() && group.size() <= Limits.BATCH_ORDERS, () -> "group of " + group.size());
        int bytes = FrameCodec.HEADER_BYTES;
        Set<UUID> ids = new HashSet<>();
        for (OrderEntry entry : group) {
            bytes += FrameCodec.sizeOf(entry);
            assertTrue(ids.add(entry.id()), () -> "twice in one group: " + entry.id());
        }
        assertTrue(bytes <= Limits.FRAME_BYTES, "bytes of the group: " + bytes);
    }

    private List<JournalOutcome> outcomes(List<OrderEntry> group) {
        List<JournalOutcome> outcomes = new ArrayList<>();
        for (OrderEntry entry : group) {
            outcomes.add(outcome(entry));
        }
        return outcomes;
    }

    private JournalOutcome outcome(OrderEntry entry) {
        if (locked.contains(entry.id())) {
            return JournalOutcome.STUCK;
        }
        OrderEntry row = rows.putIfAbsent(entry.id(), entry);
        if (row == null) {
            return JournalOutcome.WRITTEN;
        }
        return row.fingerprint().equals(entry.fingerprint())
                ? new JournalOutcome.Duplicate(order(row))
                : JournalOutcome.CONFLICT;
    }

    private Order order(OrderEntry row) {
        OrderStatus status = decided.contains(row.id()) ? OrderStatus.COMPLETED : OrderStatus.PENDING;
        return new Order(
                row.id(),
                row.buyer(),
                status,
                Optional.empty(),
                row.lines(),
                row.payment(),
                Optional.empty(),
                Optional.empty(),
                false,
                0,
                0,
                Instant.EPOCH,
                Optional.empty(),
                OptionalLong.empty(),
                row.hostData());
    }
}
