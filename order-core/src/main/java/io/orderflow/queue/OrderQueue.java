package io.orderflow.queue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A queue of opaque messages. The rules that an implementation keeps are numbered in this package's description; the
 * contract test proves each of them. Thread-safe but for what {@link #openConsumer} returns. Building one does no I/O
 * (Q1).
 */
public interface OrderQueue extends AutoCloseable {
    /** A short name for logs and health, for example {@code redis:orders}. Never a password. */
    String name();

    /**
     * Stores one message (Q2, Q3). Never throws for an outage.
     *
     * @param message 1 to {@link #largestMessage()} bytes; not changed by the caller afterwards
     * @param timeout longest wait for the queue's answer, above zero, however long
     * @return done, refused or unknown
     * @throws IllegalArgumentException if the message is empty or too large, or the time-out not above zero
     * @throws InterruptedException if the thread was interrupted while it waited; the outcome is unknown
     */
    PublishResult publish(byte[] message, Duration timeout) throws InterruptedException;

    /**
     * Opens a consumer that holds each message it receives for a lease.
     *
     * @param lease how long a message stays the consumer's own without renewal: 1 s to 15 min, or longer where the
     *     queue can
     * @throws IllegalArgumentException if it is shorter, or longer than the queue can
     * @throws QueueException if the queue cannot be reached
     */
    QueueConsumer openConsumer(Duration lease) throws QueueException;

    /** How many messages are stored and not acked, as near as the queue can tell; empty when it cannot be asked now. */
    OptionalLong depth();

    /** What a stored message survives now (Q10). Cheap: may be a reading that is up to a minute old. */
    Durability durability();

    /**
     * What the server calls itself, with its version, for logs and reports; empty when there is none or it cannot be
     * asked now.
     */
    default Optional<String> server() {
        return Optional.empty();
    }

    /**
     * Most bytes of one message, always the same; at least 256 KiB, or no order processor takes the queue. Does no I/O.
     */
    int largestMessage();

    /**
     * Most messages that one consumer is given before it settles some of them, always the same;
     * {@link Integer#MAX_VALUE}, the default, where nothing but memory bounds it. Does no I/O.
     */
    default int mostHeld() {
        return Integer.MAX_VALUE;
    }

    /**
     * Asks the queue whether it would work now.
     *
     * @throws QueueException if not; says why
     */
    void check() throws QueueException;

    /**
     * Looks at the queue and its server for what should be changed before production. Changes nothing, and makes
     * nothing that is missing. Never throws for an outage: that is a finding. What cannot be looked at, for want of a
     * permission for example, is one too. An implementation without settings of its own need not override this: it says
     * what {@link #check}, {@link #durability} and {@link #depth} tell. The depth counts what workers hold, also for an
     * {@code ackDelay}; an implementation that can tell that apart overrides this.
     *
     * @param timeout longest wait for the answers of the server, above zero
     * @return empty if all is well
     */
    default List<QueueFinding> examine(Duration timeout) {
        List<QueueFinding> findings = new ArrayList<>();
        try {
            check();
        } catch (QueueException e) {
            return List.of(QueueFinding.unusable(e.getMessage()));
        }
        Durability now = durability();
        if (now.level() == Durability.Level.WEAK) {
            findings.add(QueueFinding.notDurable(now.reason()));
        } else if (now.level() == Durability.Level.UNKNOWN) {
            findings.add(QueueFinding.durabilityUnknown(now.reason()));
        }
        depth().stream()
                .filter(QueueFinding::isBacklog)
                .mapToObj(QueueFinding::backlog)
                .forEach(findings::add);
        return findings;
    }

    /** Ends what this object opened; waiting receivers return. Never throws, idempotent. */
    @Override
    void close();
}
