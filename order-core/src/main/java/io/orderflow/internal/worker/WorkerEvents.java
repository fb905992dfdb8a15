package io.orderflow.internal.worker;

import io.orderflow.DeadLetterReason;
import io.orderflow.internal.engine.BatchResult;
import java.util.UUID;

/** What workers tell: after the commit, on the worker's thread, outside any transaction. Implementations are thread-safe and do not throw. */
public interface WorkerEvents {
    /** The queue answered. */
    void polled();

    /** A batch was committed. */
    void committed(BatchResult result);

    /** The content of a submission was set aside since its id stands for other content. */
    void conflict(UUID orderId);

    /** Something was set aside. */
    void deadLettered(DeadLetterReason reason, String detail);

    /** A worker can not go on and tries again by itself. */
    void paused(String worker, String cause);

    /** A worker found rows that are not as they must be; it tries again by itself. */
    void broken(String worker, String cause);

    /** A worker goes on. */
    void resumed(String worker);

    /** A worker ended; what it told of itself last holds no longer. */
    void ended(String worker);
}
