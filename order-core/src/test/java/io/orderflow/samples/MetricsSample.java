package io.orderflow.samples;

import io.micrometer.core.instrument.MeterRegistry;
import io.orderflow.OrderMetrics;
import io.orderflow.OrderProcessor;

/** What docs/metrics.md shows. */
final class MetricsSample {
    private MetricsSample() {}

    static void bind(OrderProcessor orders, MeterRegistry registry) {
        // sample: begin
        new OrderMetrics(orders).bindTo(registry); // before orders.start()
        // sample: end
    }
}
