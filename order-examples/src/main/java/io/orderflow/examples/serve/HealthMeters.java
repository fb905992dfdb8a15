package io.orderflow.examples.serve;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.orderflow.Health;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** What {@code /health/ready} says, as numbers. Thread-safe. */
final class HealthMeters implements MeterBinder {
    private final Supplier<Health> health;
    private final BooleanSupplier ready;

    HealthMeters(Supplier<Health> health, BooleanSupplier ready) {
        this.health = health;
        this.ready = ready;
    }

    /** What a check belongs to, by its name. */
    enum Part {
        /** As the intake sees it. */
        JOURNAL,
        /** As intake and workers see it. */
        QUEUE,
        /** Workers, recovery, listeners, and the readers of feeds in this process. */
        WORK,
        /** How far the feeds of the shop are read, by whichever process. */
        FEEDS;

        static Part of(Health.Check check) {
            String name = check.name();
            if (name.startsWith("feed-")) {
                return FEEDS;
            }
            if (name.equals("queue") || name.endsWith(".queue")) {
                return QUEUE;
            }
            return name.equals("journal") ? JOURNAL : WORK;
        }
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("orderflow.ready", () -> ready.getAsBoolean() ? 1 : 0)
                .description("1 while /health/ready says 200, else 0")
                .register(registry);
        for (Part part : Part.values()) {
            Gauge.builder("orderflow.health", () -> worst(part))
                    .description("how a part is: 0 up, 1 degraded, 2 down")
                    .tag("part", part.name().toLowerCase(Locale.ROOT))
                    .register(registry);
        }
    }

    private int worst(Part part) {
        return health.get().checks().stream()
                .filter(check -> Part.of(check) == part)
                .mapToInt(check -> check.status().ordinal())
                .max()
                .orElse(0);
    }
}
