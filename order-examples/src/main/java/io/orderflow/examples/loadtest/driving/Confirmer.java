package io.orderflow.examples.loadtest.driving;

import io.orderflow.ConfirmOutcome;
import io.orderflow.ConfirmRequest;
import io.orderflow.ConfirmResult;
import io.orderflow.OrderChanges;
import io.orderflow.examples.loadtest.counting.Holds;
import io.orderflow.examples.loadtest.counting.RunLedger;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Confirms orders that hold what they took as soon as their verdict is known, without waiting. Thread-safe. */
final class Confirmer {
    private static final String REFERENCE = "load test";
    private static final long GLANCE_NANOS = 2_000_000;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final OrderChanges changes;

    Confirmer(OrderChanges changes) {
        this.changes = changes;
    }

    /** From now on, each order of the phase that is reserved. */
    void join(Phase phase) {
        phase.whenReserved(index -> confirm(phase, index));
    }

    private void confirm(Phase phase, int index) {
        long start = System.nanoTime();
        Holds holds = phase.holds();
        holds.reserved();
        try {
            changes.confirmAsync(new ConfirmRequest(phase.ledger().id(index), REFERENCE))
                    .whenComplete((result, failure) -> {
                        if (failure != null) {
                            holds.failed(failure.toString());
                        } else if (isDone(result)) {
                            phase.ledger().mark(index, RunLedger.CONFIRMED);
                            holds.confirmed(System.nanoTime() - start);
                        } else {
                            holds.failed(result.toString());
                        }
                    });
        } catch (IllegalStateException closed) {
            holds.failed(closed.toString());
        }
    }

    private static boolean isDone(ConfirmResult result) {
        return result.outcome() == ConfirmOutcome.CONFIRMED || result.outcome() == ConfirmOutcome.DUPLICATE;
    }

    /** Waits until each has its answer, for a minute without one at most. */
    void await(Phase phase) {
        long open = phase.holds().open();
        long progress = System.nanoTime();
        while (phase.holds().open() > 0 && !phase.isGivenUp() && System.nanoTime() - progress < PATIENCE.toNanos()) {
            LockSupport.parkNanos(this, GLANCE_NANOS);
            if (phase.holds().open() != open) {
                open = phase.holds().open();
                progress = System.nanoTime();
            }
        }
    }
}
