package io.orderflow;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How the processor and its workers are, or one runner alone, as known without asking anybody: reading it does no I/O.
 *
 * @param status the worst that holds
 * @param checks one entry for each part that is not {@link Status#UP}; empty when all is well. The parts are
 *     {@code journal} and {@code queue} as the intake sees them, {@code processor} and {@code workers} when they do not
 *     run, each worker and recovery by the name of its thread, with {@code .queue} behind it for what a worker sees of
 *     the queue, each feed that is read here by the name of its thread, {@code callbacks} for what depends on futures
 *     and {@code listener} with a number; {@code deciding} while that is paused for the shop, and {@code feed-} with
 *     its name for each feed of the shop that is a minute behind, whoever reads it or nobody. A thread that is at one
 *     thing for more than 5 s, or whose steps fail, is DEGRADED, and so is a feed that is a minute behind; the detail
 *     says what it is at
 * @param lastPoll when a worker last received from the queue without an error; empty before the first time
 * @param lastCommit when a worker last committed a batch; empty before the first time
 * @param waiting submissions without a result; 0 in the health of a runner
 * @param outbox orders that the journal has and that wait for their way to the queue; 0 in the health of a runner
 * @param unpublished orders since the start that the journal has and the queue could not take, so that recovery decides
 *     them; never goes down; 0 in the health of a runner
 * @param replication how far the database replicates a commit, asked at the first contact with a server; empty before
 *     that, and in the health of a runner that does not run. When it is read here and older than 10 s, it is asked for
 *     in the background, and a later reading has the answer. It is no part of {@code status}: a host that needs commits
 *     on another server looks at {@code degree().onAnotherServer()}
 */
public record Health(
        Status status,
        List<Check> checks,
        Optional<Instant> lastPoll,
        Optional<Instant> lastCommit,
        int waiting,
        int outbox,
        long unpublished,
        Optional<DatabaseReplication> replication) {
    /** Copies the list. */
    public Health {
        requireNonNull(status, "status");
        checks = List.copyOf(checks);
        requireNonNull(lastPoll, "lastPoll");
        requireNonNull(lastCommit, "lastCommit");
        requireNonNull(replication, "replication");
    }

    /** How a part is. */
    public enum Status {
        /** Works. */
        UP,
        /** Orders are accepted, but something is away or stuck; what can be tried again is, without end. */
        DEGRADED,
        /** Orders cannot be accepted, or a check that must always hold failed. */
        DOWN
    }

    /**
     * One part.
     *
     * @param name which part
     * @param status how it is
     * @param detail the last error and what happens next, for a person
     */
    public record Check(String name, Status status, String detail) {}
}
