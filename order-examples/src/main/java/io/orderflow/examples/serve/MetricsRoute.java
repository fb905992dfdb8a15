package io.orderflow.examples.serve;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.orderflow.OrderMetrics;
import io.orderflow.OrderProcessor;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** For Prometheus: {@code GET /metrics}. Waits for a dead server for a fraction of a second at most. */
final class MetricsRoute {
    static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    /** Has the processor's meters counting from now on. */
    MetricsRoute(OrderProcessor orders) {
        new OrderMetrics(orders).bindTo(registry);
    }

    void register(Router router) {
        HttpAnswers.look(router, "/metrics").handler(this::metrics);
    }

    private void metrics(RoutingContext context) {
        HttpAnswers.whenDone(
                context,
                context.vertx().executeBlocking(registry::scrape, false),
                text -> HttpAnswers.send(context.response(), 200, CONTENT_TYPE, text));
    }
}
