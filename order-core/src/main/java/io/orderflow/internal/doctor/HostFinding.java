package io.orderflow.internal.doctor;

import io.orderflow.Finding;
import io.orderflow.Finding.Area;
import io.orderflow.queue.Severity;

/** What can be wrong on the host's side: pool, driver, options, virtual machine; and looks that failed. */
enum HostFinding implements FindingKind {
    ISOLATION_READ_UNCOMMITTED(
            Severity.WARNING,
            Area.POOL,
            "reads in your own transactions show what is never committed",
            "transactionIsolation of the pool: TRANSACTION_READ_COMMITTED, or none"),
    ISOLATION_SERIALIZABLE(
            Severity.WARNING,
            Area.POOL,
            "reads in your own transactions lock rows, and workers wait for them",
            "transactionIsolation of the pool: TRANSACTION_READ_COMMITTED, or none"),
    NO_SOCKET_TIMEOUT(
            Severity.WARNING,
            Area.POOL,
            "a read on a connection that went silent waits for ever, and so does its caller",
            "socketTimeout=60000 in the JDBC URL"),
    AUTO_RECONNECT(
            Severity.WARNING,
            Area.POOL,
            "a session that the driver makes anew by itself has lost its isolation, lock wait and time-outs",
            "the JDBC URL without autoReconnect"),
    DRIVER_WITH_HOLE(
            Severity.WARNING,
            Area.POOL,
            "the driver has a hole that is publicly known",
            "the release that the finding names, or later"),
    DRIVER_UNTESTED(
            Severity.NOTE, Area.POOL, "nobody has run the tests with it", "a driver of the table in docs/databases.md"),
    POOL_TOO_SMALL(
            Severity.WARNING,
            Area.POOL,
            "workers, journal, recovery and reads wait for each other, and orders are refused under load",
            "maximumPoolSize of the pool: the worker threads and 4 more"),
    POOL_WAITS_LONG(
            Severity.WARNING,
            Area.POOL,
            "an outage and its end are noticed late, and reads wait as long",
            "connectionTimeout of the pool: 1000 to 2000 ms, below journalTimeout"),
    POOL_VALIDATES_LONG(
            Severity.NOTE,
            Area.POOL,
            "one dead connection takes all the time that a caller waits for one",
            "validationTimeout of the pool: 250 to 1000 ms, below its connectionTimeout"),
    POOL_OUTLIVES_SERVER(
            Severity.WARNING,
            Area.POOL,
            "the server ends connections that the pool gives out, and what runs on them is unknown or fails",
            "maxLifetime of the pool, or its keepaliveTime: a minute less than wait_timeout of the server"),
    POOL_FAILS_AT_START(
            Severity.NOTE,
            Area.POOL,
            "the host does not start while the database is away",
            "initializationFailTimeout of the pool: -1"),
    POOL_UNKNOWN(
            Severity.NOTE,
            Area.POOL,
            "its size and time-outs were not looked at",
            "hold it against docs/databases.md by hand"),
    WEAK_QUEUE_ALLOWED(
            Severity.ERROR,
            Area.PROCESSOR,
            "orders that the queue accepts while the database is away can be lost with it",
            "allowWeakQueue(false)"),
    JSON_WITHOUT_KEY(
            Severity.WARNING,
            Area.PROCESSOR,
            "whoever may write to the queue places orders for every buyer",
            "frameKey, which the producers get too; or acceptJson(false)"),
    JOURNAL_TIMEOUT_SHORT(
            Severity.WARNING,
            Area.PROCESSOR,
            "one locked row looks like an outage of the database",
            "journalTimeout: 1.5 s or more"),
    LEASE_SHORT(
            Severity.WARNING,
            Area.PROCESSOR,
            "one batch that waits for locks and a slow answer outlives it, and its orders are tried twice",
            "lease of WorkerConfig: 10 s or more"),
    HEAP_SMALL(
            Severity.WARNING,
            Area.JVM,
            "a full buffer and full batches do not fit, and work ends with OutOfMemoryError",
            "-Xmx256m or more"),
    NAMES_KEPT_FOR_EVER(
            Severity.WARNING,
            Area.JVM,
            "after a fail-over by DNS the process goes on asking the old address until it restarts",
            "networkaddress.cache.ttl=30 in java.security"),
    LOOK_NOT_ALLOWED(
            Severity.NOTE,
            Area.DATABASE,
            "what this look would find is not known",
            "GRANT the right that the finding names to the pool's user"),
    LOOK_FAILED(Severity.WARNING, Area.DATABASE, "what this look would find is not known", "what the finding says"),
    LOOK_TOOK_TOO_LONG(
            Severity.WARNING,
            Area.DATABASE,
            "what this look would find is not known; a server that answers so slowly decides slowly",
            "a server that is less busy, or a longer lookTimeout");

    private final Severity severity;
    private final Area area;
    private final String stake;
    private final String setting;

    HostFinding(Severity severity, Area area, String stake, String setting) {
        this.severity = severity;
        this.area = area;
        this.stake = stake;
        this.setting = setting;
    }

    @Override
    public Finding of(String found) {
        return new Finding(id(), severity, area, found, stake, setting);
    }
}
