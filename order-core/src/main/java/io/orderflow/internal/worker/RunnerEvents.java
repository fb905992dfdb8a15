package io.orderflow.internal.worker;

import io.orderflow.DeadLetterReason;
import io.orderflow.internal.engine.BatchResult;
import io.orderflow.internal.telemetry.DecisionSpans;
import io.orderflow.internal.telemetry.TracedOrder;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Passes what the workers of one runner tell on to the monitor of all, and remembers when they last came on.
 * Thread-safe.
 */
final class RunnerEvents implements WorkerEvents {
    private final WorkerMonitor all;
    private volatile Instant lastPoll;
    private volatile Instant lastCommit;

    RunnerEvents(WorkerMonitor all) {
        this.all = all;
    }

    /** When a worker of this runner last received without an error. */
    Optional<Instant> lastPoll() {
        return Optional.ofNullable(lastPoll);
    }

    /** When a worker of this runner last committed. */
    Optional<Instant> lastCommit() {
        return Optional.ofNullable(lastCommit);
    }

    @Override
    public void polled() {
        lastPoll = all.now();
        all.polled();
    }

    @Override
    public DecisionSpans deciding(List<TracedOrder> orders) {
        return all.deciding(orders);
    }

    @Override
    public void committed(BatchResult result) {
        lastCommit = all.now();
        all.committed(result);
    }

    @Override
    public void measured(BatchResult result, long nanos, boolean byRecovery) {
        all.measured(result, nanos, byRecovery);
    }

    @Override
    public void retried(Exception failure) {
        all.retried(failure);
    }

    @Override
    public void redelivered(int messages) {
        all.redelivered(messages);
    }

    @Override
    public void expired(int orders) {
        lastCommit = all.now();
        all.expired(orders);
    }

    @Override
    public void conflict(UUID orderId) {
        all.conflict(orderId);
    }

    @Override
    public void deadLettered(DeadLetterReason reason, String detail) {
        all.deadLettered(reason, detail);
    }

    @Override
    public void paused(String worker, String cause) {
        all.paused(worker, cause);
    }

    @Override
    public void broken(String worker, String cause) {
        all.broken(worker, cause);
    }

    @Override
    public void resumed(String worker) {
        all.resumed(worker);
    }

    @Override
    public void ended(String worker) {
        all.ended(worker);
    }
}
