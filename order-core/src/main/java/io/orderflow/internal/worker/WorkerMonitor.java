package io.orderflow.internal.worker;

import io.orderflow.DeadLetterReason;
import io.orderflow.Health;
import io.orderflow.OrderListener;
import io.orderflow.OrderStatus;
import io.orderflow.RejectReason;
import io.orderflow.internal.engine.BatchResult;
import io.orderflow.internal.engine.Verdict;
import io.orderflow.internal.loop.Closing;
import io.orderflow.internal.loop.Loop;
import io.orderflow.internal.loop.Outages;
import io.orderflow.internal.sql.SqlFailure;
import io.orderflow.internal.telemetry.Batch;
import io.orderflow.internal.telemetry.DecisionSpans;
import io.orderflow.internal.telemetry.Telemetry;
import io.orderflow.internal.telemetry.TracedOrder;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes what the workers tell on to the host's listeners and to those who wait for orders, and remembers it for
 * health. Knows the threads of all runners that are not closed: one that does not come on, or fails again and again, is
 * in health too, although it can tell nothing. Thread-safe.
 */
public final class WorkerMonitor implements WorkerEvents {
    /** No poll, no commit and no failed try for so long is worth a word. A statement may wait 5 s for a lock. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /**
     * The same for the log while somebody pauses: of an outage it tells by that, and the others wait for connections as
     * long as their pool lets them, again and again.
     */
    private static final Duration PATIENCE_IN_OUTAGE = Duration.ofMinutes(1);

    private static final long LOOKOUT = TimeUnit.SECONDS.toNanos(1);

    private static final Logger log = LoggerFactory.getLogger(WorkerMonitor.class);

    private final List<ListenerThread> listeners;
    private final Consumer<Collection<UUID>> decided;
    private final Runnable happened;
    private final Clock clock;
    private final Telemetry telemetry;
    private final Outages outages;
    private final Map<String, Health.Check> troubles = new ConcurrentSkipListMap<>();
    private final Map<String, Loop> watched = new ConcurrentSkipListMap<>();
    private final StuckThreads stuck;
    private final AtomicLong lookedAt = new AtomicLong(System.nanoTime());
    private final DeadLetterLog letters = new DeadLetterLog(log::error, System::nanoTime);
    private final LongAdder decisions = new LongAdder();
    private final AtomicInteger runners = new AtomicInteger();
    private volatile Instant lastPoll;
    private volatile Instant lastCommit;

    /**
     * A monitor of all workers of one processor.
     *
     * @param decided told the ids of orders that have a verdict now
     * @param happened told that something happened to orders, whatever it is
     * @param telemetry hears it all in numbers
     * @param outages tells the log what more than one thread meets
     */
    public WorkerMonitor(
            List<OrderListener> listeners,
            Consumer<Collection<UUID>> decided,
            Runnable happened,
            Clock clock,
            Telemetry telemetry,
            Outages outages) {
        this.outages = outages;
        this.stuck = new StuckThreads(outages);
        List<ListenerThread> threads = new ArrayList<>();
        for (OrderListener listener : listeners) {
            threads.add(new ListenerThread(listener, threads.size() + 1));
        }
        this.listeners = List.copyOf(threads);
        this.decided = decided;
        this.happened = happened;
        this.clock = clock;
        this.telemetry = telemetry;
    }

    /**
     * What the names of a runner's threads begin with, different for each runner, so that their troubles stay apart.
     */
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

    /** What the log is told of by all threads together. */
    Outages outages() {
        return outages;
    }

    /** From now on this thread's state is part of {@link #troubles}. */
    void watch(Loop loop) {
        watched.put(loop.name(), loop);
    }

    /** Nothing of this thread is told any more but the end of its pauses, and nothing that it says is heard. */
    void forget(Loop loop) {
        watched.remove(loop.name());
        stuck.forget(loop.name());
        for (String worker : troubles.keySet()) {
            if (loop.name().equals(thread(worker))) {
                resumed(worker);
            }
        }
    }

    /** Troubles of a worker's end of the queue have the thread's name and something behind it. */
    private static String thread(String worker) {
        int dot = worker.indexOf('.');
        return dot < 0 ? worker : worker.substring(0, dot);
    }

    /**
     * Tells the log once of threads that do not come on, and of their end. Any worker's thread looks, at most once a
     * second.
     */
    void lookout() {
        long now = System.nanoTime();
        long last = lookedAt.get();
        if (now - last < LOOKOUT || !lookedAt.compareAndSet(last, now)) {
            return;
        }
        letters.lookout();
        Duration patience = troubles.isEmpty() ? PATIENCE : PATIENCE_IN_OUTAGE;
        for (Loop loop : watched.values()) {
            loop.stuck(patience).ifPresent(what -> stuck.found(loop.name(), what, loop));
            if (loop.stuck(PATIENCE).isEmpty()) {
                stuck.freed(loop.name());
            }
        }
        for (ListenerThread listener : listeners) {
            listener.check()
                    .ifPresentOrElse(
                            check -> stuck.found(check.name(), check.detail(), listener.loop()),
                            () -> stuck.freed(listener.name()));
        }
    }

