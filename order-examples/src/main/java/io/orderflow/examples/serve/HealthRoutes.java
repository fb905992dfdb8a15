package io.orderflow.examples.serve;

import static io.orderflow.examples.serve.HealthMeters.Part.QUEUE;

import io.orderflow.Health;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * For a load balancer: {@code /health/live} answers as long as the process does, {@code /health/ready} says 503 while
 * it cannot do its work. Neither asks the database, so both answer at once in an outage. They name what is wrong and
 * not how, but for feeds: what a driver says may name servers and users, and stands in the log.
 */
final class HealthRoutes {
    private final Supplier<Health> health;
    private final Supplier<Optional<String>> waitingFor;
    private final Predicate<Health> works;

    /**
     * Prepares the routes.
     *
     * @param health how the process is
     * @param waitingFor what is missing before it can work at all
     * @param works whether it can do its work
     */
    HealthRoutes(Supplier<Health> health, Supplier<Optional<String>> waitingFor, Predicate<Health> works) {
        this.health = health;
        this.waitingFor = waitingFor;
        this.works = works;
    }

    void register(Router router) {
        HttpAnswers.look(router, "/health/live").handler(this::live);
        HttpAnswers.look(router, "/health/ready").handler(this::ready);
    }

    /** The same as numbers. */
    HealthMeters meters() {
        return new HealthMeters(health, () -> isReady(health.get(), waitingFor.get()));
    }

    private void live(RoutingContext context) {
        HttpAnswers.json(context.response(), 200, ShopJson.alive());
    }

    private void ready(RoutingContext context) {
        Health now = health.get();
        Optional<String> missing = waitingFor.get();
        Health.Status status = status(now, missing);
        HttpAnswers.json(context.response(), isReady(now, missing) ? 200 : 503, ShopJson.health(now, status, missing));
    }

    private static Health.Status status(Health now, Optional<String> missing) {
        return missing.isPresent() ? Health.Status.DOWN : now.status();
    }

    private boolean isReady(Health now, Optional<String> missing) {
        return missing.isEmpty() && works.test(now);
    }

    /** Whether orders can be accepted: also while something is away that this can do without. */
    static boolean accepts(Health now) {
        return now.status() != Health.Status.DOWN;
    }

    /** Whether orders can be decided: also while the queue is away, since recovery takes them from the journal. */
    static boolean decides(Health now) {
        return accepts(now) && now.checks().stream().allMatch(check -> HealthMeters.Part.of(check) == QUEUE);
    }
}
