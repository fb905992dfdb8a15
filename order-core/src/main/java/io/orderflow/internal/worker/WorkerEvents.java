package io.orderflow.internal.worker;

import io.orderflow.DeadLetterReason;
import io.orderflow.internal.engine.BatchResult;
import io.orderflow.internal.telemetry.DecisionSpans;
import io.orderflow.internal.telemetry.TracedOrder;
import java.util.List;
import java.util.UUID;

/**
 * What workers tell: after the commit, on the worker's thread, outside any transaction. Implementations are thread-safe
 * and do not throw.
 */
public interface WorkerEvents {
    /** The queue answered. */
    void polled();

    /**
     * Orders of traces are about to be decided, outside any transaction and before it. Nobody follows them by default.
     */
    default DecisionSpans deciding(List<TracedOrder> orders) {
        return DecisionSpans.NONE;
    }

    /** A batch was committed. */
    void committed(BatchResult result);

    /**
     * A batch was committed; told before {@link #committed}. Nothing by default.
     *
     * @param nanos how long its transaction took, commit included
     * @param byRecovery whether recovery decided it and no frame brought it
     */
    default void measured(BatchResult result, long nanos, boolean byRecovery) {}

    /** Work failed and is tried again, whole or in parts. Nothing by default. */
    default void retried(Exception failure) {}

    /** So many messages came that the queue had delivered before. Nothing by default. */
    default void redelivered(int messages) {}

    /** So many reserved orders expired. Nothing by default. */
    default void expired(int orders) {}

    /** The content of a submission was set aside since its id stands for other content. */
    void conflict(UUID orderId);

    /** Something was set aside. */
    void deadLettered(DeadLetterReason reason, String detail);

    /** A worker cannot go on and tries again by itself. */
    void paused(String worker, String cause);

    /** A worker found rows that are not as they must be; it tries again by itself. */
    void broken(String worker, String cause);

    /** A worker goes on. */
    void resumed(String worker);

    /** A worker ended; what it told of itself last holds no longer. */
    void ended(String worker);
}
