package io.orderflow;

import static io.orderflow.Refusals.assertIllegal;
import static io.orderflow.Refusals.assertNull;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each range is checked by the builder's method, before build, and by the record itself. */
class WorkerConfigTest {
    private static final Duration WAIT = Duration.ofMillis(5);
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final Duration DRAIN = Duration.ofSeconds(10);
    private static final Duration NO_DELAY = Duration.ZERO;

    @Test
    void theDefaultsAreTheDocumentedOnes() {
        assertEquals(new WorkerConfig(1, 500, WAIT, LEASE, DRAIN, NO_DELAY), WorkerConfig.defaults());
    }

    @Test
    void theBuilderSetsEachValue() {
        WorkerConfig config = WorkerConfig.builder()
                .threads(2)
                .maxBatch(3)
                .batchWait(Duration.ofMillis(4))
                .lease(Duration.ofSeconds(5))
                .drainTimeout(Duration.ofSeconds(6))
                .ackDelay(Duration.ofSeconds(7))
                .build();
        assertEquals(
                new WorkerConfig(
                        2,
                        3,
                        Duration.ofMillis(4),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(6),
                        Duration.ofSeconds(7)),
                config);
    }

    @Test
    void theLimitsThemselvesAreAllowed() {
        Duration zero = Duration.ZERO;
        assertEquals(1, new WorkerConfig(1, 1, zero, Duration.ofSeconds(2), zero, zero).threads());
        Duration second = Duration.ofSeconds(1);
        Duration minute = Duration.ofMinutes(1);
        assertEquals(
                64,
                new WorkerConfig(64, 500, second, minute.multipliedBy(15), minute.multipliedBy(10), minute).threads());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 65, Integer.MAX_VALUE})
    void threadsAreWithinTheirLimits(int threads) {
        String message = "threads must be between 1 and 64: " + threads;
        assertIllegal(message, () -> WorkerConfig.builder().threads(threads));
        assertIllegal(message, () -> new WorkerConfig(threads, 1, WAIT, LEASE, DRAIN, NO_DELAY));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 501, Integer.MAX_VALUE})
    void aBatchIsWithinItsLimits(int orders) {
        String message = "maxBatch must be between 1 and 500: " + orders;
        assertIllegal(message, () -> WorkerConfig.builder().maxBatch(orders));
        assertIllegal(message, () -> new WorkerConfig(1, orders, WAIT, LEASE, DRAIN, NO_DELAY));
    }

    @ParameterizedTest
    @CsvSource({"PT-0.001S", "PT1.000000001S", "PT1H"})
    void aBatchWaitIsWithinItsLimits(Duration wait) {
        String message = "batchWait must be between PT0S and PT1S: " + wait;
        assertIllegal(message, () -> WorkerConfig.builder().batchWait(wait));
        assertIllegal(message, () -> new WorkerConfig(1, 1, wait, LEASE, DRAIN, NO_DELAY));
    }

    @ParameterizedTest
    @CsvSource({"PT-1S", "PT0S", "PT1.999S", "PT15M0.001S", "PT24H"})
    void aLeaseIsWithinItsLimits(Duration lease) {
        String message = "lease must be between PT2S and PT15M: " + lease;
        assertIllegal(message, () -> WorkerConfig.builder().lease(lease));
        assertIllegal(message, () -> new WorkerConfig(1, 1, WAIT, lease, DRAIN, NO_DELAY));
    }

    @ParameterizedTest
    @CsvSource({"PT-1S", "PT10M0.001S", "PT24H"})
    void aDrainTimeoutIsWithinItsLimits(Duration timeout) {
        String message = "drainTimeout must be between PT0S and PT10M: " + timeout;
        assertIllegal(message, () -> WorkerConfig.builder().drainTimeout(timeout));
        assertIllegal(message, () -> new WorkerConfig(1, 1, WAIT, LEASE, timeout, NO_DELAY));
    }

    @ParameterizedTest
    @CsvSource({"PT-1S", "PT1M0.001S", "PT24H"})
    void anAckDelayIsWithinItsLimits(Duration delay) {
        String message = "ackDelay must be between PT0S and PT1M: " + delay;
        assertIllegal(message, () -> WorkerConfig.builder().ackDelay(delay));
        assertIllegal(message, () -> new WorkerConfig(1, 1, WAIT, LEASE, DRAIN, delay));
    }

    @Test
    void nullIsRefused() {
        assertNull("batchWait", () -> WorkerConfig.builder().batchWait(null));
        assertNull("lease", () -> WorkerConfig.builder().lease(null));
        assertNull("drainTimeout", () -> WorkerConfig.builder().drainTimeout(null));
        assertNull("ackDelay", () -> WorkerConfig.builder().ackDelay(null));
        assertNull("batchWait", () -> new WorkerConfig(1, 1, null, LEASE, DRAIN, NO_DELAY));
        assertNull("lease", () -> new WorkerConfig(1, 1, WAIT, null, DRAIN, NO_DELAY));
        assertNull("drainTimeout", () -> new WorkerConfig(1, 1, WAIT, LEASE, null, NO_DELAY));
        assertNull("ackDelay", () -> new WorkerConfig(1, 1, WAIT, LEASE, DRAIN, null));
    }
}