    /** What is away, wrong or stuck now, one entry for each worker and each listener of which that is known. */
    public List<Health.Check> troubles() {
        List<Health.Check> checks = new ArrayList<>(troublesOf(watched.values()));
        listeners.forEach(listener -> listener.check().ifPresent(checks::add));
        return List.copyOf(checks);
    }

    /** The same of some threads alone. */
    List<Health.Check> troublesOf(Collection<Loop> loops) {
        Set<String> names = loops.stream().map(Loop::name).collect(Collectors.toSet());
        // not by TreeMap's constructor: of a sorted map it first asks the size, and fails when an entry goes meanwhile
        Map<String, Health.Check> all = new TreeMap<>();
        troubles.forEach((worker, check) -> {
            if (names.contains(thread(worker))) {
                all.put(worker, check);
            }
        });
        for (Loop loop : loops) {
            loop.trouble(PATIENCE)
                    .ifPresent(what ->
                            all.putIfAbsent(loop.name(), new Health.Check(loop.name(), Health.Status.DEGRADED, what)));
        }
        return List.copyOf(all.values());
    }

    /** The time, by the host's clock. */
    Instant now() {
        return clock.instant();
    }

    /** How many events listeners were not told since they did not come after. */
    public long droppedEvents() {
        return listeners.stream().mapToLong(ListenerThread::dropped).sum();
    }

    /**
     * Waits until each listener has heard what was told before, and has come back.
     *
     * @return false if that takes longer than the bound
     */
    boolean awaitHeard(Duration bound) throws InterruptedException {
        CountDownLatch heard = new CountDownLatch(listeners.size());
        tell("a mark", listener -> heard.countDown());
        return heard.await(bound.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Tells the listeners what waits, within the bound for each, and ends their threads. */
    public void close(Duration bound) {
        Closing closing = new Closing().then(letters::end);
        listeners.forEach(listener -> closing.then(() -> listener.close(bound)));
        closing.end();
    }

    @Override
    public void polled() {
        lastPoll = clock.instant();
    }

    @Override
    public DecisionSpans deciding(List<TracedOrder> orders) {
        return telemetry.deciding(orders);
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
        happened.run();
        if (!listeners.isEmpty()) {
            List<OrderListener.Decision> told = decisionsOf(result);
            tell("decided", listener -> listener.decided(told));
        }
    }

    @Override
    public void measured(BatchResult result, long nanos, boolean byRecovery) {
        int completed = 0;
        int reserved = 0;
        int urgent = 0;
        Map<RejectReason, Integer> rejected = new EnumMap<>(RejectReason.class);
        for (Verdict verdict : result.verdicts()) {
            urgent += verdict.entry().isUrgent() ? 1 : 0;
            if (verdict.status() == OrderStatus.RESERVED) {
                reserved++;
            } else if (verdict.completed()) {
                completed++;
            } else {
                rejected.merge(verdict.rejectReason().orElseThrow(), 1, Integer::sum);
            }
        }
        int orders = result.verdicts().size() + result.conflicts().size() + result.skipped();
        telemetry.decided(new Batch(orders, completed, reserved, rejected, urgent, byRecovery, nanos));
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

    @Override
    public void expired(int orders) {
        lastCommit = clock.instant();
        happened.run();
        telemetry.expired(orders);
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
        tell("conflict", listener -> listener.conflict(orderId));
    }

    @Override
    public void deadLettered(DeadLetterReason reason, String detail) {
        letters.tell(reason, detail);
        happened.run();
        telemetry.deadLettered(reason);
        tell("deadLettered", listener -> listener.deadLettered(reason, detail));
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
        if (!watched.containsKey(thread(worker))) {
            return;
        }
        Health.Check check = new Health.Check(worker, status, cause + "; goes on by itself once that is over");
        if (troubles.put(worker, check) == null) {
            tell("paused", listener -> listener.paused(worker, cause));
        }
        if (!watched.containsKey(thread(worker))) {
            // forgotten in the meantime
            resumed(worker);
        }
    }

    @Override
    public void resumed(String worker) {
        if (troubles.remove(worker) != null) {
            tell("resumed", listener -> listener.resumed(worker));
        }
    }

    @Override
    public void ended(String worker) {
        resumed(worker);
    }

    private void tell(String what, Consumer<OrderListener> event) {
        listeners.forEach(listener -> listener.tell(what, event));
    }
}
