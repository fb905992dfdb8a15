package io.orderflow;

import static java.util.Objects.requireNonNull;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.ReceiverContext;
import io.micrometer.observation.transport.SenderContext;
import io.orderflow.internal.telemetry.AcceptSpan;
import io.orderflow.internal.telemetry.DecisionSpans;
import io.orderflow.internal.telemetry.Telemetry;
import io.orderflow.internal.telemetry.TracedOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Spans of one processor for Micrometer: {@code new OrderTracing(processor).bindTo(registry)}. An order has two, its
 * acceptance and its decision, in whatever process that is: see {@code docs/tracing.md}. Needs
 * {@code io.micrometer:micrometer-observation}, which the library does not bring. A host that does not use this class
 * does not need it.
 *
 * <p>The order's trace is the one that its request names, or else that of the observation which is current where it is
 * submitted. An order without either, or whose trace is not recorded, has no span.
 *
 * <p>Thread-safe.
 */
public final class OrderTracing {
    private static final String ACCEPT = "orderflow.order.accept";
    private static final String DECIDE = "orderflow.order.decide";
    private static final String OUTCOME = "outcome";
    private static final String ORDER = "orderflow.order";
    private static final String PARENT = "traceparent";
    private static final String STATE = "tracestate";

    private final OrderProcessor processor;
    private final Set<ObservationRegistry> bound = ConcurrentHashMap.newKeySet();

    /** Prepares it; no spans yet. */
    public OrderTracing(OrderProcessor processor) {
        this.processor = requireNonNull(processor, "processor");
    }

    /** Makes spans from now on, for as long as the processor lives. A second time does nothing. */
    public void bindTo(ObservationRegistry registry) {
        if (bound.add(requireNonNull(registry, "registry"))) {
            processor.observe(new Spans(registry));
        }
    }

    /** What is made of what the processor tells. */
    private static final class Spans implements Telemetry {
        private final ObservationRegistry registry;

        Spans(ObservationRegistry registry) {
            this.registry = registry;
        }

        @Override
        public boolean followsTraces() {
            return true;
        }

        @Override
        public Optional<AcceptSpan> accepting(OrderRequest request) {
            if (request.trace().isPresent()) {
                return request.trace().filter(TraceContext::isSampled).map(trace ->
                        (AcceptSpan) new OpenAcceptance(child(ACCEPT, trace, Kind.SERVER, request.id()), request));
            }
            return registry.getCurrentObservation() == null ? Optional.empty() : Optional.of(ofCurrent(request));
        }

        /** The span's own ids travel with the order, as they would in the headers of a message. */
        private OpenAcceptance ofCurrent(OrderRequest request) {
            Map<String, String> headers = new HashMap<>();
            SenderContext<Map<String, String>> sent = new SenderContext<>(
                    (carrier, name, value) -> carrier.put(name.toLowerCase(Locale.ROOT), value), Kind.PRODUCER);
            sent.setCarrier(headers);
            Observation span = started(ACCEPT, sent, request.id());
            OrderRequest traced = TraceContext.ofHeaders(valuesOf(headers, PARENT), valuesOf(headers, STATE))
                    .map(request::withTrace)
                    .orElse(request);
            return new OpenAcceptance(span, traced);
        }

        private static List<String> valuesOf(Map<String, String> headers, String name) {
            return Optional.ofNullable(headers.get(name)).stream().toList();
        }

        @Override
        public DecisionSpans deciding(List<TracedOrder> orders) {
            Map<UUID, Observation> open = new HashMap<>();
            // the same order may come twice
            orders.forEach(
                    order -> open.computeIfAbsent(order.id(), id -> child(DECIDE, order.trace(), Kind.CONSUMER, id)));
            return new OpenDecisions(open);
        }

        private Observation child(String name, TraceContext parent, Kind kind, UUID order) {
            ReceiverContext<TraceContext> received = new ReceiverContext<>(Spans::header, kind);
            received.setCarrier(parent);
            return started(name, received, order);
        }

        private Observation started(String name, Observation.Context context, UUID order) {
            return Observation.createNotStarted(name, () -> context, registry)
                    .highCardinalityKeyValue(ORDER, order.toString())
                    .start();
        }

        /** A header of a trace; null for one that it does not have, as the interface wants it. */
        private static @Nullable String header(TraceContext trace, String name) {
            return switch (name.toLowerCase(Locale.ROOT)) {
                case PARENT -> trace.traceparent();
                case STATE -> trace.tracestate().isEmpty() ? null : trace.tracestate();
                default -> null;
            };
        }
    }

    private static void end(Observation span, String outcome) {
        span.lowCardinalityKeyValue(OUTCOME, outcome).stop();
    }

    private record OpenAcceptance(Observation span, OrderRequest request) implements AcceptSpan {
        @Override
        public void end(Optional<SubmitResult> result) {
            OrderTracing.end(
                    span,
                    result.map(answer -> answer.outcome().name().toLowerCase(Locale.ROOT))
                            .orElse("failed"));
        }
    }

    private record OpenDecisions(Map<UUID, Observation> open) implements DecisionSpans {
        @Override
        public void decided(UUID order, String status) {
            Observation span = open.remove(order);
            if (span != null) {
                OrderTracing.end(span, status);
            }
        }

        @Override
        public void end(Optional<Throwable> why) {
            open.values().forEach(span -> {
                why.ifPresent(span::error);
                OrderTracing.end(span, why.isPresent() ? "failed" : "not_decided");
            });
        }
    }
}
