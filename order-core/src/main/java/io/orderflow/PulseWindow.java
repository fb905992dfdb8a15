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
 * many of the last minute. Each pulse is asked for with the {@link #position} before it. Not thread-safe.
 */
public final class PulseWindow {
    private static final Duration LENGTH = Duration.ofMinutes(1);
    private static final double MICROS = 1e6;

    private final Deque<OrderPulse> pulses = new ArrayDeque<>();
    private Optional<OrderPulse> before = Optional.empty();

    /** Starts with none. */
    public PulseWindow() {}

    /** Adds the newest one, and forgets those that are more than a minute older. */
    public void add(OrderPulse pulse) {
        requireNonNull(pulse, "pulse");
        before = Optional.ofNullable(pulses.peekLast());
        pulses.add(pulse);
        while (Duration.between(pulses.getFirst().at(), pulse.at()).compareTo(LENGTH) > 0) {
            pulses.removeFirst();
        }
    }

    /** What to give to {@link OrderRecords#pulse} for the next one; empty while there is none. */
    public OptionalLong position() {
        return pulses.isEmpty() ? OptionalLong.empty() : OptionalLong.of(last().position());
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
