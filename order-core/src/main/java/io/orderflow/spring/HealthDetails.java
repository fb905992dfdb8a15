package io.orderflow.spring;

import io.orderflow.Health;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What Actuator tells of a processor. Degraded is up for whoever restarts processes, since what can be tried again is,
 * without end; the details say more.
 *
 * @param down whether it is DOWN for Actuator
 * @param details the status, how many submissions wait, and each part that is not well
 */
record HealthDetails(boolean down, Map<String, Object> details) {
    /** Whether Actuator's properties let it be told, in the form that an annotation takes. */
    static final String ENABLED = "${management.health.orderflow.enabled:${management.health.defaults.enabled:true}}";

    static HealthDetails of(Health health) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("orderflow", health.status());
        details.put("waiting", health.waiting());
        health.checks().forEach(check -> details.put(check.name(), check.status() + ": " + check.detail()));
        return new HealthDetails(health.status() == Health.Status.DOWN, details);
    }
}
