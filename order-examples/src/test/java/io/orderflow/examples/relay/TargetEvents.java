package io.orderflow.examples.relay;

import io.orderflow.OrderEvent;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.LongStream;

/** Events that never happened. */
final class TargetEvents {
    static final Instant AT = Instant.parse("2026-01-31T12:00:00.250Z");

    private TargetEvents() {}

    /** One for each position. */
    static List<OrderEvent> at(long... positions) {
        return LongStream.of(positions)
                .mapToObj(position -> of(OrderEvent.Type.COMPLETED, position))
                .toList();
    }

    static OrderEvent of(OrderEvent.Type type, long position) {
        return new OrderEvent(
                position,
                type,
                new UUID(1, position),
                AT,
                Optional.empty(),
                Optional.empty(),
                500,
                Optional.empty(),
                Optional.empty());
    }
}
