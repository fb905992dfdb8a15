package io.orderflow.internal.intake;

import io.orderflow.internal.loop.Waiter;

/**
 * How long the writer waits for its group to fill. Meanwhile a submission does not end the writer's sleep unless it
 * fills the group. Thread-safe.
 */
final class Gathering {
    private final long groupWait;
    private final int fullGroup;
    private final Buffer buffer;
    private final Room room;
    private final Waiter writer;
    private volatile boolean waits;

    /**
     * Starts without a wait.
     *
     * @param settings how long a group waits, and when it is full
     * @param writer what the writer sleeps on
     */
    Gathering(IntakeSettings settings, Buffer buffer, Room room, Waiter writer) {
        this.groupWait = settings.groupWait().toNanos();
        this.fullGroup = settings.maxGroup();
        this.buffer = buffer;
        this.room = room;
        this.writer = writer;
    }

    /** Wakes the writer, unless it waits for more. By any thread. */
    void wake() {
        if (!waits || isFull()) {
            writer.wake();
        }
    }

    /** The writer is awake. */
    void end() {
        waits = false;
    }

    /** How many nanoseconds the writer is to wait for more; zero if it is to take what is there. */
    long left(long now) {
        if (groupWait == 0 || buffer.isEmpty()) {
            return 0;
        }
        long wait = buffer.oldest(now) + groupWait - now;
        if (wait <= 0) {
            return 0;
        }
        // announced before the look: the submission that fills the group either is seen here or wakes
        waits = true;
        boolean full = isFull();
        waits = !full;
        return full ? 0 : wait;
    }

    private boolean isFull() {
        return room.unanswered() >= fullGroup;
    }
}
