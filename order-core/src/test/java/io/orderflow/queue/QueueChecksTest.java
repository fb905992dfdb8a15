package io.orderflow.queue;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

@DisplayName("The checks of a queue's arguments")
class QueueChecksTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE);

    private static void refused(String words, Executable call) {
        assertEquals(words, assertThrows(IllegalArgumentException.class, call).getMessage());
    }

    private static void missing(String name, Executable call) {
        assertEquals(name, assertThrows(NullPointerException.class, call).getMessage());
    }

    @Test
    @DisplayName("take messages from 1 byte to the largest, and any time-out above zero")
    void publishing() {
        assertDoesNotThrow(() -> QueueChecks.requirePublishable(new byte[1], Duration.ofNanos(1), 8));
        assertDoesNotThrow(() -> QueueChecks.requirePublishable(new byte[8], FOREVER, 8));
        refused(
                "message must have between 1 and 8 bytes: 0",
                () -> QueueChecks.requirePublishable(new byte[0], SECOND, 8));
        refused(
                "message must have between 1 and 8 bytes: 9",
                () -> QueueChecks.requirePublishable(new byte[9], SECOND, 8));
        refused("timeout must be > 0: PT0S", () -> QueueChecks.requirePublishable(new byte[1], Duration.ZERO, 8));
        refused("timeout must be > 0: PT-1S", () -> QueueChecks.requirePublishable(new byte[1], SECOND.negated(), 8));
        missing("message", () -> QueueChecks.requirePublishable(null, SECOND, 8));
        missing("timeout", () -> QueueChecks.requirePublishable(new byte[1], null, 8));
    }

    @Test
    @DisplayName("take leases from 1 s to what the queue can keep")
    void leases() {
        assertDoesNotThrow(() -> QueueChecks.requireLease(SECOND, HOUR));
        assertDoesNotThrow(() -> QueueChecks.requireLease(HOUR, HOUR));
        refused(
                "lease must be between PT1S and PT1H: PT0.999S",
                () -> QueueChecks.requireLease(Duration.ofMillis(999), HOUR));
        refused(
                "lease must be between PT1S and PT1H: PT1H0.001S",
                () -> QueueChecks.requireLease(HOUR.plusMillis(1), HOUR));
        missing("lease", () -> QueueChecks.requireLease(null, HOUR));
    }

    @Test
    @DisplayName("take a receive of at least one message, and any wait from zero on")
    void receiving() {
        assertDoesNotThrow(() -> QueueChecks.requireReceivable(1, Duration.ZERO));
        assertDoesNotThrow(() -> QueueChecks.requireReceivable(Integer.MAX_VALUE, FOREVER));
        refused("max must be >= 1: 0", () -> QueueChecks.requireReceivable(0, SECOND));
        refused("wait must be >= 0: PT-0.000000001S", () -> QueueChecks.requireReceivable(1, Duration.ofNanos(-1)));
        missing("wait", () -> QueueChecks.requireReceivable(1, null));
    }

    /** A delivery that remembers its consumer, as an adapter's does. */
    private record OwnDelivery(Object consumer) implements Delivery {
        @Override
        public byte[] body() {
            return new byte[1];
        }

        @Override
        public int deliveriesBefore() {
            return 0;
        }

        @Override
        public String toString() {
            return "of " + consumer;
        }
    }

    private static List<OwnDelivery> own(List<Delivery> deliveries) {
        return QueueChecks.requireOwn(
                deliveries, OwnDelivery.class, one -> one.consumer().equals("me"));
    }

    @Test
    @DisplayName("take deliveries of the consumer itself alone, and keep their order")
    void ownDeliveries() {
        OwnDelivery first = new OwnDelivery("me");
        OwnDelivery second = new OwnDelivery("me");
        List<OwnDelivery> own = own(List.of(first, second));
        assertEquals(2, own.size());
        assertSame(first, own.get(0));
        assertSame(second, own.get(1));
        assertEquals(List.of(), own(List.of()));
        refused(
                "delivery was not received by this consumer: of another",
                () -> own(List.of(first, new OwnDelivery("another"))));
        refused(
                "delivery was not received by this consumer: of another kind",
                () -> own(List.of(new Delivery() {
                    @Override
                    public byte[] body() {
                        return new byte[1];
                    }

                    @Override
                    public int deliveriesBefore() {
                        return 0;
                    }

                    @Override
                    public String toString() {
                        return "of another kind";
                    }
                })));
        missing("deliveries", () -> own(null));
    }
}
