package io.orderflow;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * An order without a verdict, and what is known about why. Immutable. Whether a message on the queue carries it the
 * database does not know, nor whether somebody holds its row.
 *
 * @param order the order
 * @param place where it waits
 * @param since from when on it waits there, by the database's clock: its acceptance, or when it was brought back or
 *     parked last
 * @param age how long that was at the time of the read; not negative
 * @param attempts how often it was tried apart from others without a verdict, as far as that counts now
 * @param triedSince when a worker, or recovery, began to try it; it may have died since. Empty when none does
 * @param parkedFor why it was set aside; present for {@link Place#PARKED} only
 */
public record WaitingOrder(
        Order order,
        Place place,
        Instant since,
        Duration age,
        int attempts,
        Optional<Instant> triedSince,
        Optional<DeadLetterReason> parkedFor) {
    /** Checks that nothing is missing. */
    public WaitingOrder {
        requireNonNull(order, "order");
        requireNonNull(place, "place");
        requireNonNull(since, "since");
        requireNonNull(age, "age");
        requireNonNull(triedSince, "triedSince");
        requireNonNull(parkedFor, "parkedFor");
    }

    /** Where an order waits. More may be added. */
    public enum Place {
        /** In a group of the journal that carries it: it has no row of its own yet. */
        GROUP,
        /** In a row of its own; a message on the queue carries it too, as a rule. */
        ROW,
        /**
         * In a row of its own that no message carries: a transaction of the host's placed the order, or somebody
         * brought it back. Workers find it there.
         */
        PLACED,
        /** Set aside until somebody brings it back. */
        PARKED
    }
}
