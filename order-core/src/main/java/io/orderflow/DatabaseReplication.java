package io.orderflow;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How far the database replicates a commit, as its server said. So it tells what a fail-over may lose: an order whose
 * commit was answered and that no other server had yet. {@link Health#replication} has it without asking anybody,
 * {@link OrderSchema#replication} asks now. Immutable.
 *
 * <p>Only what the server knows of is told: a disk that is mirrored below it is not seen, nor whether a replica is ever
 * promoted, nor by whom.
 *
 * @param degree how far, at the time of {@code at}
 * @param replicas the other servers that take part: replicas that acknowledge (semi-synchronous), that are connected
 *     (asynchronous), other members that are ONLINE (group), other nodes (Galera); empty where that is not known
 * @param timeout how long a commit waits for a replica before the server goes on asynchronously; empty unless the
 *     server is set up for semi-synchronous replication, also while it has fallen back
 * @param detail the same in words for a person, with the settings that say so; names no server, no user and no address
 * @param at when the server said so
 */
public record DatabaseReplication(
        Degree degree, OptionalInt replicas, Optional<Duration> timeout, String detail, Instant at) {
    /** Checks that nothing is missing. */
    public DatabaseReplication {
        requireNonNull(degree, "degree");
        requireNonNull(replicas, "replicas");
        requireNonNull(timeout, "timeout");
        requireNonNull(detail, "detail");
        requireNonNull(at, "at");
    }

    /** How far a commit has come when it is answered. */
    public enum Degree {
        /** The server did not say: this user lacks a right, which the detail names. */
        UNKNOWN,
        /** No other server gets it: one server alone, or no replica is connected, or H2. */
        NONE,
        /**
         * Replicas get it later. Also told while semi-synchronous replication has fallen back, because no replica
         * acknowledged within the time-out; the detail says so then, and the time-out is there.
         */
        ASYNCHRONOUS,
        /** A replica has it in its log, or the time-out is over, from when on it is {@link #ASYNCHRONOUS}. */
        SEMI_SYNCHRONOUS,
        /** More than half of a group (MySQL Group Replication) have received it. */
        GROUP,
        /** All nodes of a Galera cluster have received it. */
        GALERA;

        /**
         * Whether a commit that is answered is on another server too, so that the loss of this server alone loses no
         * accepted order. True for {@link #SEMI_SYNCHRONOUS}, {@link #GROUP} and {@link #GALERA}.
         */
        public boolean onAnotherServer() {
            return compareTo(SEMI_SYNCHRONOUS) >= 0;
        }
    }
}
