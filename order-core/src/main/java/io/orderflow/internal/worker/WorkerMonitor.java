package io.orderflow.internal.worker;

import io.orderflow.DeadLetterReason;
import io.orderflow.Health;
import io.orderflow.OrderListener;
import io.orderflow.RejectReason;
import io.orderflow.internal.engine.BatchResult;
import io.orderflow.internal.engine.Verdict;
import io.orderflow.internal.sql.SqlFailure;
import io.orderflow.internal.telemetry.Batch;
import io.orderflow.internal.telemetry.Telemetry;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Passes what the workers tell on to the host's listeners and to those who wait for orders, and remembers it for health. Thread-safe. */
public final class WorkerMonitor implements WorkerEvents {
    private static final Logger log = LoggerFactory.getLogger(WorkerMonitor.class);

    private final List<OrderListener> listeners;
    private final Consumer<Collection<UUID>> decided;
    private final Clock clock;
    private final Telemetry telemetry;
    private final Map<String, Health.Check> troubles = new ConcurrentSkipListMap<>();
    private final LongAdder decisions = new LongAdder();
    private final AtomicInteger runners = new AtomicInteger();
    private volatile Instant lastPoll;
    private volatile Instant lastCommit;

    /**
     * A monitor of all workers of one processor.
     *
     * @param decided told the ids of orders that have a verdict now
     * @param telemetry hears it all in numbers
     */
    public WorkerMonitor(
            List<OrderListener> listeners, Consumer<Collection<UUID>> decided, Clock clock, Telemetry telemetry) {
        this.listeners = List.copyOf(listeners);
        this.decided = decided;
        this.clock = clock;
        this.telemetry = telemetry;
    }

    /** What the names of a runner's threads begin with, different for each runner, so that their troubles stay apart. */
    String nextRunner() {
        int number = runners.incrementAndGet();
        return number == 1 ? "orderflow" : "orderflow-" + number;
    }

    /** When a worker last received without an error. */
    public Optional<Instant> lastPoll() {
        return Optional.ofNullable(lastPoll);
    }

    /** When a worker last committed. */
    public Optional<Instant> lastCommit() {
        return Optional.ofNullable(lastCommit);
    }

    /** How many orders were decided by workers of this process. */
    public long decisions() {
        return decisions.sum();
    }

    /** What is away or wrong now, one entry for each worker that says so. */
    public List<Health.Check> troubles() {
        return List.copyOf(troubles.values());
    }

    @Override
    public void polled() {
        lastPoll = clock.instant();
    }

    @Override
    public void committed(BatchResult result) {
        lastCommit = clock.instant();
        if (result.verdicts().isEmpty()) {
            return;
        }
        decisions.add(result.verdicts().size());
        decided.accept(
                result.verdicts().stream().map(verdict -> verdict.entry().id()).toList());
        if (!listeners.isEmpty()) {
            List<OrderListener.Decision> told = decisionsOf(result);
            tell(listener -> listener.decided(told));
        }
    }

    @Override
    public void measured(BatchResult result, long nanos, boolean byRecovery) {
        int completed = 0;
        Map<RejectReason, Integer> rejected = new EnumMap<>(RejectReason.class);
        for (Verdict verdict : result.verdicts()) {
            if (verdict.completed()) {
                completed++;
            } else {
                rejected.merge(verdict.rejectReason().orElseThrow(), 1, Integer::sum);
            }
        }
        int orders = result.verdicts().size() + result.conflicts().size() + result.skipped();
        telemetry.decided(new Batch(orders, completed, rejected, byRecovery, nanos));
    }

    @Override
    public void retried(Exception failure) {
        telemetry.retried(Failures.cause(failure));
        if (failure instanceof SQLException sql && SqlFailure.isDeadlock(sql)) {
            telemetry.deadlocked();
        }
    }

    @Override
    public void redelivered(int messages) {
        telemetry.redelivered(messages);
    }

    private static List<OrderListener.Decision> decisionsOf(BatchResult result) {
        List<OrderListener.Decision> told = new ArrayList<>(result.verdicts().size());
        for (int place = 0; place < result.verdicts().size(); place++) {
            Verdict verdict = result.verdicts().get(place);
            told.add(new OrderListener.Decision(
                    verdict.entry().id(),
                    verdict.entry().buyer(),
                    verdict.status(),
                    verdict.rejectReason(),
                    verdict.total(),
                    result.decision(place)));
        }
        return List.copyOf(told);
    }

    @Override
    public void conflict(UUID orderId) {
        telemetry.deadLettered(DeadLetterReason.CONFLICT);
        tell(listener -> listener.conflict(orderId));
    }

    @Override
    public void deadLettered(DeadLetterReason reason, String detail) {
        log.error("set aside in the dead letters: {}: {}", reason, detail);
        telemetry.deadLettered(reason);
        tell(listener -> listener.deadLettered(reason, detail));
    }

    @Override
    public void paused(String worker, String cause) {
        trouble(worker, Health.Status.DEGRADED, cause);
    }

    @Override
    public void broken(String worker, String cause) {
        trouble(worker, Health.Status.DOWN, cause);
    }

    private void trouble(String worker, Health.Status status, String cause) {
        Health.Check check = new Health.Check(worker, status, cause + "; tried again until it succeeds");
        if (troubles.put(worker, check) == null) {
            tell(listener -> listener.paused(cause));
        }
    }

    @Override
    public void resumed(String worker) {
        if (troubles.remove(worker) != null) {
            tell(OrderListener::resumed);
        }
    }

    @Override
    public void ended(String worker) {
        troubles.remove(worker);
    }

    private void tell(Consumer<OrderListener> event) {
        for (OrderListener listener : listeners) {
            try {
                event.accept(listener);
            } catch (RuntimeException e) {
                log.warn("a listener failed; the event is not told again", e);
            }
        }
    }
}
