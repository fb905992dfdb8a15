package io.orderflow.internal.loop;

import static java.util.Objects.requireNonNull;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What threads wait for under a lock, as for a {@link java.util.concurrent.locks.Condition}. Waking needs no memory
 * here. That of a Condition may, and where it finds none Java 17 leaves the sleeper in a loop that nothing ends: its
 * thread is gone for good. Everything is called with the lock held.
 */
public final class Bell {
    private static final long TRY_AGAIN = TimeUnit.MILLISECONDS.toNanos(1);

    private final ReentrantLock lock;
    private final Deque<Waiter> waiting = new ArrayDeque<>();

    /** A bell for those who hold that lock. */
    public Bell(ReentrantLock lock) {
        this.lock = requireNonNull(lock, "lock");
    }

    /**
     * Lets go of the lock until the bell rings for this thread, and holds it again afterwards, however it ends.
     *
     * @param nanos longest wait
     * @throws IllegalStateException if the caller holds the lock more than once, since it would sleep with it
     * @throws InterruptedException if the thread was interrupted, and the bell did not ring for it
     */
    public void await(long nanos) throws InterruptedException {
        if (lock.getHoldCount() != 1) {
            throw new IllegalStateException("the lock must be held once: " + lock.getHoldCount());
        }
        Waiter mine = new Waiter();
        waiting.addLast(mine);
        lock.unlock();
        boolean interrupted = false;
        try {
            mine.sleep(nanos);
        } catch (InterruptedException e) {
            interrupted = true;
        } finally {
            lockWhateverItTakes();
        }
        boolean rang = !waiting.remove(mine);
        if (interrupted && !rang) {
            throw new InterruptedException();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** A caller that came back without the lock would let go of it all the same. */
    private void lockWhateverItTakes() {
        while (!lock.isHeldByCurrentThread()) {
            try {
                lock.lock();
            } catch (OutOfMemoryError e) {
                // standing in line for a lock needs memory
                LockSupport.parkNanos(TRY_AGAIN);
            }
        }
    }

    /** Wakes the one who has waited longest, if anybody waits. */
    public void ring() {
        Waiter first = waiting.pollFirst();
        if (first != null) {
            first.wake();
        }
    }

    /** Wakes all who wait. */
    public void ringAll() {
        while (!waiting.isEmpty()) {
            ring();
        }
    }
}
