package io.orderflow;

/**
 * Threads that take frames from the queue, decide their orders and acknowledge them, and that decide what waits in the
 * journal. Thread-safe. Outages pause it and it resumes by itself; only {@link #close} ends it.
 */
public interface WorkerRunner extends AutoCloseable {
    /**
     * Starts the threads. Succeeds also while the database or the queue is away. Where it throws what the system
     * throws, an {@link OutOfMemoryError} for want of threads for example, the runner is closed.
     *
     * @return this
     * @throws IllegalStateException if it was started or closed before
     */
    WorkerRunner start();

    /** How the threads of this runner are, and not those of other runners or of the processor; no I/O. */
    Health health();

    /**
     * Stops receiving, finishes the batches in work, gives back what was received but not decided, and ends the
     * threads. Returns after at most the drain time-out; what was not finished by then is redelivered. From then on
     * health tells nothing of this runner. Idempotent: a second close waits for the threads too, with its own drain
     * time-out.
     */
    @Override
    void close();
}
