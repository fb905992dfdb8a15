package io.orderflow.internal.telemetry;

import io.orderflow.OrderRequest;
import io.orderflow.SubmitResult;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Spans of all who follow traces, as one. What one of them throws goes no further. All static. */
final class GuardedSpans {
    private static final Logger log = LoggerFactory.getLogger(GuardedSpans.class);

    private GuardedSpans() {}

    /** Does something for a trace, which no order may wait or fail for. */
    static void quietly(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error e) {
            log.debug("a span failed; it is missing from its trace", e);
        }
    }

    static AcceptSpan accepting(OrderRequest request, List<AcceptSpan> all) {
        return new AcceptSpan() {
            @Override
            public OrderRequest request() {
                return request;
            }

            @Override
            public void end(Optional<SubmitResult> result) {
                each(all, span -> span.end(result));
            }
        };
    }

    static DecisionSpans deciding(List<DecisionSpans> all) {
        return new DecisionSpans() {
            @Override
            public void decided(UUID order, String status) {
                each(all, spans -> spans.decided(order, status));
            }

            @Override
            public void end(Optional<Throwable> why) {
                each(all, spans -> spans.end(why));
            }
        };
    }

    private static <T> void each(List<T> all, Consumer<T> step) {
        all.forEach(one -> quietly(() -> step.accept(one)));
    }
}
