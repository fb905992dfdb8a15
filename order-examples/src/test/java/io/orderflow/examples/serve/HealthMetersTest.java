package io.orderflow.examples.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.orderflow.Health;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Health as meters")
class HealthMetersTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private Optional<String> missing = Optional.empty();
    private Health health = health(Health.Status.UP);

    HealthMetersTest() {
        new HealthRoutes(() -> health, () -> missing, HealthRoutes::accepts)
                .meters()
                .bindTo(registry);
    }

    private static Health health(Health.Status status, Health.Check... checks) {
        return new Health(status, List.of(checks), Optional.empty(), Optional.empty(), 0, 0, 0, Optional.empty());
    }

    private static Health.Check check(String name, Health.Status status) {
        return new Health.Check(name, status, "");
    }

    private void assertParts(int journal, int queue, int work) {
        assertEquals(journal, part("journal"));
        assertEquals(queue, part("queue"));
        assertEquals(work, part("work"));
    }

    private double part(String name) {
        return registry.get("orderflow.health").tag("part", name).gauge().value();
    }

    @Test
    @DisplayName("is of the part that a check belongs to, the worst of them")
    void parts() {
        assertParts(0, 0, 0);
        health = health(
                Health.Status.DOWN,
                check("journal", Health.Status.DEGRADED),
                check("queue", Health.Status.UP),
                check("workers.queue", Health.Status.DOWN));
        assertParts(1, 2, 0);
        health = health(
                Health.Status.DOWN,
                check("queue", Health.Status.DEGRADED),
                check("workers", Health.Status.DOWN),
                check("recovery", Health.Status.DEGRADED));
        assertParts(0, 1, 2);
        assertEquals(0, part("feeds"));
        health = health(Health.Status.DEGRADED, check("feed-mail.queue", Health.Status.DEGRADED));
        assertParts(0, 0, 0);
        assertEquals(1, part("feeds"));
    }

    @Test
    @DisplayName("is ready as the route says: not while it is down, nor while something is missing")
    void ready() {
        assertReady(1);
        health = health(Health.Status.DEGRADED);
        assertReady(1);
        health = health(Health.Status.DOWN);
        assertReady(0);
        health = health(Health.Status.UP);
        missing = Optional.of("the tables");
        assertReady(0);
    }

    private void assertReady(int ready) {
        assertEquals(ready, registry.get("orderflow.ready").gauge().value());
    }
}
