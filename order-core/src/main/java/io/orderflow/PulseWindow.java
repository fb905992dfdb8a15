package io.orderflow;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The pulses of the last minute, by the database's clock, and what they come to: how many orders in a second, and how
 * many of the last minute. Each pulse is asked for with the {@link #position} before it, within a minute: after a
 * longer time it begins anew, since what was decided meanwhile is not of the last minute. Not thread-safe.
 */
public final class PulseWindow {
    private static final Duration LENGTH = Duration.ofMinutes(1);
    private static final double MICROS = 1e6;

    private final Deque<OrderPulse> pulses = new ArrayDeque<>();
    private Optional<OrderPulse> before = Optional.empty();
    private boolean anew;

    /** Starts with none. */
    public PulseWindow() {}

    /**
     * Adds the newest one, and forgets those that are more than a minute older. When the one before is among them, what
     * was decided in between is not counted, and {@link #position} is empty for once.
     */
    public void add(OrderPulse pulse) {
        requireNonNull(pulse, "pulse");
        anew = !pulses.isEmpty() && isPast(last(), pulse);
        if (anew) {
            pulses.clear();
        }
        before = Optional.ofNullable(pulses.peekLast());
        pulses.add(anew ? uncounted(pulse) : pulse);
        while (isPast(pulses.getFirst(), pulse)) {
            pulses.removeFirst();
        }
    }

    private static boolean isPast(OrderPulse old, OrderPulse newest) {
        return Duration.between(old.at(), newest.at()).compareTo(LENGTH) > 0;
    }

    private static OrderPulse uncounted(OrderPulse pulse) {
        return new OrderPulse(
                pulse.at(),
                pulse.position(),
                0,
                Map.of(),
                0,
                pulse.backlog(),
                pulse.urgent(),
                pulse.oldest(),
                pulse.holdsDue(),
                pulse.deadLetters());
    }

    /**
     * What to give to {@link OrderRecords#pulse} for the next one; empty while there is none, and when it begins anew.
     */
    public OptionalLong position() {
        return pulses.isEmpty() || anew ? OptionalLong.empty() : OptionalLong.of(last().position());
    }

    /**
     * The newest one.
     *
     * @throws java.util.NoSuchElementException if there is none
     */
    public OrderPulse last() {
        return pulses.getLast();
    }

    /** Orders decided in a second since the pulse before; 0 while there is one alone. */
    public double decidedInASecond() {
        return before.map(first -> perSecond(first, last().decided())).orElse(0.0);
    }

    /** About how many were accepted in a second: nobody counts them, so it is what was decided and what waits more. */
    public double acceptedInASecond() {
        return before.map(first -> perSecond(first, last().decided() + last().backlog() - first.backlog()))
                .map(rate -> Math.max(0, rate))
                .orElse(0.0);
    }

    private double perSecond(OrderPulse first, long orders) {
        long micros = Duration.between(first.at(), last().at()).toNanos() / 1_000;
        return micros <= 0 ? 0 : orders * MICROS / micros;
    }

    /** How many were decided in the last minute, as far as it was looked at. */
    public long decided() {
        return pulses.stream().mapToLong(OrderPulse::decided).sum();
    }

    /** How many were changed in the last minute: cancellations, refunds, ends of holds; as far as it was looked at. */
    public long changed() {
        return pulses.stream().mapToLong(OrderPulse::changed).sum();
    }

    /** How many were rejected in the last minute, as far as it was looked at. */
    public Map<RejectReason, Long> rejected() {
        Map<RejectReason, Long> sums = new EnumMap<>(RejectReason.class);
        pulses.forEach(pulse -> pulse.rejected().forEach((reason, count) -> sums.merge(reason, count, Long::sum)));
        return sums;
    }
}
