package io.orderflow.examples.embed;

import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.OrderTracing;
import io.orderflow.WorkerConfig;
import java.time.Duration;
import java.util.Comparator;

/** An order's way as spans, by Micrometer and OpenTelemetry. A real host has its registry from its framework. */
public final class TracingMain {
    private TracingMain() {}

    public static void main(String[] args) throws InterruptedException {
        FinishedSpans spans = new FinishedSpans();
        ObservationRegistry registry = SpanRegistry.of(spans);
        try (HikariDataSource pool = Database.open(args);
                OrderProcessor orders =
                        OrderProcessor.builder(pool).createTables(true).build()) {
            // sample: begin
            new OrderTracing(orders).bindTo(registry); // before orders.start()
            // sample: end
            orders.start();
            orders.workers(WorkerConfig.defaults()).start();
            orders.inventory().define(1, 250, 10, "product-1");
            orders.wallets().open(7, 5_000, "wallet-7");
            OrderRequest request = OrderRequest.of(7).line(1, 2).build();
            // what a web framework makes of each request
            Observation.createNotStarted("checkout", registry).observe(() -> orders.submit(request));
            orders.await(request.id(), Duration.ofSeconds(30));
        }
        // in the order of their beginnings: a verdict may come before the request has ended
        spans.all().stream()
                .sorted(Comparator.comparing(SpanData::getStartEpochNanos))
                .forEach(span -> show(span, spans));
        long traces = spans.all().stream().map(SpanData::getTraceId).distinct().count();
        System.out.println("traces: " + traces);
    }

    private static void show(SpanData span, FinishedSpans spans) {
        String outcome = span.getAttributes().get(AttributeKey.stringKey("outcome"));
        System.out.println(spans.parentOf(span) + " > " + span.getName() + (outcome == null ? "" : ": " + outcome));
    }
}
