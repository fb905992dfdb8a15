package io.orderflow.internal.worker;

import io.orderflow.queue.Delivery;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Frames of one worker that are settled and not acked yet, since the server that decided them may be lost with what no
 * replica had. They are acked when the server, {@code ackDelay} after they were settled, was written to once more: its
 * replicas have them then. When another server is written to first, they are decided there again. Without an
 * {@code ackDelay} it keeps nothing. Not thread-safe.
 */
final class LateFrames {
    /** Bounds the memory: while so much is kept, nothing is received. */
    private static final int MOST_FRAMES = 100_000;

    private static final int MOST_BYTES = 64 << 20;

    /** An idle worker writes something no more often than this, to know that the server is still there. */
    private static final Duration LOOKS = Duration.ofSeconds(1);

    /** What is full is looked at so often. */
    private static final Duration REST = Duration.ofMillis(20);

    private final String name;
    private final WorkerContext context;
    private final long delay;
    private final int mostFrames;
    private final Deque<HeldFrame> frames = new ArrayDeque<>();
    private long bytes;
    private boolean told;

    /** Tells where all was decided that is settled and not acked. */
    private final ServerMoves moves;

    /** When the server was written to last, as far as is known. */
    private long written;

    private long nextLook;

    LateFrames(String worker, WorkerContext context) {
        this.name = worker + ".acks";
        this.context = context;
        this.moves = new ServerMoves(worker, context);
        this.delay = context.config().ackDelay().toNanos();
        this.mostFrames = Math.min(MOST_FRAMES, context.queue().mostHeld());
        this.written = context.nanoTime().getAsLong();
        this.nextLook = written;
    }

    /** Whether anything is ever kept. */
    boolean isOn() {
        return delay > 0;
    }

    /**
     * Keeps a frame that is settled; false where it may be acked at once. A bad message without orders may: nothing is
     * lost with its dead letter, and strangers must not be able to fill the room.
     */
    boolean keep(HeldFrame frame) {
        if (!isOn() || frame.isNeedless()) {
            return false;
        }
        frame.settledAt(context.nanoTime().getAsLong());
        frames.addLast(frame);
        bytes += frame.delivery().body().length;
        return true;
    }

    /** The server was written to, and that began at this time. */
    void written(long nanos) {
        written = nanos;
    }

    /** Takes those that may be acked now. */
    List<Delivery> takeDue() {
        List<Delivery> due = new ArrayList<>();
        while (!frames.isEmpty() && written - frames.peekFirst().settledAt() >= delay) {
            due.add(frames.peekFirst().delivery());
            forget(frames.removeFirst());
        }
        return due;
    }

    private void forget(HeldFrame frame) {
        bytes -= frame.delivery().body().length;
    }

    /** Whether the oldest would be due if the server were written to now, which nobody does. */
    boolean isLookDue() {
        long now = context.nanoTime().getAsLong();
        if (frames.isEmpty() || now - frames.peekFirst().settledAt() < delay || now - nextLook < 0) {
            return false;
        }
        nextLook = now + LOOKS.toNanos();
        return true;
    }

    /**
     * Notes which server is written to from now on.
     *
     * @return the one before, if it was another one
     */
    Optional<String> movedTo(String now) {
        return moves.movedTo(now);
    }

    /** Takes all of them, the oldest first. */
    List<HeldFrame> takeAll() {
        List<HeldFrame> all = new ArrayList<>(frames);
        loseIf(frame -> true);
        return all;
    }

    /** Forgets those that the queue has again. */
    void loseIf(Predicate<HeldFrame> which) {
        frames.removeIf(frame -> {
            boolean lost = which.test(frame);
            if (lost) {
                forget(frame);
            }
            return lost;
        });
    }

    boolean isEmpty() {
        return frames.isEmpty();
    }

    /** All of them. */
    Stream<HeldFrame> stream() {
        return frames.stream();
    }

    /**
     * Whether no more fits, or the queue gives no more. Looks after what health and log say of that, so it is asked
     * before each receive.
     *
     * @param held how many messages the worker holds besides, whose orders are not all settled
     */
    boolean isFull(int held) {
        if (!isOn()) {
            return false;
        }
        moves.look();
        int all = frames.size() + held;
        boolean full = !frames.isEmpty() && (all >= mostFrames || bytes >= MOST_BYTES);
        if (full) {
            tellFull(held);
        } else if (frames.isEmpty() || all <= mostFrames / 2 && bytes <= MOST_BYTES / 2) {
            tellRoom();
        }
        return full;
    }

    /** How long to wait while it is full, in nanoseconds. */
    long untilLook() {
        return REST.toNanos();
    }

    private void tellFull(int held) {
        String cause = frames.size() + " messages of " + bytes + " bytes are kept for the ackDelay of "
                + context.config().ackDelay() + " and " + held + " more are not decided yet, and nothing is received"
                + " before some are acked; the most are " + mostFrames + " messages together, or " + MOST_BYTES
                + " bytes kept, for each thread of a runner";
        told = true;
        context.outages().lateAcks().met(name, "", cause);
        context.events().paused(name, cause);
    }

    /** Half of the room and more is free. */
    private void tellRoom() {
        if (told) {
            told = false;
            context.outages().lateAcks().over(name);
            context.events().resumed(name);
        }
    }

    /** The worker ends: what is kept goes back to the queue. */
    void end() {
        loseIf(frame -> true);
        if (told) {
            context.outages().lateAcks().left(name);
            context.events().ended(name);
        }
        moves.end();
    }
}
