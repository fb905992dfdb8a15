package io.orderflow.internal.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.orderflow.SchemaException;
import io.orderflow.internal.engine.BrokenInvariantException;
import io.orderflow.internal.engine.RetryBatchException;
import io.orderflow.internal.worker.Failures.Kind;
import io.orderflow.testing.FaultPlan;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What each exception asks for, and what is known of the queue. */
class FailuresTest {
    @Test
    void eachExceptionAsksForTheRightThing() {
        Map<Exception, Kind> expected = Map.ofEntries(
                Map.entry(FaultPlan.deadlock(), Kind.CONTENTION),
                Map.entry(FaultPlan.lockWaitTimeout(), Kind.CONTENTION),
                Map.entry(new SQLException("duplicate entry", "23000", 1062), Kind.CONTENTION),
                Map.entry(new RetryBatchException("as the test wants"), Kind.CONTENTION),
                Map.entry(FaultPlan.readOnly(), Kind.OUTAGE),
                Map.entry(FaultPlan.lost(FaultPlan.Step.AFTER_COMMIT), Kind.OUTAGE),
                Map.entry(new SQLTransientConnectionException("the pool is empty"), Kind.OUTAGE),
                Map.entry(new SQLException("no such column", "42S22", 1054), Kind.OUTAGE),
                Map.entry(new SQLException("too many connections", "08004", 1040), Kind.OUTAGE),
                Map.entry(new SchemaException("as the test wants"), Kind.OUTAGE),
                Map.entry(new SQLException("check violated", "HY000", 3819), Kind.BROKEN),
                Map.entry(new BrokenInvariantException("as the test wants"), Kind.BROKEN),
                Map.entry(new SQLException("data too long", "22001", 1406), Kind.POISON),
                Map.entry(new ArithmeticException("as the test wants"), Kind.POISON));
        expected.forEach((exception, kind) -> assertEquals(kind, Failures.kind(exception), exception::toString));
    }

    @Test
    void whatIsDueFollowsFromWhatTheQueueGave() {
        QueueState state = new QueueState();
        assertEquals(Duration.ofSeconds(1), state.recoveryAge());
        busy(state, 100);
        assertEquals(Duration.ofSeconds(10), state.recoveryAge());
        busy(state, 5_001);
        assertEquals(Duration.ofMillis(10_002), state.recoveryAge());
        busy(state, -3_600_000);
        assertEquals(Duration.ofSeconds(10), state.recoveryAge(), "a frame from the future");
        state.unreachable();
        assertEquals(Duration.ZERO, state.recoveryAge());
        state.nothingReceived();
        assertEquals(Duration.ofSeconds(1), state.recoveryAge());
        state.unreachable();
        busy(state, 0);
        assertEquals(Duration.ofSeconds(10), state.recoveryAge());
    }

    private static void busy(QueueState state, long ageMillis) {
        state.received(new QueueState.NewestFrames(List.of(), 0));
        state.newestFrameAge(Duration.ofMillis(ageMillis));
    }
}
