package io.orderflow.examples.loadtest.driving;

import io.orderflow.OrderRequest;
import io.orderflow.examples.loadtest.counting.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Submits the orders of a phase and returns when each has its answer: from one thread asynchronously, with a window of
 * outstanding ones or at a constant rate, or from several threads that wait.
 */
public final class Submitters {
    private static final long GLANCE_MILLIS = 100;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final OrderIntake intake;
    private final Pace pace;
    private final int resubmitSeconds;

    /**
     * Submits nothing yet.
     *
     * @param resubmitSeconds how long an order that was not accepted is submitted again
     */
    public Submitters(OrderIntake intake, Pace pace, int resubmitSeconds) {
        this.intake = intake;
        this.pace = pace;
        this.resubmitSeconds = resubmitSeconds;
    }

    /**
     * Submits every order of the phase, and submits it again as long as the answer asks for that.
     *
     * @throws IllegalStateException if answers stop coming
     */
    public void run(Phase phase) {
        phase.begin(System.nanoTime());
        if (pace.submitters() == 0) {
            submitAsynchronously(phase);
        } else {
            submitAndWait(phase);
        }
    }

    private void submitAsynchronously(Phase phase) {
        SubmissionWindow window = new SubmissionWindow(
                pace.rate().isPresent() ? Integer.MAX_VALUE : pace.window(),
                PATIENCE.plusSeconds(resubmitSeconds).toNanos(),
                phase::isGivenUp);
        Pacer pacer = pacer(phase);
        ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor(Submitters::daemon);
        try {
            int index = 0;
            for (; phase.goesOn(index); index++) {
                OrderRequest request = phase.request(index);
                window.enter();
                phase.submitted(index, request, pacer.await(index));
                submit(phase, index, request, window, later);
            }
            phase.end(index);
            window.awaitEmpty();
        } finally {
            later.shutdownNow();
        }
    }

    private Pacer pacer(Phase phase) {
        return pace.rate().isPresent()
                ? Pacer.constant(pace.rate().getAsInt(), System.nanoTime(), phase.lateness())
                : Pacer.maximumSpeed();
    }

    /** Submits until the answer is final. The place in the window stays taken so long, which slows the others down. */
    private void submit(
            Phase phase, int index, OrderRequest request, SubmissionWindow window, ScheduledExecutorService later) {
        submitAsync(request).thenAccept(reply -> {
            long pause = phase.answered(index, reply, System.nanoTime());
            if (pause != Phase.FINAL) {
                later.schedule(() -> submit(phase, index, request, window, later), pause, TimeUnit.NANOSECONDS);
            } else if (phase.isReplayed(index)) {
                replay(phase, request, window);
            } else {
                window.leave();
            }
        });
    }

    private void replay(Phase phase, OrderRequest request, SubmissionWindow window) {
        submitAsync(request).thenAccept(reply -> {
            phase.replayed(reply);
            window.leave();
        });
    }

    private CompletableFuture<Reply> submitAsync(OrderRequest request) {
        try {
            return intake.submitAsync(request).exceptionally(Reply::failed);
        } catch (RuntimeException e) {
            return CompletableFuture.completedFuture(Reply.failed(e));
        }
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "submitting-again");
        thread.setDaemon(true);
        return thread;
    }

    private void submitAndWait(Phase phase) {
        AtomicInteger next = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < pace.submitters(); i++) {
            Thread thread = new Thread(() -> submitInTurn(phase, next), "submitter-" + (i + 1));
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
        threads.forEach(thread -> join(thread, phase));
        phase.end(next.get());
    }

    private void submitInTurn(Phase phase, AtomicInteger next) {
        for (int index = claim(phase, next); index >= 0; index = claim(phase, next)) {
            OrderRequest request = phase.request(index);
            phase.submitted(index, request, System.nanoTime());
            long pause = phase.answered(index, submit(request), System.nanoTime());
            while (pause != Phase.FINAL) {
                LockSupport.parkNanos(this, pause);
                // one that is not submitted again because the test ends early gets a last answer
                pause = phase.answered(index, submit(request), System.nanoTime());
            }
            if (phase.isReplayed(index)) {
                phase.replayed(submit(request));
            }
        }
    }

    /** The next order, or -1 when there is none; a claimed one is always submitted, so that none is left out. */
    private static int claim(Phase phase, AtomicInteger next) {
        int index = next.get();
        while (phase.goesOn(index)) {
            if (next.compareAndSet(index, index + 1)) {
                return index;
            }
            index = next.get();
        }
        return -1;
    }

    private Reply submit(OrderRequest request) {
        try {
            return intake.submit(request);
        } catch (RuntimeException e) {
            return Reply.failed(e);
        }
    }

    private static void join(Thread thread, Phase phase) {
        try {
            // each submission ends by its own deadline, so this does
            while (thread.isAlive() && !phase.isGivenUp()) {
                thread.join(GLANCE_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while submitting", e);
        }
    }
}
