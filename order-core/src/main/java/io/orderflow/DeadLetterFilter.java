package io.orderflow;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Which dead letters are meant: those that meet every condition that is given. Immutable.
 *
 * @param reasons the reasons of which it must have one; empty for any
 * @param from when it was set aside at the earliest, by the database's clock; from the year 1000 to 9999
 * @param before when it was set aside, earlier than this; in the same years
 * @param orderId the order that it must be about
 */
public record DeadLetterFilter(
        Set<DeadLetterReason> reasons, Optional<Instant> from, Optional<Instant> before, Optional<UUID> orderId) {
    /** All of them. */
    public static final DeadLetterFilter ALL =
            new DeadLetterFilter(Set.of(), Optional.empty(), Optional.empty(), Optional.empty());

    /**
     * Copies the set, and checks the times.
     *
     * @throws InvalidOrderException if a time is outside its range, or {@code before} is not after {@code from}
     */
    public DeadLetterFilter {
        reasons = Set.copyOf(requireNonNull(reasons, "reasons"));
        requireNonNull(from, "from");
        requireNonNull(before, "before");
        requireNonNull(orderId, "orderId");
        from.ifPresent(time -> Rules.time("from", time));
        before.ifPresent(time -> Rules.time("before", time));
        if (from.isPresent() && before.isPresent() && !before.get().isAfter(from.get())) {
            throw new InvalidOrderException("before", before.get(), "must be after from, which is " + from.get());
        }
    }

    /** These, with one of the given reasons; with any, where none is given. */
    public DeadLetterFilter withReasons(DeadLetterReason... some) {
        return new DeadLetterFilter(Set.copyOf(List.of(some)), from, before, orderId);
    }

    /**
     * These, set aside at that time or later.
     *
     * @throws InvalidOrderException as the constructor
     */
    public DeadLetterFilter withFrom(Instant time) {
        return new DeadLetterFilter(reasons, Optional.of(requireNonNull(time, "time")), before, orderId);
    }

    /**
     * These, set aside earlier than that.
     *
     * @throws InvalidOrderException as the constructor
     */
    public DeadLetterFilter withBefore(Instant time) {
        return new DeadLetterFilter(reasons, from, Optional.of(requireNonNull(time, "time")), orderId);
    }

    /** These, about that order. */
    public DeadLetterFilter withOrder(UUID id) {
        return new DeadLetterFilter(reasons, from, before, Optional.of(requireNonNull(id, "id")));
    }
}
