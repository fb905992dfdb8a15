package io.orderflow.examples.serve;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * The memory for large bodies that arrive or wait for their answer. Whoever finds none waits in line, and is not read
 * meanwhile. Used by the event loop alone.
 */
final class BodyRoom {
    private final long size;
    private final Queue<Guest> line = new ArrayDeque<>();
    private long taken;

    private record Guest(long bytes, Runnable entered) {}

    /**
     * Makes an empty one.
     *
     * @param size bytes for all bodies together; at least as many as the largest body has
     */
    BodyRoom(long size) {
        this.size = size;
    }

    /** Takes room now, or when it is the caller's turn. */
    void enter(long bytes, Runnable entered) {
        if (line.isEmpty() && taken + bytes <= size) {
            taken += bytes;
            entered.run();
        } else {
            line.add(new Guest(bytes, entered));
        }
    }

    /** Gives room back. */
    void leave(long bytes) {
        taken -= bytes;
        for (Guest next = line.peek(); next != null && taken + next.bytes() <= size; next = line.peek()) {
            line.remove();
            taken += next.bytes();
            next.entered().run();
        }
    }
}
