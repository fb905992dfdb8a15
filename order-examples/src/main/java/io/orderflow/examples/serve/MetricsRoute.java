package io.orderflow.examples.serve;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.orderflow.OrderMetrics;
import io.orderflow.OrderProcessor;

/** For Prometheus: {@code GET /metrics}. Waits for a dead server for a fraction of a second at most. */
final class MetricsRoute {
    static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    /** Has the processor's meters counting from now on. */
    MetricsRoute(OrderProcessor orders) {
        new OrderMetrics(orders).bindTo(registry);
    }

    void register(RoutesConfig routes) {
        routes.get("/metrics", this::metrics);
    }

    private void metrics(Context context) {
        context.status(200).contentType(CONTENT_TYPE).result(registry.scrape());
    }
}
