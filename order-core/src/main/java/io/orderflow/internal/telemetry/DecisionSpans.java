package io.orderflow.internal.telemetry;

import java.util.Optional;
import java.util.UUID;

/** The spans of orders that are being decided together. Used by one thread. */
public interface DecisionSpans {
    /** Of nobody. */
    DecisionSpans NONE = new DecisionSpans() {
        @Override
        public void decided(UUID order, String status) {
            // nobody hears it
        }

        @Override
        public void end(Optional<Throwable> why) {
            // nobody hears it
        }
    };

    /** An order has its verdict; one without a span is nothing. */
    void decided(UUID order, String status);

    /**
     * Ends the spans of those that have no verdict by this.
     *
     * @param why what failed; empty when others decided them, or they wait
     */
    void end(Optional<Throwable> why);
}
