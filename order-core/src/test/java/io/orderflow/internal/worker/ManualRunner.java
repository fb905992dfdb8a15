package io.orderflow.internal.worker;

import io.orderflow.WorkerConfig;
import io.orderflow.internal.codec.FrameKeys;
import io.orderflow.internal.codec.Frames;
import io.orderflow.internal.engine.DeadLetters;
import io.orderflow.internal.engine.Engine;
import io.orderflow.internal.engine.Step;
import io.orderflow.internal.loop.Outages;
import io.orderflow.internal.schema.VerifiedSessions;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.Tables;
import io.orderflow.queue.OrderQueue;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Workers, recovery and expiry of one runner without threads and without waiting, for simulations in other packages.
 * For one thread.
 */
public final class ManualRunner {
    private static final Duration LOCK_WAIT = Duration.ofSeconds(1);
    private static final Duration NETWORK_TIMEOUT = Duration.ofSeconds(30);

    private final Supplier<WorkerContext> contexts;
    private final AtomicBoolean unpublished;
    private WorkerContext context;
    private boolean hasRecovery;

    /** What a loop would run again and again. */
    public interface Steps {
        /** One step; how long the loop may pause after it, in nanoseconds. */
        long runOnce() throws InterruptedException;

        /** The loop's last act. */
        void close();
    }

    /** Prepares a runner; no I/O. */
    public ManualRunner(
            WorkerConfig config,
            OrderQueue queue,
            Tables tables,
            VerifiedSessions sessions,
            WorkerEvents events,
            AtomicBoolean unpublished,
            LongSupplier nanoTime,
            RandomGenerator random,
            Step.Watcher watcher) {
        Session.Settings settings = new Session.Settings(false, LOCK_WAIT, config.lease(), NETWORK_TIMEOUT);
        this.unpublished = unpublished;
        QueueState state = new QueueState();
        Engine engine = new Engine(tables, watcher);
        this.contexts = () -> new WorkerContext(
                config,
                queue,
                tables,
                engine,
                new DeadLetters(tables),
                () -> sessions.open(settings),
                sessions::mayFind,
                events,
                state,
                new Pieces(config, nanoTime, () -> {}),
                new UrgentLane(nanoTime, () -> {}),
                new Outages(nanoTime),
                nanoTime,
                random,
                watcher,
                new Frames(FrameKeys.NONE, sessions::shop));
        this.context = contexts.get();
    }

    /** A new worker. */
    public Steps worker(String name) {
        Worker worker = new Worker(name, context, Duration.ZERO);
        return new Steps() {
            @Override
            public long runOnce() throws InterruptedException {
                return worker.runOnce();
            }

            @Override
            public void close() {
                worker.close();
            }
        };
    }

    /** A new recovery. After the first it is another process's: what the one before had found went with it. */
    public Steps recovery(String name) {
        if (hasRecovery) {
            context = contexts.get();
        }
        hasRecovery = true;
        Recovery recovery = new Recovery(name, context, unpublished);
        return new Steps() {
            @Override
            public long runOnce() {
                return recovery.runOnce();
            }

            @Override
            public void close() {
                recovery.close();
            }
        };
    }

    /** A new expiry. */
    public Steps expiry(String name) {
        Expiry expiry = new Expiry(name, context);
        return new Steps() {
            @Override
            public long runOnce() {
                return expiry.runOnce();
            }

            @Override
            public void close() {
                expiry.close();
            }
        };
    }
}
