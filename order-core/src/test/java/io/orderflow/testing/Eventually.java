package io.orderflow.testing;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for a condition with a bound, and says what the state was when it did not come true. */
public final class Eventually {

    private static final long POLL_MILLIS = 5;

    private Eventually() {}

    /**
     * Returns as soon as the condition holds; it is asked about every 5 ms by the calling thread.
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
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start >= bound.toNanos()) {
                if (condition.getAsBoolean()) {
                    return;
                }
                throw new AssertionError("not within " + bound + ": " + what + "; state: " + state.get());
            }
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting", e);
        }
    }
}
