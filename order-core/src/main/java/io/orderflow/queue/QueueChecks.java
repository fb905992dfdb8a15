package io.orderflow.queue;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * What each queue checks about the arguments of a call before it does anything. For those who write an adapter: with
 * these, a caller's mistake has the same exception and the same words on every queue. Stateless, thread-safe.
 *
 * <p>Null where nothing may be null throws a {@link NullPointerException} that names the argument.
 */
public final class QueueChecks {
    private static final Duration SHORTEST_LEASE = Duration.ofSeconds(1);

    private QueueChecks() {}

    /**
     * Checks the arguments of {@link OrderQueue#publish}.
     *
     * @param largest most bytes of a message on this queue, as {@link OrderQueue#largestMessage} says
     * @throws IllegalArgumentException if the message is empty or larger, or the time-out not above zero
     */
    public static void requirePublishable(byte[] message, Duration timeout, int largest) {
        requireNonNull(message, "message");
        requireNonNull(timeout, "timeout");
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("timeout must be > 0: " + timeout);
        }
        if (message.length == 0 || message.length > largest) {
            throw new IllegalArgumentException(
                    "message must have between 1 and " + largest + " bytes: " + message.length);
        }
    }

    /**
     * Checks the argument of {@link OrderQueue#openConsumer}. Every queue takes leases from 1 s on (Q6).
     *
     * @param longest the longest lease that this queue can keep, at least 15 min
     * @throws IllegalArgumentException if the lease is shorter than 1 s, or longer than that
     */
    public static void requireLease(Duration lease, Duration longest) {
        requireNonNull(lease, "lease");
        if (lease.compareTo(SHORTEST_LEASE) < 0 || lease.compareTo(longest) > 0) {
            throw new IllegalArgumentException(
                    "lease must be between " + SHORTEST_LEASE + " and " + longest + ": " + lease);
        }
    }

    /**
     * Checks the arguments of {@link QueueConsumer#receive}.
     *
     * @throws IllegalArgumentException if {@code max} is below 1 or the wait below zero
     */
    public static void requireReceivable(int max, Duration wait) {
        if (max < 1) {
            throw new IllegalArgumentException("max must be >= 1: " + max);
        }
        if (requireNonNull(wait, "wait").isNegative()) {
            throw new IllegalArgumentException("wait must be >= 0: " + wait);
        }
    }

    /**
     * Checks that deliveries which a consumer is to ack, release or renew are its own.
     *
     * @param kind the class of this queue's deliveries
     * @param isOwn whether one of that class was received by this consumer
     * @return them all, in their order, as what they are
     * @throws IllegalArgumentException if one is of another class, or was received by another consumer
     */
    public static <D extends Delivery> List<D> requireOwn(
            List<Delivery> deliveries, Class<D> kind, Predicate<? super D> isOwn) {
        List<D> own = new ArrayList<>(requireNonNull(deliveries, "deliveries").size());
        for (Delivery delivery : deliveries) {
            if (!kind.isInstance(delivery) || !isOwn.test(kind.cast(delivery))) {
                throw new IllegalArgumentException("delivery was not received by this consumer: " + delivery);
            }
            own.add(kind.cast(delivery));
        }
        return own;
    }
}
