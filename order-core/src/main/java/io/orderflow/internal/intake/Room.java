package io.orderflow.internal.intake;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** The room for all submissions that have no answer, and as much again as overflow for futures. Thread-safe. */
final class Room {
    private final int capacity;
    private final Semaphore room;
    private final Semaphore overflow;

    Room(int capacity) {
        this.capacity = capacity;
        this.room = new Semaphore(capacity);
        this.overflow = new Semaphore(capacity);
    }

    /** Takes room for one submission if there is some. */
    boolean tryRoom() {
        return room.tryAcquire();
    }

    /** Takes room in the overflow if there is some. */
    boolean tryOverflow() {
        return overflow.tryAcquire();
    }

    /** Takes room for one submission, waits for it up to the given time; an interrupt does not end the wait. */
    boolean awaitRoom(long nanos) {
        if (room.tryAcquire()) {
            return true;
        }
        boolean interrupted = false;
        long end = System.nanoTime() + nanos;
        try {
            while (true) {
                try {
                    return room.tryAcquire(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Frees the room of answered submissions. */
    void leave(int ofRoom, int ofOverflow) {
        if (ofRoom > 0) {
            room.release(ofRoom);
        }
        if (ofOverflow > 0) {
            overflow.release(ofOverflow);
        }
    }

    /** How many submissions have no answer, or a future that is not completed. */
    int unanswered() {
        return 2 * capacity - room.availablePermits() - overflow.availablePermits();
    }
}
