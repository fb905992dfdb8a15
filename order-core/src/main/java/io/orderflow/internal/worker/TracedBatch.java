package io.orderflow.internal.worker;

import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.engine.BatchResult;
import io.orderflow.internal.telemetry.DecisionSpans;
import io.orderflow.internal.telemetry.TracedOrder;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A batch with a span for each order whose trace is recorded. Each attempt has spans of its own. All static. */
final class TracedBatch {
    private TracedBatch() {}

    /** Decides orders; without a trace among them that is all. */
    static BatchResult decide(WorkerEvents events, List<OrderEntry> entries, WorkerContext.Decider batch)
            throws SQLException {
        List<TracedOrder> traced = traced(entries);
        return traced.isEmpty() ? batch.run() : decideTraced(events.deciding(traced), batch);
    }

    private static BatchResult decideTraced(DecisionSpans spans, WorkerContext.Decider batch) throws SQLException {
        Optional<Throwable> why = Optional.empty();
        try {
            BatchResult result = batch.run();
            result.verdicts()
                    .forEach(verdict -> spans.decided(
                            verdict.entry().id(), verdict.status().name().toLowerCase(Locale.ROOT)));
            return result;
        } catch (SQLException | RuntimeException | Error e) {
            why = Optional.of(e);
            throw e;
        } finally {
            spans.end(why);
        }
    }

    private static List<TracedOrder> traced(List<OrderEntry> entries) {
        List<TracedOrder> traced = List.of();
        for (OrderEntry entry : entries) {
            if (entry.trace().isPresent() && entry.trace().get().isSampled()) {
                // most batches have none
                traced = traced.isEmpty() ? new ArrayList<>() : traced;
                traced.add(new TracedOrder(entry.id(), entry.trace().get()));
            }
        }
        return traced;
    }
}
