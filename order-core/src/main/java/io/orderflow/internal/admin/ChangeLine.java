package io.orderflow.internal.admin;

import io.orderflow.Limits;
import io.orderflow.StoreUnavailableException;
import io.orderflow.internal.loop.Loop;
import io.orderflow.internal.loop.Waiter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * The line of changes of one kind that nobody waits for: what came while the ones before were done is done together. A
 * thread of its own does it, which begins with the first change. Thread-safe.
 *
 * <ul>
 *   <li>When the database fails, those that it was asked for get its answer, and so do all that have stood in line for
 *       as long as a call may take; younger ones are tried.
 *   <li>What fails for another reason is halved until it is alone, so that it spoils nobody else's.
 * </ul>
 *
 * @param <T> a change as it is asked for
 * @param <R> what becomes of it
 */
final class ChangeLine<T, R> {
    /** Most changes without an answer. */
    static final int MOST = 131_072;

    /** A step that takes longer is trouble. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final long IDLE = TimeUnit.SECONDS.toNanos(60);
    private static final long SOON = TimeUnit.MILLISECONDS.toNanos(50);

    private final String what;
    private final Function<List<T>, List<R>> many;
    private final Duration patience;
    private final FutureAnswers answers;
    private final Queue<Asked<T, R>> line = new ConcurrentLinkedQueue<>();
    private final AtomicInteger unanswered = new AtomicInteger();
    private final Loop loop;
    private boolean started;
    private volatile boolean closed;

    private record Asked<T, R>(T change, CompletableFuture<R> future, long since) {}

    /**
     * An empty line.
     *
     * @param what what is done, for messages and the thread's name
     * @param many does up to 500 of them
     * @param patience longest time of one call of that
     */
    ChangeLine(String what, Function<List<T>, List<R>> many, Duration patience, FutureAnswers answers) {
        this.what = what;
        this.many = many;
        this.patience = patience;
        this.answers = answers;
        this.loop = new Loop("orderflow-" + what, new Waiter(), this::step);
    }

    /**
     * Puts a change at the end of the line.
     *
     * @return completed with its result, or with the exception that says why there is none
     * @throws IllegalStateException if the line is closed
     */
    CompletableFuture<R> add(T change) {
        if (unanswered.incrementAndGet() > MOST) {
            unanswered.decrementAndGet();
            return CompletableFuture.failedFuture(new RejectedExecutionException(
                    MOST + " " + what + " have no answer yet; this one was not done, try again later"));
        }
        CompletableFuture<R> future = new CompletableFuture<>();
        boolean added = false;
        try {
            enter(new Asked<>(change, future, System.nanoTime()));
            added = true;
        } finally {
            if (!added) {
                unanswered.decrementAndGet();
            }
        }
        loop.wake();
        return future;
    }

    private synchronized void enter(Asked<T, R> asked) {
        if (closed) {
            throw new IllegalStateException("the order processor is closed and takes no " + what);
        }
        if (!started) {
            loop.start();
            started = true;
        }
        line.add(asked);
    }

    /** What keeps its thread from its work, for a health check. */
    Optional<String> trouble() {
        return loop.trouble(PATIENCE);
    }

    /** The thread's name. */
    String name() {
        return loop.name();
    }

    private long step() {
        List<Asked<T, R>> piece = take();
        if (!piece.isEmpty()) {
            run(piece);
            return 0;
        }
        if (closed) {
            loop.stop();
        }
        return answers.look() ? SOON : IDLE;
    }

    private List<Asked<T, R>> take() {
        List<Asked<T, R>> piece = new ArrayList<>();
        Asked<T, R> next;
        while (piece.size() < Limits.BATCH_ORDERS && (next = line.poll()) != null) {
            piece.add(next);
        }
        return piece;
    }

    private void run(List<Asked<T, R>> piece) {
        try {
            List<R> results = many.apply(piece.stream().map(Asked::change).toList());
            List<Runnable> completions = new ArrayList<>(piece.size());
            for (int i = 0; i < piece.size(); i++) {
                CompletableFuture<R> future = piece.get(i).future();
                R result = results.get(i);
                completions.add(() -> answer(() -> future.complete(result)));
            }
            answers.add(completions);
        } catch (StoreUnavailableException e) {
            fail(piece, e);
            failLate(e);
        } catch (RuntimeException e) {
            if (piece.size() == 1) {
                fail(piece, e);
            } else {
                run(piece.subList(0, piece.size() / 2));
                run(piece.subList(piece.size() / 2, piece.size()));
            }
        } catch (Error e) {
            fail(piece, e);
            throw e;
        }
    }

    private void answer(Runnable completion) {
        try {
            completion.run();
        } finally {
            unanswered.decrementAndGet();
        }
    }

    private void fail(List<Asked<T, R>> piece, Throwable cause) {
        answers.add(piece.stream()
                .<Runnable>map(asked -> () -> answer(() -> asked.future().completeExceptionally(cause)))
                .toList());
    }

    private void failLate(StoreUnavailableException cause) {
        long now = System.nanoTime();
        List<Asked<T, R>> late = new ArrayList<>();
        Asked<T, R> head;
        while ((head = line.peek()) != null && now - head.since() > patience.toNanos()) {
            late.add(line.remove());
        }
        fail(
                late,
                new StoreUnavailableException(
                        "not done, others of the " + what + " failed: " + cause.getMessage(), cause));
    }

    /**
     * Takes no more, and does what stands in line as far as there is time; the rest is told that it was not done. When
     * it returns, all have their answer but those that the database is asked for.
     */
    void close(Duration bound) {
        boolean wasStarted;
        synchronized (this) {
            closed = true;
            wasStarted = started;
        }
        if (!wasStarted) {
            return;
        }
        long end = System.nanoTime() + bound.toNanos();
        loop.wake();
        try {
            loop.join(bound);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        loop.stop();
        List<Asked<T, R>> rest = new ArrayList<>();
        Asked<T, R> next;
        while ((next = line.poll()) != null) {
            rest.add(next);
        }
        fail(rest, new IllegalStateException("not done: the order processor was closed"));
        answers.finish(Duration.ofNanos(end - System.nanoTime()));
    }
}
