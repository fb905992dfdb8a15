package io.orderflow.internal.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.OrderRequest;
import io.orderflow.SubmitResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What an order costs that nobody traces, whoever else listens. */
class TelemetriesTest {
    private static final OrderRequest ORDER = OrderRequest.of(7).line(1, 1).build();

    private final Telemetries all = new Telemetries();
    private final List<OrderRequest> begun = new ArrayList<>();

    @Test
    void whoMakesNoSpansIsNotTold() {
        all.add(new Listener(false));
        assertFalse(all.followsTraces());
        assertEquals(Optional.empty(), all.accepting(ORDER));
        all.deciding(List.of());
        assertEquals(List.of(), begun);
    }

    @Test
    void requestsThatNobodyTracesAreSubmittedAsTheyAre() {
        all.add(new Listener(false));
        List<OrderRequest> requests = List.of(ORDER, ORDER);
        List<SubmitResult> answers = List.of();
        assertSame(answers, TracedSubmissions.submitAll(all, requests, submitted -> {
            assertSame(requests, submitted, "not a copy");
            return answers;
        }));
    }

    @Test
    void whoMakesSpansIsToldUntilItIsRemoved() {
        Listener tracer = new Listener(true);
        all.add(new Listener(false));
        all.add(tracer);
        assertTrue(all.followsTraces());
        assertEquals(Optional.empty(), all.accepting(ORDER));
        assertEquals(List.of(ORDER), begun);
        all.remove(tracer);
        assertFalse(all.followsTraces());
    }

    private final class Listener implements Telemetry {
        private final boolean traces;

        Listener(boolean traces) {
            this.traces = traces;
        }

        @Override
        public boolean followsTraces() {
            return traces;
        }

        @Override
        public Optional<AcceptSpan> accepting(OrderRequest request) {
            begun.add(request);
            return Optional.empty();
        }

        @Override
        public DecisionSpans deciding(List<TracedOrder> orders) {
            begun.add(ORDER);
            return DecisionSpans.NONE;
        }
    }
}
