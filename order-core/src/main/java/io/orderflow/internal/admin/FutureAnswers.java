package io.orderflow.internal.admin;

import java.time.Duration;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Completes futures of changes, which runs the host's code. One thread does it, in the order of the answers; when all
 * threads have been stuck in the host's code for 50 ms, another one helps, up to 64. Helpers take the newest first,
 * since what a stuck one waits for is newer than what it depends on. A thread ends when there is nothing left.
 * Thread-safe.
 */
final class FutureAnswers {
    private static final int MOST_THREADS = 64;
    private static final long STUCK = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long LOOK = TimeUnit.MILLISECONDS.toNanos(2);

    private final Deque<Runnable> waiting = new ConcurrentLinkedDeque<>();
    private final Set<Deliverer> deliverers = ConcurrentHashMap.newKeySet();
    private final AtomicInteger number = new AtomicInteger();

    /** Takes over what completes futures. */
    void add(List<Runnable> completions) {
        waiting.addAll(completions);
        look();
    }

    /**
     * Has more help if all threads are stuck; to be called again and again while something waits.
     *
     * @return whether something waits
     */
    synchronized boolean look() {
        if (waiting.isEmpty()) {
            return false;
        }
        long now = System.nanoTime();
        if (deliverers.size() < MOST_THREADS && deliverers.stream().allMatch(one -> one.isStuck(now))) {
            Deliverer more = new Deliverer(deliverers.isEmpty());
            deliverers.add(more);
            more.begin();
        }
        return true;
    }

    /** Waits until all are completed; what waits after the bound is completed by the caller. */
    void finish(Duration bound) {
        long end = System.nanoTime() + bound.toNanos();
        while (look() && System.nanoTime() - end < 0 && !isOwnThread()) {
            LockSupport.parkNanos(LOOK);
        }
        Runnable next;
        while ((next = waiting.pollFirst()) != null) {
            next.run();
        }
    }

    /** Whether the caller is the host's code, in one of the threads. */
    private boolean isOwnThread() {
        return deliverers.stream().anyMatch(one -> one.thread == Thread.currentThread());
    }

    /** One thread that completes. */
    private final class Deliverer {
        private final boolean oldestFirst;
        private final Thread thread;

        /** Since when it completes the present future; meaningful while busy. */
        private volatile long since;

        private volatile boolean busy;

        Deliverer(boolean oldestFirst) {
            this.oldestFirst = oldestFirst;
            this.thread = new Thread(this::completeAll, "orderflow-change-answers-" + number.incrementAndGet());
            thread.setDaemon(true);
        }

        /** Where the system gives no thread, the next look tries again. */
        void begin() {
            boolean begun = false;
            try {
                thread.start();
                begun = true;
            } finally {
                if (!begun) {
                    deliverers.remove(this);
                }
            }
        }

        boolean isStuck(long now) {
            return busy && now - since > STUCK;
        }

        private void completeAll() {
            try {
                Runnable next;
                while ((next = oldestFirst ? waiting.pollFirst() : waiting.pollLast()) != null) {
                    since = System.nanoTime();
                    busy = true;
                    next.run();
                    busy = false;
                }
            } finally {
                deliverers.remove(this);
                // what came between the last look and the end
                look();
            }
        }
    }
}
