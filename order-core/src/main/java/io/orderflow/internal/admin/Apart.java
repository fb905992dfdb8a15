package io.orderflow.internal.admin;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs what must have a connection and a transaction of its own on a thread of the library: a data source may bind the
 * host's transaction to the calling thread, and then the work there would commit or roll back what the host wrote. The
 * caller waits, with a bound, whatever the pool and the server do; an interrupt ends its wait and never reaches the
 * connection. Thread-safe.
 *
 * <p>Threads come with the calls and end a second after the last one, so there is nothing to close. Their number is
 * bounded: behind a server or a pool that is frozen, work goes on for longer than its caller waits, and callers come
 * again.
 */
public final class Apart {
    private static final Duration BRIEFLY = Duration.ofSeconds(1);

    /** More than a pool has connections. */
    static final int MOST = 256;

    private final AtomicInteger number = new AtomicInteger();
    private final Semaphore room = new Semaphore(MOST);
    private final ExecutorService threads =
            new ThreadPoolExecutor(0, Integer.MAX_VALUE, 1, TimeUnit.SECONDS, new SynchronousQueue<>(), this::thread);

    private Thread thread(Runnable work) {
        Thread thread = new Thread(work, "orderflow-apart-" + number.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Runs work and waits for it.
     *
     * @param bound longest wait; the work itself goes on after it
     * @throws TimeoutException if the work was not done by then; it was not begun if too much is under way
     * @throws InterruptedException if the caller was interrupted
     * @throws ExecutionException with what the work threw
     */
    public <T> T call(Callable<T> work, Duration bound)
            throws TimeoutException, InterruptedException, ExecutionException {
        long end = System.nanoTime() + bound.toNanos();
        if (!room.tryAcquire(bound.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new TimeoutException("as many calls as may are under way");
        }
        return begin(work).get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    private <T> Future<T> begin(Callable<T> work) {
        boolean begun = false;
        try {
            Future<T> result = threads.submit(() -> {
                try {
                    return work.call();
                } finally {
                    room.release();
                }
            });
            begun = true;
            return result;
        } finally {
            if (!begun) {
                room.release();
            }
        }
    }

    /** Runs a look-up that the caller can do without; empty when it fails, or is not done within a second. */
    public <T> Optional<T> callBriefly(Callable<Optional<T>> lookUp) {
        try {
            return call(lookUp, BRIEFLY);
        } catch (TimeoutException | ExecutionException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
