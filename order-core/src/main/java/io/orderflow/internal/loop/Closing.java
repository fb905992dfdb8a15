package io.orderflow.internal.loop;

/**
 * Closes several things one after the other, each of them whatever those before threw. What was thrown first is thrown
 * at the end, with the rest suppressed. Not thread-safe.
 */
public final class Closing {
    private Throwable first;

    /** Closes one more. */
    public Closing then(Runnable act) {
        try {
            act.run();
        } catch (RuntimeException | Error e) {
            if (first == null) {
                first = e;
            } else {
                add(first, e);
            }
        }
        return this;
    }

    /** Throws what was thrown first, if anything was. */
    public void end() {
        if (first instanceof Error error) {
            throw error;
        }
        if (first instanceof RuntimeException exception) {
            throw exception;
        }
    }

    /**
     * Closes what was begun, after a failure that the caller throws on. What closing throws is suppressed by that one.
     */
    public static void after(Throwable failure, Runnable act) {
        try {
            act.run();
        } catch (RuntimeException | Error e) {
            add(failure, e);
        }
    }

    private static void add(Throwable first, Throwable later) {
        if (first != later) {
            first.addSuppressed(later);
        }
    }
}
