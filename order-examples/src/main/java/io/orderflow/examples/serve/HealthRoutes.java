package io.orderflow.examples.serve;

import io.orderflow.Health;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * For a load balancer: {@code /health/live} answers as long as the process does, {@code /health/ready} says 503 while
 * it cannot do its work. Neither asks the database, so both answer at once in an outage. They name what is wrong and
 * not how: what a driver says may name servers and users, and stands in the log.
 */
final class HealthRoutes {
    private final Supplier<Health> health;
    private final Supplier<Optional<String>> waitingFor;
    private final Health.Status notReady;

    /**
     * Prepares the routes.
     *
     * @param health how the process is
     * @param waitingFor what is missing before it can work at all
     * @param notReady from which status on it is not ready
     */
    HealthRoutes(Supplier<Health> health, Supplier<Optional<String>> waitingFor, Health.Status notReady) {
        this.health = health;
        this.waitingFor = waitingFor;
        this.notReady = notReady;
    }

    void register(Router router) {
        HttpAnswers.look(router, "/health/live").handler(this::live);
        HttpAnswers.look(router, "/health/ready").handler(this::ready);
    }

    /** The same as numbers. */
    HealthMeters meters() {
        return new HealthMeters(health, () -> isReady(status(health.get(), waitingFor.get())));
    }

    private void live(RoutingContext context) {
        HttpAnswers.json(context.response(), 200, ShopJson.alive());
    }

    private void ready(RoutingContext context) {
        Health now = health.get();
        Optional<String> missing = waitingFor.get();
        Health.Status status = status(now, missing);
        HttpAnswers.json(context.response(), isReady(status) ? 200 : 503, ShopJson.health(now, status, missing));
    }

    private static Health.Status status(Health now, Optional<String> missing) {
        return missing.isPresent() ? Health.Status.DOWN : now.status();
    }

    private boolean isReady(Health.Status status) {
        return status.compareTo(notReady) < 0;
    }
}
