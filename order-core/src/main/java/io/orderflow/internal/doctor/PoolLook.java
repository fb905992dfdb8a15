package io.orderflow.internal.doctor;

import io.orderflow.WorkerConfig;
import java.time.Duration;
import java.util.Map;

/** Holds a pool against the workers on it, the processor's time-outs and the server's. No I/O. */
final class PoolLook {
    /** Journal, recovery, expiry and a read. */
    private static final int BESIDE_WORKERS = 4;

    /** So many connections are for others, the operator's among them. */
    private static final int FOR_OTHERS = 10;

    /** A time-out of this length does no harm, whatever the others are; milliseconds. */
    private static final long SHORT = 1_000;

    private final PoolFacts pool;
    private final FindingList findings;

    PoolLook(PoolFacts pool, FindingList findings) {
        this.pool = pool;
        this.findings = findings;
    }

    /** Judges what holds for each database. */
    void atPool(WorkerConfig workers) {
        if (!pool.isKnown()) {
            findings.add(HostFinding.POOL_UNKNOWN, "the data source is a " + pool.className());
            return;
        }
        long needed = workers.threads() + BESIDE_WORKERS;
        long size = pool.size().orElse(needed);
        findings.addIf(
                size < needed,
                HostFinding.POOL_TOO_SMALL,
                "the pool has " + size + " connections, and " + workers.threads() + " worker threads need " + needed);
    }

    /** Judges what holds for a server, by its variables. */
    void atServer(Map<String, String> variables, Duration journalTimeout) {
        long wait = pool.patience().orElse(0);
        findings.addIf(
                wait < 0 || wait >= journalTimeout.toMillis(),
                HostFinding.POOL_WAITS_LONG,
                "the pool waits " + (wait < 0 ? "for ever" : wait + " ms") + " for a connection, and journalTimeout is "
                        + journalTimeout.toMillis() + " ms");
        long validation = pool.validation().orElse(0);
        findings.addIf(
                validation > SHORT && validation >= pool.patience().orElse(Long.MAX_VALUE),
                HostFinding.POOL_VALIDATES_LONG,
                "the pool waits " + validation + " ms for the test of a connection, and "
                        + pool.patience().orElse(0) + " ms for a connection");
        findings.addIf(
                pool.failTimeout().orElse(-1) >= 0,
                HostFinding.POOL_FAILS_AT_START,
                "initializationFailTimeout of the pool is " + pool.failTimeout().orElse(0));
        atAge(Long.parseLong(variables.getOrDefault("wait_timeout", "28800")) * 1_000);
        long most = Long.parseLong(variables.getOrDefault("max_connections", "100000"));
        findings.addIf(
                pool.size().orElse(0) > most - FOR_OTHERS,
                ServerFinding.MAX_CONNECTIONS,
                "max_connections is " + most + ", and this pool alone has "
                        + pool.size().orElse(0));
    }

    private void atAge(long serverMillis) {
        if (pool.lifetime().isEmpty()) {
            return;
        }
        long lifetime = pool.lifetime().getAsLong();
        long keepalive = pool.keepalive().orElse(0);
        boolean keptAlive = keepalive > 0 && keepalive < serverMillis;
        boolean endsBefore = lifetime > 0 && lifetime < serverMillis;
        findings.addIf(
                !endsBefore && !keptAlive,
                HostFinding.POOL_OUTLIVES_SERVER,
                "connections of the pool live for " + (lifetime > 0 ? lifetime + " ms" : "ever")
                        + ", and wait_timeout of the server is " + serverMillis + " ms");
    }
}
