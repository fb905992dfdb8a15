package io.orderflow.internal.loop;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A daemon thread around a step. Runs the step until it is told to stop, whatever the step throws. Thread-safe.
 *
 * <ul>
 *   <li><b>L1</b> Only {@link #stop} ends it: a throwable is logged and the step runs again after a pause that grows
 *       from 100 ms to 5 s and starts anew when a step succeeds.
 *   <li><b>L2</b> The same kind of failure is logged once a minute, with how often it came since.
 *   <li><b>L3</b> An interrupt before {@link #stop} comes from strangers: it is logged and the loop goes on. After it,
 *       it ends the loop.
 *   <li><b>L4</b> The last act runs on the loop's thread, once, after the last step.
 *   <li><b>L5</b> What keeps it from its work can be asked from outside, without a lock: {@link #trouble}.
 * </ul>
 */
public final class Loop {
    /** What the thread does, again and again. */
    @FunctionalInterface
    public interface OneStep {
        /**
         * Does what there is to do now.
         *
         * @return how many nanoseconds the loop may sleep before the next step unless it is woken; zero for not at all
         * @throws Exception if something went wrong; the loop logs it and goes on
         */
        long run() throws Exception;
    }

    private static final Logger LOG = LoggerFactory.getLogger(Loop.class);

    static final long FIRST_PAUSE = TimeUnit.MILLISECONDS.toNanos(100);
    static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(5);
    private static final long SILENCE = TimeUnit.MINUTES.toNanos(1);
    private static final int MOST_KINDS = 100;
    private static final int LONGEST_TEXT = 300;
    private static final int MOST_CALLS = 12;

    private final Waiter waiter;
    private final OneStep step;
    private final Runnable lastAct;
    private final Optional<SharedFailures> shared;
    private final Thread thread;
    private final Whereabouts whereabouts = new Whereabouts();
    private final Map<String, Kind> kinds = new HashMap<>();
    private final Doubling pauses = new Doubling(FIRST_PAUSE, LONGEST_PAUSE);
    private long pause;
    private int failures;
    private volatile boolean stopped;

    /** What the last step failed with; null if it did not. */
    private volatile String failing;

    /** How often one kind of failure came, and when it was told last. Touched by the loop's thread alone. */
    private static final class Kind {
        private long toldAt;
        private long untold;
    }

    /**
     * Prepares a loop.
     *
     * @param name the thread's name
     * @param waiter what the loop sleeps on between two steps
     * @param step what it does
     * @param lastAct what it does at the very end
     */
    public Loop(String name, Waiter waiter, OneStep step, Runnable lastAct) {
        this(name, waiter, step, lastAct, Optional.empty());
    }

    /**
     * The same.
     *
     * @param shared failures that the log is told of together with those of others, in place of L2; the end of them
     *     too, with the first step that succeeds
     */
    public Loop(String name, Waiter waiter, OneStep step, Runnable lastAct, SharedFailures shared) {
        this(name, waiter, step, lastAct, Optional.of(shared));
    }

    private Loop(String name, Waiter waiter, OneStep step, Runnable lastAct, Optional<SharedFailures> shared) {
        this.waiter = requireNonNull(waiter, "waiter");
        this.step = requireNonNull(step, "step");
        this.lastAct = requireNonNull(lastAct, "lastAct");
        this.shared = shared;
        this.thread = new Thread(this::run, requireNonNull(name, "name"));
        thread.setDaemon(true);
    }

    /** Prepares a loop without a last act. */
    public Loop(String name, Waiter waiter, OneStep step) {
        this(name, waiter, step, () -> {});
    }

    /**
     * Starts the thread.
     *
     * @throws IllegalThreadStateException if it was started before
     */
    public void start() {
        thread.start();
    }

    /** Wakes the loop out of its sleep. */
    public void wake() {
        waiter.wake();
    }

    /** Asks the loop to end after the step it is in; returns at once. Idempotent. */
    public void stop() {
        stopped = true;
        waiter.wake();
    }

    /** Ends what the step waits for, if that can be interrupted; only after {@link #stop}. */
    public void interrupt() {
        if (!stopped) {
            throw new IllegalStateException(thread.getName() + " must be stopped before it is interrupted");
        }
        thread.interrupt();
    }

    /**
     * Waits for the thread's end. Returns at once when called by the loop's own thread.
     *
     * @param bound longest wait
     * @return whether the thread has ended, or was never started
     * @throws InterruptedException if the caller was interrupted
     */
    public boolean join(Duration bound) throws InterruptedException {
        if (Thread.currentThread() != thread && !bound.isNegative() && !bound.isZero()) {
            // a wait counts whole milliseconds: rounded up, or it would end before its bound
            thread.join(bound.plusNanos(999_999).toMillis());
        }
        return !thread.isAlive();
    }

    /** Whether the thread runs. */
    public boolean isAlive() {
        return thread.isAlive();
    }

    /** Whether the current thread is that of any loop. */
    public static boolean isLoopThread() {
        return Whereabouts.areTold();
    }

    /** Whether the caller is the loop's own thread. */
    public boolean isOwnThread() {
        return Thread.currentThread() == thread;
    }

    /** The thread's name. */
    public String name() {
        return thread.getName();
    }

    /**
     * What keeps it from its work, for a health check: a step that lasts longer than the given time, with where it is,
     * or steps that fail. Takes no lock and waits for nothing.
     *
     * @return empty while it goes well, rests, or does not run
     */
    public Optional<String> trouble(Duration patience) {
        Optional<String> stuck = stuck(patience);
        return stuck.isPresent() || !thread.isAlive() ? stuck : Optional.ofNullable(failing);
    }

    /** The same for steps that last alone: of those that fail the log tells. */
    public Optional<String> stuck(Duration patience) {
        long now = System.nanoTime();
        long inStep = whereabouts.inStepFor(now);
        if (inStep <= patience.toNanos()) {
            return Optional.empty();
        }
        return Optional.of("has not come on for " + TimeUnit.NANOSECONDS.toSeconds(inStep) + " s, it is "
                + whereabouts.describe(now));
    }

    /** The innermost calls of its thread, for the log. */
    public List<StackTraceElement> calls() {
        return Stream.of(thread.getStackTrace()).limit(MOST_CALLS).toList();
    }

    private long step() throws Exception {
        whereabouts.stepBegins();
        try {
            return step.run();
        } finally {
            whereabouts.stepEnds();
        }
    }

    private void run() {
        whereabouts.claim();
        while (!stopped) {
            try {
                turn();
            } catch (Throwable e) {
                // out of memory, while telling of a failure: nothing here may need any
                LockSupport.parkNanos(FIRST_PAUSE);
            }
        }
        shared.ifPresent(with -> with.outage().left(thread.getName()));
        try {
            lastAct.run();
        } catch (RuntimeException | Error e) {
            LOG.warn("{}: last act failed, the thread ends", thread.getName(), e);
        }
    }

    private void turn() {
        try {
            long nanos = step();
            pauses.reset();
            if (failures > 0) {
                wentOn();
            }
            if (nanos > 0 && !stopped) {
                waiter.sleep(nanos);
            }
        } catch (InterruptedException e) {
            strangeInterrupt();
        } catch (Throwable e) {
            goOnAfter(e);
        }
    }

    private void wentOn() {
        failures = 0;
        failing = null;
        shared.ifPresent(with -> with.outage().over(thread.getName()));
    }

    private void strangeInterrupt() {
        if (!stopped) {
            LOG.warn("{}: interrupted by a stranger, goes on", thread.getName());
        }
    }

    private void goOnAfter(Throwable failure) {
        pause = pauses.nextNanos();
        failures++;
        failing = inWords(failure);
        try {
            tell(failure);
            long start = System.nanoTime();
            long left = pause;
            // a wake means work, and work is what fails: only stopping cuts this pause short
            while (!stopped && left > 0) {
                waiter.sleep(left);
                left = pause - (System.nanoTime() - start);
            }
        } catch (InterruptedException e) {
            strangeInterrupt();
        }
    }

    private String inWords(Throwable failure) {
        try {
            return "failed " + failures + " times in a row and is tried again: " + shortened(failure);
        } catch (Throwable e) {
            // no memory for more
            return "its steps fail, see the log";
        }
    }

    private static String shortened(Throwable failure) {
        String said = failure.toString();
        return said.length() > LONGEST_TEXT ? said.substring(0, LONGEST_TEXT) + "..." : said;
    }

    private void tell(Throwable failure) {
        if (shared.filter(with -> with.tell(thread.getName(), failure)).isPresent()) {
            return;
        }
        StackTraceElement[] trace = failure.getStackTrace();
        String where = failure.getClass().getName() + (trace.length > 0 ? " " + trace[0] : "");
        if (kinds.size() >= MOST_KINDS) {
            kinds.clear();
        }
        Kind kind = kinds.get(where);
        long now = System.nanoTime();
        if (kind != null && now - kind.toldAt < SILENCE) {
            kind.untold++;
            return;
        }
        long untold = kind == null ? 0 : kind.untold;
        Kind told = new Kind();
        told.toldAt = now;
        kinds.put(where, told);
        LOG.error(
                "{}: a step failed, tried again in {} ms; {} more of the same kind before",
                thread.getName(),
                TimeUnit.NANOSECONDS.toMillis(pause),
                untold,
                failure);
    }
}
