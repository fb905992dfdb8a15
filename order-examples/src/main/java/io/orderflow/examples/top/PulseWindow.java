package io.orderflow.examples.top;

import io.orderflow.OrderPulse;
import io.orderflow.RejectReason;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** The pulses of the last minute, by the database's clock. Not thread-safe. */
final class PulseWindow {
    private static final Duration LENGTH = Duration.ofMinutes(1);
    private static final double MICROS = 1e6;

    private final Deque<OrderPulse> pulses = new ArrayDeque<>();
    private Optional<OrderPulse> before = Optional.empty();

    void add(OrderPulse pulse) {
        before = Optional.ofNullable(pulses.peekLast());
        pulses.add(pulse);
        while (Duration.between(pulses.getFirst().at(), pulse.at()).compareTo(LENGTH) > 0) {
            pulses.removeFirst();
        }
    }

    OrderPulse last() {
        return pulses.getLast();
    }

    /** Orders decided in a second since the pulse before. */
    double decidedInASecond() {
        return before.map(first -> perSecond(first, last().decided())).orElse(0.0);
    }

    /** About how many were accepted in a second: nobody counts them, so it is what was decided and what waits more. */
    double acceptedInASecond() {
        return before.map(first -> perSecond(first, last().decided() + last().backlog() - first.backlog()))
                .map(rate -> Math.max(0, rate))
                .orElse(0.0);
    }

    private double perSecond(OrderPulse first, long orders) {
        long micros = Duration.between(first.at(), last().at()).toNanos() / 1_000;
        return micros <= 0 ? 0 : orders * MICROS / micros;
    }

    /** How many were rejected in the last minute, as far as it was looked at. */
    Map<RejectReason, Long> rejected() {
        Map<RejectReason, Long> sums = new EnumMap<>(RejectReason.class);
        pulses.forEach(pulse -> pulse.rejected().forEach((reason, count) -> sums.merge(reason, count, Long::sum)));
        return sums;
    }
}
