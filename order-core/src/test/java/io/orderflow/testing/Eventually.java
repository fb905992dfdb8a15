package io.orderflow.testing;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for a condition with a bound, and says what the state was when it did not come true. */
public final class Eventually {

    private static final long SHORTEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long LONGEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(50);

    /** Whoever waits leaves the processor to those it waits for: a fifth of the time is for questions at most. */
    private static final int PAUSES_PER_QUESTION = 4;

    private Eventually() {}

    /**
     * Returns as soon as the condition holds. The calling thread asks about every 5 ms; a condition that takes long to
     * answer, such as a query on a new connection, is asked up to ten times less often.
     *
     * @param what the condition in words: {@code "all orders decided"}
     * @param bound how long to wait at most
     * @param condition asked once more after the bound; what it throws is thrown on
     * @param state read once, on time-out
     * @throws AssertionError if the condition does not hold within the bound, with the state
     */
    public static void await(String what, Duration bound, BooleanSupplier condition, Supplier<String> state) {
        requireNonNull(what, "what");
        long start = System.nanoTime();
        long asked = start;
        while (!condition.getAsBoolean()) {
            long now = System.nanoTime();
            if (now - start >= bound.toNanos()) {
                if (condition.getAsBoolean()) {
                    return;
                }
                throw new AssertionError("not within " + bound + ": " + what + "; state: " + state.get());
            }
            pause((now - asked) * PAUSES_PER_QUESTION);
            asked = System.nanoTime();
        }
    }

    private static void pause(long nanos) {
        try {
            TimeUnit.NANOSECONDS.sleep(Math.max(SHORTEST_PAUSE, Math.min(nanos, LONGEST_PAUSE)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting", e);
        }
    }
}
