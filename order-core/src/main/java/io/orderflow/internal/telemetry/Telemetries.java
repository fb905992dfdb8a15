package io.orderflow.internal.telemetry;

import static java.util.Objects.requireNonNull;

import io.orderflow.CancelOutcome;
import io.orderflow.ConfirmOutcome;
import io.orderflow.DeadLetterReason;
import io.orderflow.OrderRequest;
import io.orderflow.RefundOutcome;
import io.orderflow.ReleaseOutcome;
import io.orderflow.SubmitResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells all who want to hear; with nobody there, each call is one look at an empty list. What one of them throws goes
 * no further: no order may wait or fail for a number. Thread-safe.
 */
public final class Telemetries implements Telemetry {
    private static final Logger log = LoggerFactory.getLogger(Telemetries.class);

    private final List<Telemetry> all = new CopyOnWriteArrayList<>();

    /** Those of all who make spans: mostly nobody, and then an order costs one look at this list. */
    private final List<Telemetry> tracers = new CopyOnWriteArrayList<>();

    /** Starts with nobody. */
    public Telemetries() {}

    /** From now on this one hears too. */
    public void add(Telemetry telemetry) {
        all.add(requireNonNull(telemetry, "telemetry"));
        if (telemetry.followsTraces()) {
            tracers.add(telemetry);
        }
    }

    /** From now on this one hears nothing more. */
    public void remove(Telemetry telemetry) {
        all.remove(telemetry);
        tracers.remove(telemetry);
    }

    @Override
    public boolean followsTraces() {
        return !tracers.isEmpty();
    }

    @Override
    public Optional<AcceptSpan> accepting(OrderRequest request) {
        if (tracers.isEmpty()) {
            return Optional.empty();
        }
        List<AcceptSpan> spans = new ArrayList<>(1);
        for (Telemetry telemetry : tracers) {
            // each may name the trace for those after it
            OrderRequest now =
                    spans.isEmpty() ? request : spans.get(spans.size() - 1).request();
            GuardedSpans.quietly(() -> telemetry.accepting(now).ifPresent(spans::add));
        }
        return spans.isEmpty()
                ? Optional.empty()
                : Optional.of(GuardedSpans.accepting(spans.get(spans.size() - 1).request(), spans));
    }

    @Override
    public DecisionSpans deciding(List<TracedOrder> orders) {
        List<DecisionSpans> spans = new ArrayList<>(1);
        tracers.forEach(telemetry -> GuardedSpans.quietly(() -> spans.add(telemetry.deciding(orders))));
        return GuardedSpans.deciding(spans);
    }

    @Override
    public void answered(SubmitResult result, long nanos) {
        if (!all.isEmpty()) {
            tell(telemetry -> telemetry.answered(result, nanos));
        }
    }

    @Override
    public void grouped(int orders) {
        tell(telemetry -> telemetry.grouped(orders));
    }

    @Override
    public void decided(Batch batch) {
        tell(telemetry -> telemetry.decided(batch));
    }

    @Override
    public void retried(RetryCause cause) {
        tell(telemetry -> telemetry.retried(cause));
    }

    @Override
    public void deadlocked() {
        tell(Telemetry::deadlocked);
    }

    @Override
    public void redelivered(int messages) {
        tell(telemetry -> telemetry.redelivered(messages));
    }

    @Override
    public void cancelled(CancelOutcome outcome) {
        tell(telemetry -> telemetry.cancelled(outcome));
    }

    @Override
    public void refunded(RefundOutcome outcome) {
        tell(telemetry -> telemetry.refunded(outcome));
    }

    @Override
    public void confirmed(ConfirmOutcome outcome) {
        tell(telemetry -> telemetry.confirmed(outcome));
    }

    @Override
    public void released(ReleaseOutcome outcome) {
        tell(telemetry -> telemetry.released(outcome));
    }

    @Override
    public void expired(int orders) {
        tell(telemetry -> telemetry.expired(orders));
    }

    @Override
    public void deadLettered(DeadLetterReason reason) {
        tell(telemetry -> telemetry.deadLettered(reason));
    }

    private void tell(Consumer<Telemetry> event) {
        for (Telemetry telemetry : all) {
            try {
                event.accept(telemetry);
            } catch (RuntimeException | Error e) {
                log.debug("a meter failed; what it was told is missing from its figures", e);
            }
        }
    }
}
