package io.orderflow.internal.worker;

import io.orderflow.DatabaseReplication;
import io.orderflow.WorkerConfig;
import io.orderflow.internal.codec.Frames;
import io.orderflow.internal.engine.Step;
import io.orderflow.internal.loop.Closing;
import io.orderflow.internal.schema.VerifiedSessions;
import io.orderflow.internal.sql.Tables;
import io.orderflow.queue.OrderQueue;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** The runners of one processor that are not closed, and what they share. Thread-safe. */
public final class Runners {
    private final OrderQueue queue;
    private final Tables tables;
    private final VerifiedSessions sessions;
    private final WorkerMonitor monitor;
    private final Step.Watcher watcher;
    private final Frames frames;
    private final BooleanSupplier intakeQuiet;
    private final Supplier<Optional<DatabaseReplication>> replication;
    private final AtomicBoolean unpublished = new AtomicBoolean();
    private final List<Workers> open = new CopyOnWriteArrayList<>();

    /**
     * Starts with none.
     *
     * @param queue where their frames come from
     * @param monitor hears of all of them
     * @param watcher test points
     * @param intakeQuiet whether the intake of this process has nothing on its way to the queue
     * @param replication how far the database replicates, as far as that is known
     */
    public Runners(
            OrderQueue queue,
            Tables tables,
            VerifiedSessions sessions,
            WorkerMonitor monitor,
            Step.Watcher watcher,
            Frames frames,
            BooleanSupplier intakeQuiet,
            Supplier<Optional<DatabaseReplication>> replication) {
        this.queue = queue;
        this.tables = tables;
        this.sessions = sessions;
        this.monitor = monitor;
        this.watcher = watcher;
        this.frames = frames;
        this.intakeQuiet = intakeQuiet;
        this.replication = replication;
    }

    /** Makes one, which is not started. */
    public Workers add(WorkerConfig config) {
        Workers runner = new Workers(
                config,
                queue,
                tables,
                sessions,
                monitor,
                unpublished,
                intakeQuiet,
                replication,
                watcher,
                frames,
                open::remove);
        open.add(runner);
        return runner;
    }

    /** Those that are not closed, and how each of them is; no I/O. */
    public List<RunnerState> states() {
        return open.stream().map(Workers::state).toList();
    }

    /** Lets recovery look at the journal at once. */
    public void hint() {
        open.forEach(Workers::hint);
    }

    /** The journal has an urgent order of this process. */
    public void urgent() {
        open.forEach(Workers::urgent);
    }

    /** There are journaled orders that the queue does not have. */
    public void unpublished() {
        unpublished.set(true);
        hint();
    }

    /** What is known about all of them. */
    public WorkerMonitor monitor() {
        return monitor;
    }

    /** Closes them all, then tells the listeners what waits for them, for so long at most. */
    public void close(Duration listening) {
        Closing closing = new Closing();
        open.forEach(runner -> closing.then(runner::close));
        closing.then(() -> monitor.close(listening)).end();
    }
}
