package io.orderflow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The pulses of the last minute")
class PulseWindowTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final PulseWindow window = new PulseWindow();
    private Instant at = START;
    private long position;

    private void pulse(Duration later, long decided) {
        at = at.plus(later);
        position++;
        window.add(new OrderPulse(
                at,
                position,
                decided,
                Map.of(RejectReason.UNKNOWN_BUYER, decided),
                decided,
                5,
                1,
                Duration.ZERO,
                0,
                0));
    }

    private void assertCounted(long orders) {
        assertEquals(orders, window.decided());
        assertEquals(orders, window.changed());
        assertEquals(orders, window.rejected().getOrDefault(RejectReason.UNKNOWN_BUYER, 0L));
    }

    @Test
    @DisplayName("come to what was decided in them, and in a second since the one before")
    void sums() {
        pulse(Duration.ZERO, 0);
        pulse(Duration.ofSeconds(30), 300);
        pulse(Duration.ofSeconds(30), 60);
        assertCounted(360);
        assertEquals(2.0, window.decidedInASecond());
        pulse(Duration.ofSeconds(31), 31);
        assertCounted(91);
        assertEquals(OptionalLong.of(position), window.position());
    }

    @Test
    @DisplayName("do not have what was decided in a longer time; they begin anew after it")
    void gap() {
        pulse(Duration.ZERO, 0);
        pulse(Duration.ofSeconds(1), 100);
        pulse(Duration.ofHours(1), 360_000);
        assertCounted(0);
        assertEquals(0, window.decidedInASecond());
        assertEquals(0, window.acceptedInASecond());
        assertEquals(5, window.last().backlog());
        assertEquals(OptionalLong.empty(), window.position());
        pulse(Duration.ofSeconds(1), 0);
        assertEquals(OptionalLong.of(position), window.position());
        pulse(Duration.ofSeconds(1), 7);
        assertCounted(7);
        assertEquals(7.0, window.decidedInASecond());
    }
}
