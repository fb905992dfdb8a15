package io.orderflow.queue.redis;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;

/**
 * Makes connections to the server that takes the orders. Thread-safe.
 *
 * <p><b>C1</b> Connecting runs on a thread of its own, since no time-out ends the look-up of a name. A wait for it has
 * a bound. C2 and C3 stand in {@link Dialer}.
 */
final class Connector {
    private final ServerSearch search;
    private final Dialer dialer;
    private final Executor threads;

    Connector(RedisSettings settings, Executor threads, LinkWatchdog watchdog) {
        this.dialer = new Dialer(settings, watchdog);
        this.search = ServerSearch.of(settings, dialer);
        this.threads = threads;
    }

    /** One attempt to connect. Its end needs no memory, so it ends also when there is none. */
    static final class Attempt extends FutureTask<RedisLink> {
        private volatile boolean failed;

        private Attempt(Callable<RedisLink> connect) {
            super(connect);
        }

        @Override
        protected void setException(Throwable failure) {
            failed = true;
            super.setException(failure);
        }

        boolean hasFailed() {
            return failed;
        }
    }

    /**
     * Begins to connect.
     *
     * @throws IOException if that is not possible: the queue is closed, or there is no thread for it
     */
    Attempt begin() throws IOException {
        Attempt begun = new Attempt(search::connect);
        execute(begun);
        return begun;
    }

    private void execute(Runnable task) throws IOException {
        try {
            threads.execute(task);
        } catch (RejectedExecutionException e) {
            throw new IOException(Dialer.CLOSED, e);
        } catch (OutOfMemoryError e) {
            throw new IOException("no thread to connect on: " + e, e);
        }
    }

    /**
     * Begins to ask whether the server at the other end of a connection is still the one that takes the orders.
     *
     * @throws IOException as {@link #begin}
     */
    FutureTask<Boolean> askElsewhere(RedisLink link) throws IOException {
        FutureTask<Boolean> begun = new FutureTask<>(() -> search.isElsewhere(link));
        execute(begun);
        return begun;
    }

    /** Whether the answer leads to another server, to which the next connection goes then. */
    boolean follows(ReplyException answer) {
        return search.follows(answer);
    }

    /** Closes every connection, also those that are being made, and makes no more. */
    void close() {
        dialer.close();
    }
}
