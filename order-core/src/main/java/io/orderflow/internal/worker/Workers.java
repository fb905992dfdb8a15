package io.orderflow.internal.worker;

import io.orderflow.DatabaseReplication;
import io.orderflow.Health;
import io.orderflow.WorkerConfig;
import io.orderflow.WorkerRunner;
import io.orderflow.internal.codec.Frames;
import io.orderflow.internal.engine.DeadLetters;
import io.orderflow.internal.engine.Engine;
import io.orderflow.internal.engine.Step;
import io.orderflow.internal.loop.Closing;
import io.orderflow.internal.loop.Loop;
import io.orderflow.internal.loop.Outages;
import io.orderflow.internal.loop.Waiter;
import io.orderflow.internal.schema.VerifiedSessions;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.Tables;
import io.orderflow.queue.OrderQueue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads of a runner: one loop for each worker, one for recovery, which the workers help with what it finds, and
 * one for the expiry of holds. Thread-safe.
 */
public final class Workers implements WorkerRunner {
    private static final Logger log = LoggerFactory.getLogger(Workers.class);

    /** Others' orders wait as long for an order whose rows somebody holds; the smallest that the servers have. */
    private static final Duration LOCK_WAIT = Duration.ofSeconds(1);

    /**
     * Longest wait for the answer to one statement: the longest wait for a lock, and what a server may need besides. So
     * a connection that swallows everything costs a worker this long, whatever its lease is.
     */
    private static final Duration NETWORK_TIMEOUT = Duration.ofSeconds(8);

    /** An idle worker looks at its leases and at the stop sign this often. */
    private static final Duration IDLE_WAIT = Duration.ofMillis(200);

    private enum State {
        NEW,
        RUNNING,
        BY_HAND,
        CLOSED
    }

    private final WorkerConfig config;
    private final String name;
    private final WorkerMonitor monitor;
    private final RunnerEvents events;
    private final List<Worker> workers = new ArrayList<>();
    private final List<Loop> workerLoops = new ArrayList<>();
    private final List<Loop> loops = new ArrayList<>();
    private final Recovery recovery;
    private final Loop recoveryLoop;
    private final String expiryName;
    private final WorkerContext context;
    private final AtomicBoolean unpublished;
    private final BooleanSupplier intakeQuiet;
    private final Supplier<Optional<DatabaseReplication>> replication;
    private final Consumer<Workers> whenClosed;
    private final AtomicReference<State> state = new AtomicReference<>(State.NEW);
    private volatile WorkersByHand hand;

    /**
     * Prepares the threads.
     *
     * @param whenClosed told when they are closed, each time that is asked for
     * @param unpublished set by the intake of this process when it has journaled orders that it could not publish
     * @param intakeQuiet whether the intake of this process has nothing on its way to the queue
     * @param replication how far the database replicates, as far as that is known
     */
    public Workers(
            WorkerConfig config,
            OrderQueue queue,
            Tables tables,
            VerifiedSessions sessions,
            WorkerMonitor monitor,
            AtomicBoolean unpublished,
            BooleanSupplier intakeQuiet,
            Supplier<Optional<DatabaseReplication>> replication,
            Step.Watcher watcher,
            Frames frames,
            Consumer<Workers> whenClosed) {
        this.config = config;
        this.unpublished = unpublished;
        this.intakeQuiet = intakeQuiet;
        this.replication = replication;
        this.whenClosed = whenClosed;
        this.monitor = monitor;
        this.events = new RunnerEvents(monitor);
        Pieces pieces = new Pieces(config, System::nanoTime, () -> workerLoops.forEach(Loop::wake));
        UrgentLane lane = new UrgentLane(System::nanoTime, this::wakeRecovery);
        this.context =
                context(config, queue, tables, sessions, events, pieces, lane, monitor.outages(), watcher, frames);
        this.name = monitor.nextRunner();
        for (int i = 1; i <= config.threads(); i++) {
            String thread = name + "-worker-" + i;
            Worker worker = new Worker(thread, context, IDLE_WAIT);
            workers.add(worker);
            workerLoops.add(new Loop(thread, new Waiter(), () -> step(worker.runOnce(), IDLE_WAIT), worker::close));
        }
        loops.addAll(workerLoops);
        String thread = name + "-recovery";
        this.recovery = new Recovery(thread, context, unpublished);
        this.recoveryLoop =
                new Loop(thread, new Waiter(), () -> step(recovery.runOnce(), Recovery.REST), recovery::close);
        loops.add(recoveryLoop);
        this.expiryName = name + "-expiry";
        Expiry expiry = new Expiry(expiryName, context);
        loops.add(new Loop(expiryName, new Waiter(), () -> step(expiry.runOnce(), Expiry.REST), expiry::close));
    }

