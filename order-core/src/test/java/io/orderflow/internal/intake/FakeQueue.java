package io.orderflow.internal.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.orderflow.internal.codec.Fingerprint;
import io.orderflow.internal.codec.Frame;
import io.orderflow.internal.codec.FrameCodec;
import io.orderflow.internal.codec.MalformedException;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.queue.Durability;
import io.orderflow.queue.OrderQueue;
import io.orderflow.queue.PublishResult;
import io.orderflow.queue.QueueConsumer;
import io.orderflow.queue.QueueException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** A queue that keeps what is published and goes as a test says. Checks that one thread at a time uses it (A5). */
final class FakeQueue implements OrderQueue {
    /** How a call goes. */
    enum Mood {
        WORKS,
        REFUSES,
        LOSES_THE_ANSWER_AFTER_STORING,
        LOSES_THE_ANSWER_BEFORE_STORING,
        THROWS
    }

    final List<List<UUID>> frames = new CopyOnWriteArrayList<>();
    final Set<UUID> stored = ConcurrentHashMap.newKeySet();

    /** What was stored after the queue had said that it is durable, with its content. */
    final Map<UUID, Set<Fingerprint>> durable = new ConcurrentHashMap<>();

    final AtomicInteger checks = new AtomicInteger();

    /** Asked once for each call; a call that hangs hangs in here. */
    volatile Supplier<Mood> mood = () -> Mood.WORKS;

    /** The same for checks alone. */
    volatile Supplier<Mood> checkMood = () -> mood.get();

    volatile Supplier<Durability.Level> level = () -> Durability.Level.DURABLE;

    private volatile Durability.Level told = Durability.Level.UNKNOWN;
    private final AtomicInteger users = new AtomicInteger();
    private final boolean recording;

    FakeQueue() {
        this(true);
    }

    /** {@code recording}: whether frames are kept for the test to look at. */
    FakeQueue(boolean recording) {
        this.recording = recording;
    }

    void becomes(Mood next) {
        mood = () -> next;
    }

    void becomes(Durability.Level next) {
        level = () -> next;
    }

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public PublishResult publish(byte[] message, Duration timeout) {
        enter();
        try {
            Mood now = mood.get();
            return switch (now) {
                case WORKS -> store(message);
                case REFUSES -> PublishResult.refused("injected: refused");
                case LOSES_THE_ANSWER_AFTER_STORING -> {
                    store(message);
                    yield PublishResult.unknown("injected: answer lost");
                }
                case LOSES_THE_ANSWER_BEFORE_STORING -> PublishResult.unknown("injected: answer lost");
                case THROWS -> throw new IllegalStateException("injected: the queue has a bug");
            };
        } finally {
            users.decrementAndGet();
        }
    }

    private PublishResult store(byte[] message) {
        try {
            Frame frame = FrameCodec.decode(message);
            List<UUID> ids = frame.entries().stream().map(OrderEntry::id).toList();
            stored.addAll(ids);
            if (told == Durability.Level.DURABLE) {
                frame.entries()
                        .forEach(entry -> durable.computeIfAbsent(entry.id(), key -> ConcurrentHashMap.newKeySet())
                                .add(entry.fingerprint()));
            }
            if (recording) {
                frames.add(ids);
            }
            return PublishResult.done();
        } catch (MalformedException e) {
            throw new AssertionError("the intake made a bad frame", e);
        }
    }

    private void enter() {
        assertEquals(1, users.incrementAndGet(), "users of the queue");
    }

    @Override
    public void check() throws QueueException {
        enter();
        try {
            checks.incrementAndGet();
            if (checkMood.get() != Mood.WORKS) {
                throw new QueueException("injected: check failed");
            }
        } finally {
            users.decrementAndGet();
        }
    }

    @Override
    public Durability durability() {
        told = level.get();
        return new Durability(told, "as the test says");
    }

    @Override
    public QueueConsumer openConsumer(Duration lease) {
        throw new UnsupportedOperationException("the intake consumes nothing");
    }

    @Override
    public OptionalLong depth() {
        return OptionalLong.of(stored.size());
    }

    @Override
    public int largestMessage() {
        return 256 * 1024;
    }

    @Override
    public void close() {}
}
