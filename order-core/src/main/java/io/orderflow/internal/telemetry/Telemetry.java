package io.orderflow.internal.telemetry;

import io.orderflow.CancelOutcome;
import io.orderflow.ConfirmOutcome;
import io.orderflow.DeadLetterReason;
import io.orderflow.OrderRequest;
import io.orderflow.RefundOutcome;
import io.orderflow.ReleaseOutcome;
import io.orderflow.SubmitResult;
import java.util.List;
import java.util.Optional;

/**
 * Hears what happened, as numbers and as spans of traces. Called by the processor's own threads and by those that
 * submit, with no lock held and outside any transaction. Implementations are thread-safe, quick, and do not throw.
 */
public interface Telemetry {
    /** Hears nothing. */
    Telemetry NONE = new Telemetry() {};

    /**
     * Whether it makes spans. Asked when it is added; one that makes none is not told of requests and batches that
     * begin.
     */
    default boolean followsTraces() {
        return false;
    }

    /** A request is about to be submitted; with a span, what that says is submitted. Told to who follows traces. */
    default Optional<AcceptSpan> accepting(OrderRequest request) {
        return Optional.empty();
    }

    /** These orders are about to be decided, among others. Told to who follows traces. */
    default DecisionSpans deciding(List<TracedOrder> orders) {
        return DecisionSpans.NONE;
    }

    /**
     * A submission has its answer.
     *
     * @param nanos since it was submitted
     */
    default void answered(SubmitResult result, long nanos) {}

    /** So many orders went to the durable place together, and it took them. */
    default void grouped(int orders) {}

    /** A batch was committed. */
    default void decided(Batch batch) {}

    /** Work failed and is tried again. */
    default void retried(RetryCause cause) {}

    /** The database ended a transaction of ours to end a deadlock. */
    default void deadlocked() {}

    /** So many messages came that the queue had delivered before. */
    default void redelivered(int messages) {}

    /** A cancellation has its outcome, in a transaction of the library's. */
    default void cancelled(CancelOutcome outcome) {}

    /** A refund has its outcome, in a transaction of the library's. */
    default void refunded(RefundOutcome outcome) {}

    /** A confirmation has its outcome. */
    default void confirmed(ConfirmOutcome outcome) {}

    /** A release has its outcome. */
    default void released(ReleaseOutcome outcome) {}

    /** So many reserved orders expired. */
    default void expired(int orders) {}

    /** Something was set aside. */
    default void deadLettered(DeadLetterReason reason) {}
}