    private static WorkerContext context(
            WorkerConfig config,
            OrderQueue queue,
            Tables tables,
            VerifiedSessions sessions,
            WorkerEvents events,
            Pieces pieces,
            UrgentLane lane,
            Outages outages,
            Step.Watcher watcher,
            Frames frames) {
        // a worker that is frozen, or whose connection swallows everything, must not hold rows for longer than its
        // lease,
        // nor for longer than it waits for an answer itself
        Duration silence = config.lease().compareTo(NETWORK_TIMEOUT) < 0 ? config.lease() : NETWORK_TIMEOUT;
        Session.Settings settings = new Session.Settings(false, LOCK_WAIT, silence, NETWORK_TIMEOUT);
        return new WorkerContext(
                config,
                queue,
                tables,
                new Engine(tables, watcher),
                new DeadLetters(tables),
                () -> sessions.open(settings),
                sessions::mayFind,
                events,
                new QueueState(),
                pieces,
                lane,
                outages,
                System::nanoTime,
                new Random(),
                watcher,
                frames);
    }

    /**
     * The runner without threads, instead of {@link #start}: the caller is all of them. Closing the runner ends it too.
     *
     * @param nanoTime the monotonic time of its pauses and leases, moved by the caller
     * @throws IllegalStateException if it was started, given out or closed before
     */
    public WorkersByHand byHand(LongSupplier nanoTime) {
        if (!state.compareAndSet(State.NEW, State.BY_HAND)) {
            throw new IllegalStateException(
                    "workers can be started once, or be taken by hand; they are " + state.get());
        }
        // their troubles are told under these names
        loops.forEach(monitor::watch);
        hand = new WorkersByHand(
                workerLoops.get(0).name(),
                recoveryLoop.name(),
                expiryName,
                context.at(nanoTime, new Random(1)),
                unpublished,
                intakeQuiet,
                monitor);
        return hand;
    }

    /** After each step, so that those that still come on see those that do not. */
    private long step(long nanos, Duration longest) {
        monitor.lookout();
        return Math.min(nanos, longest.toNanos());
    }

    @Override
    public WorkerRunner start() {
        if (!state.compareAndSet(State.NEW, State.RUNNING)) {
            throw new IllegalStateException("workers can be started once; they are " + state.get());
        }
        try {
            log.info("workers started: {}", config);
            loops.forEach(monitor::watch);
            loops.forEach(Loop::start);
        } catch (RuntimeException | Error e) {
            // those that run would go on without the rest, and nobody may have the runner to close it
            Closing.after(e, this::close);
            throw e;
        }
        return this;
    }

    /** Lets recovery look at the journal at once. */
    public void hint() {
        recovery.hint();
        recoveryLoop.wake();
    }

    /** The journal has an urgent order of this process. */
    public void urgent() {
        context.lane().accepted();
    }

    private void wakeRecovery() {
        recoveryLoop.wake();
    }

    /** The runner and how it is; no I/O. */
    RunnerState state() {
        return new RunnerState(name, config.threads(), health());
    }

    @Override
    public Health health() {
        List<Health.Check> checks = new ArrayList<>(monitor.troublesOf(loops));
        State now = state.get();
        if (now != State.RUNNING && now != State.BY_HAND) {
            checks.add(new Health.Check("workers", Health.Status.DEGRADED, "not running: " + now));
        }
        Health.Status worst =
                checks.stream().map(Health.Check::status).max(Enum::compareTo).orElse(Health.Status.UP);
        Optional<DatabaseReplication> known = now == State.RUNNING ? replication.get() : Optional.empty();
        return new Health(worst, checks, events.lastPoll(), events.lastCommit(), 0, 0, 0, known);
    }

    @Override
    public void close() {
        try {
            State before = state.getAndSet(State.CLOSED);
            if (before == State.BY_HAND) {
                hand.close();
            } else if (before != State.NEW) {
                end();
            }
        } finally {
            loops.forEach(monitor::forget);
            whenClosed.accept(this);
        }
    }

    private void end() {
        loops.forEach(Loop::stop);
        long end = System.nanoTime() + config.drainTimeout().toNanos();
        List<Loop> late = new ArrayList<>(loops);
        late.removeIf(loop -> join(loop, end - System.nanoTime()));
        if (!late.isEmpty()) {
            // not interrupted: an embedded database may close its file on an interrupt
            workers.forEach(Worker::abandon);
            log.warn(
                    "{} of {} threads are still at work after {} and end after what they are at; what they hold then is"
                            + " delivered again",
                    late.size(),
                    loops.size(),
                    config.drainTimeout());
        }
    }

    private static boolean join(Loop loop, long nanos) {
        try {
            return loop.join(Duration.ofNanos(Math.max(1, nanos)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
