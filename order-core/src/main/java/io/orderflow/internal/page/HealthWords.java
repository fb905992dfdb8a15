package io.orderflow.internal.page;

import io.orderflow.Health;
import io.orderflow.internal.worker.RunnerState;
import java.util.Optional;

/** How a process is, in the words of its checks. */
final class HealthWords {
    private HealthWords() {}

    /** What is wrong with one part; empty when nothing is. */
    static Optional<String> of(Health health, String part) {
        return health.checks().stream()
                .filter(check -> check.name().equals(part))
                .map(Health.Check::detail)
                .findFirst();
    }

    /** The whole, with what is not well. */
    static PageFields shown(Health health) {
        PageFields shown = new PageFields()
                .put("status", health.status().name())
                .put(
                        "checks",
                        health.checks().stream()
                                .map(check -> new PageFields()
                                        .put("name", check.name())
                                        .put("status", check.status().name())
                                        .put("detail", check.detail()))
                                .toList());
        health.replication().ifPresent(known -> shown.put("replication", known.detail()));
        return shown;
    }

    /** A runner of this process. */
    static PageFields runner(RunnerState runner) {
        Health health = runner.health();
        return new PageFields()
                .put("name", runner.name())
                .put("threads", runner.threads())
                .put("status", health.status().name())
                .put("lastPoll", health.lastPoll())
                .put("lastCommit", health.lastCommit());
    }
}
