package io.orderflow.internal.telemetry;

import io.orderflow.OrderRequest;
import io.orderflow.SubmitResult;
import java.util.Optional;

/** The span of an order from its submission to the answer. */
public interface AcceptSpan {
    /** The request to submit in place of the one that came: it belongs to the span's trace. */
    OrderRequest request();

    /**
     * Ends the span.
     *
     * @param result the answer; empty if there is none, since nothing was submitted
     */
    void end(Optional<SubmitResult> result);
}
