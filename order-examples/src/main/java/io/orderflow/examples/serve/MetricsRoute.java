package io.orderflow.examples.serve;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.orderflow.OrderMetrics;
import io.orderflow.OrderProcessor;
import io.orderflow.examples.common.Shop;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** For Prometheus: {@code GET /metrics}. Waits for a dead server for a fraction of a second at most. */
final class MetricsRoute implements AutoCloseable {
    static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    /** Those whose percentiles are wanted over all processes, which only buckets can give. */
    private static final Set<String> TIMED = Set.of("orderflow.accept", "orderflow.decide", VerdictSampler.METER);

    /** From what an idle machine takes to what nobody waits for. */
    private static final List<Duration> BUCKETS = Stream.of(
                    1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 300_000)
            .map(Duration::ofMillis)
            .toList();

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final ProcessMeters process = new ProcessMeters();
    private final Optional<VerdictSampler> verdicts;

    /** Meters of one process: the processor's, which count from now on, its health, its pool and its JVM. */
    static MetricsRoute ofProcess(OrderProcessor orders, HealthRoutes health, Shop shop) {
        return new MetricsRoute(orders, health, shop, false);
    }

    /** The same, with what the database is asked for the whole shop. */
    static MetricsRoute ofShop(OrderProcessor orders, HealthRoutes health, Shop shop) {
        return new MetricsRoute(orders, health, shop, true);
    }

    private MetricsRoute(OrderProcessor orders, HealthRoutes health, Shop shop, boolean ofShop) {
        registry.config().meterFilter(new Buckets());
        new OrderMetrics(orders).bindTo(registry);
        health.meters().bindTo(registry);
        shop.meter(registry);
        process.bindTo(registry);
        verdicts = ofShop ? Optional.of(new VerdictSampler(orders.records(), registry).start()) : Optional.empty();
    }

    /** Gives the timers buckets. */
    private static final class Buckets implements MeterFilter {
        @Override
        public DistributionStatisticConfig configure(Meter.Id id, DistributionStatisticConfig config) {
            return TIMED.contains(id.getName())
                    ? DistributionStatisticConfig.builder()
                            .serviceLevelObjectives(BUCKETS.stream()
                                    .mapToDouble(Duration::toNanos)
                                    .toArray())
                            .build()
                            .merge(config)
                    : config;
        }
    }

    /** Counts what a limit refuses, too. */
    void count(RateLimit limit) {
        FunctionCounter.builder("orderflow.http.limited", limit, RateLimit::refused)
                .description("requests that were refused since their client sends more than it may")
                .baseUnit("requests")
                .register(registry);
    }

    void register(Router router) {
        HttpAnswers.look(router, "/metrics").handler(this::metrics);
    }

    private void metrics(RoutingContext context) {
        verdicts.ifPresent(VerdictSampler::asked);
        HttpAnswers.whenDone(
                context,
                context.vertx().executeBlocking(registry::scrape, false),
                text -> HttpAnswers.send(context.response(), 200, CONTENT_TYPE, text));
    }

    @Override
    public void close() {
        verdicts.ifPresent(VerdictSampler::close);
        process.close();
        registry.close();
    }
}
