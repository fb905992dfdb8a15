package io.orderflow.internal.intake;

import io.orderflow.Order;
import io.orderflow.OrderStatus;
import io.orderflow.SubmitResult;
import io.orderflow.internal.journal.CarriedOrders;
import io.orderflow.internal.journal.JournalOutcome;
import java.time.Clock;
import java.util.Optional;

/** Turns what became of an entry in the journal into the answer of each submission that shares its id. */
final class Verdicts {
    private final Clock clock;

    Verdicts(Clock clock) {
        this.clock = clock;
    }

    /** The answer of the submission whose entry was given to the journal; not for one that is stuck. */
    SubmitResult ofHead(Submission head, JournalOutcome outcome) {
        if (outcome instanceof JournalOutcome.Duplicate duplicate) {
            return ofDuplicate(head, duplicate.order());
        }
        return outcome instanceof JournalOutcome.Written
                ? new SubmitResult.Accepted(head.entry().id())
                : new SubmitResult.Conflict(head.entry().id());
    }

    /** The answer of a twin; empty if only a look of its own can tell. */
    Optional<SubmitResult> ofTwin(Submission head, Submission twin, JournalOutcome outcome) {
        boolean same = twin.sameContentAs(head);
        SubmitResult conflict = new SubmitResult.Conflict(twin.entry().id());
        if (outcome instanceof JournalOutcome.Conflict) {
            // the row has other content than the head, maybe the twin's
            return same ? Optional.of(conflict) : Optional.empty();
        }
        if (!same) {
            return Optional.of(conflict);
        }
        return Optional.of(
                outcome instanceof JournalOutcome.Duplicate duplicate
                        ? ofDuplicate(twin, duplicate.order())
                        : new SubmitResult.Duplicate(CarriedOrders.pending(head.entry(), clock.instant())));
    }

    /**
     * A row that waits for its decision, found by a submission that was tried before, is most likely its own first try.
     */
    private static SubmitResult ofDuplicate(Submission submission, Order order) {
        return submission.mayBeStoredBefore() && order.status() == OrderStatus.PENDING
                ? new SubmitResult.Accepted(order.id())
                : new SubmitResult.Duplicate(order);
    }
}
