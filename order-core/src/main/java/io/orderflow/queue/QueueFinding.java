package io.orderflow.queue;

import static java.util.Objects.requireNonNull;

/**
 * Something about a queue or its server that is not as it should be before production. Immutable.
 *
 * @param id always the same for the same fault: small letters with {@code -} between the words
 * @param severity how bad it is
 * @param found what was found, with its values as they are now; never a password or a message's content
 * @param stake what can happen if it stays so
 * @param setting what to change, as exactly as it can be said
 */
public record QueueFinding(String id, Severity severity, String found, String stake, String setting) {
    /** More messages than that wait for workers that are too few, or do not run. */
    static final long MANY_MESSAGES = 10_000;

    /** Checks that nothing is missing. */
    public QueueFinding {
        requireNonNull(id, "id");
        requireNonNull(severity, "severity");
        requireNonNull(found, "found");
        requireNonNull(stake, "stake");
        requireNonNull(setting, "setting");
    }

    /**
     * The queue would not work now.
     *
     * @param found why
     */
    public static QueueFinding unusable(String found) {
        return new QueueFinding(
                "queue-unusable",
                Severity.ERROR,
                found,
                "no message reaches workers of other processes; orders wait in the database for a second and more, and"
                        + " while that is away none is accepted",
                "start the queue's server, or correct the queue's address, user, password and permissions");
    }

    /**
     * The queue can lose what it stored.
     *
     * @param found the setting or fact that says so
     */
    public static QueueFinding notDurable(String found) {
        return new QueueFinding(
                "queue-not-durable",
                Severity.WARNING,
                found,
                "while the database is away no order is accepted",
                "a queue that keeps its messages on disk before it answers");
    }

    /**
     * Nobody can say whether the queue can lose what it stored.
     *
     * @param found why
     */
    public static QueueFinding durabilityUnknown(String found) {
        return new QueueFinding(
                "queue-durability-unknown",
                Severity.WARNING,
                found,
                "the queue counts as not durable: while the database is away no order is accepted",
                "let the queue's user read the settings of its server");
    }

    /**
     * Messages wait for workers.
     *
     * @param waiting how many, as far as the queue can tell without those that workers hold: what is kept for an
     *     {@code ackDelay} was decided
     */
    public static QueueFinding backlog(long waiting) {
        return new QueueFinding(
                "queue-backlog",
                Severity.WARNING,
                waiting + " messages wait on the queue",
                "orders wait for their verdicts; a queue that is full refuses new ones",
                "start more workers on this queue, or raise threads of WorkerConfig");
    }

    /** Whether so many messages are a finding. */
    public static boolean isBacklog(long waiting) {
        return waiting > MANY_MESSAGES;
    }
}
