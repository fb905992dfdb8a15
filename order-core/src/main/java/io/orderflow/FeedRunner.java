package io.orderflow;

/** A feed that is being read by this process, or will be when it is its turn. Thread-safe. */
public interface FeedRunner extends AutoCloseable {
    /** Whether it is this process's turn; several processes may run the same feed, and one reads. No I/O. */
    boolean isReading();

    /**
     * Lets the handler finish what it is at, for the close time-out at most, moves the cursor behind it, and lets
     * another process have its turn. The handler is not interrupted. One that takes longer ends by itself, and what it
     * was at is handled again by whoever reads next. Idempotent. The handler may call it.
     */
    @Override
    void close();
}
