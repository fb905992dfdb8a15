package io.orderflow.internal.worker;

import io.orderflow.WorkerConfig;
import io.orderflow.internal.codec.Frames;
import io.orderflow.internal.engine.BatchResult;
import io.orderflow.internal.engine.DeadLetters;
import io.orderflow.internal.engine.Engine;
import io.orderflow.internal.engine.Step;
import io.orderflow.internal.loop.Outages;
import io.orderflow.internal.loop.Whereabouts;
import io.orderflow.internal.sql.SessionHolder;
import io.orderflow.internal.sql.Tables;
import io.orderflow.queue.OrderQueue;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * What all workers of a runner share.
 *
 * @param config the host's settings
 * @param queue where frames come from
 * @param tables the tables' names
 * @param engine decides batches
 * @param deadLetters takes what cannot be decided
 * @param sessions opens database sessions
 * @param mayFind whether a query may find a row, for looks on which nothing is decided
 * @param events hears what happened
 * @param state what the workers know of the queue together
 * @param pieces what recovery found, for all threads of the runner
 * @param lane when recovery looks for urgent orders
 * @param outages tells the log what more than one thread meets
 * @param nanoTime monotonic time, for leases and pauses
 * @param random jitter; used by all workers of the runner
 * @param watcher test points
 * @param frames how messages are read
 */
record WorkerContext(
        WorkerConfig config,
        OrderQueue queue,
        Tables tables,
        Engine engine,
        DeadLetters deadLetters,
        SessionHolder.Source sessions,
        Predicate<String> mayFind,
        WorkerEvents events,
        QueueState state,
        Pieces pieces,
        UrgentLane lane,
        Outages outages,
        LongSupplier nanoTime,
        RandomGenerator random,
        Step.Watcher watcher,
        Frames frames) {
    /** More than one attempt waits for locks, and for an answer that never comes, in whatever order. */
    private static final Duration LONGEST_WAITS = Duration.ofSeconds(20);

    /** A session of a thread of its own. */
    SessionHolder newSession() {
        return new SessionHolder(sessions, Whereabouts::at);
    }

    /** One transaction of the engine. */
    @FunctionalInterface
    interface Decider {
        BatchResult run() throws SQLException;
    }

    /**
     * Decides orders in one transaction, measures it and tells of it.
     *
     * @param backlog whether the orders are of the journal's backlog
     */
    BatchResult decide(boolean backlog, Decider batch) throws SQLException {
        long start = nanoTime.getAsLong();
        BatchResult result = batch.run();
        events.measured(result, nanoTime.getAsLong() - start, backlog);
        watcher.reached(Step.COMMITTED);
        if (!result.verdicts().isEmpty() || result.waiting().isEmpty()) {
            events.committed(result);
        }
        return result;
    }

    /** The same by another time, for a caller who steps the threads himself: nothing is known of the queue yet. */
    WorkerContext at(LongSupplier time, RandomGenerator jitter) {
        return new WorkerContext(
                config,
                queue,
                tables,
                engine,
                deadLetters,
                sessions,
                mayFind,
                events,
                new QueueState(),
                new Pieces(config, time, () -> {}),
                new UrgentLane(time, () -> {}),
                outages,
                time,
                jitter,
                watcher,
                frames);
    }

    /** How long a claim on orders is its owner's without renewal. */
    Duration claimLease() {
        return config.lease().plus(LONGEST_WAITS);
    }
}
