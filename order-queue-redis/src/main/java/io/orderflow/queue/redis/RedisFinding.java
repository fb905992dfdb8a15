package io.orderflow.queue.redis;

import io.orderflow.queue.QueueFinding;
import io.orderflow.queue.Severity;
import java.util.Locale;

/** What can be wrong with a Redis server; a test holds the table in the documents against it. */
enum RedisFinding {
    REDIS_TOO_OLD(
            Severity.ERROR,
            "commands of the queue mean nothing there, and no message is taken or given",
            "Redis 6.2 or later, or Valkey"),
    REDIS_NO_AOF(
            Severity.WARNING,
            "messages are gone when the server ends; while the database is away no order is accepted",
            "CONFIG SET appendonly yes, then CONFIG REWRITE"),
    REDIS_APPENDFSYNC(
            Severity.WARNING,
            "stored messages are lost on a kill when the disk is slow; while the database is away no order is accepted",
            "CONFIG SET appendfsync always, then CONFIG REWRITE"),
    REDIS_NO_FSYNC_ON_REWRITE(
            Severity.WARNING,
            "stored messages are lost on a kill while the file is rewritten; while the database is away no order is"
                    + " accepted",
            "CONFIG SET no-appendfsync-on-rewrite no, then CONFIG REWRITE"),
    REDIS_AOF_NOT_WRITTEN(
            Severity.ERROR,
            "the server refuses messages, or loses them when it ends",
            "room and health of the disk under the append-only file"),
    REDIS_EVICTS(
            Severity.WARNING,
            "a full server may delete the whole stream; while the database is away no order is accepted",
            "CONFIG SET maxmemory-policy noeviction, then CONFIG REWRITE"),
    REDIS_NEARLY_FULL(
            Severity.WARNING,
            "a full server refuses messages, and orders reach the workers a second later",
            "CONFIG SET maxmemory to more, or 0; more workers if messages wait"),
    REDIS_REPLICAS_NOT_AWAITED(
            Severity.WARNING,
            "a replica that takes over lacks what it had not received; while the database is away no order is accepted",
            "replicas(n) of RedisQueue.builder"),
    REDIS_TOO_FEW_REPLICAS(
            Severity.WARNING,
            "each message waits for replicas that are not there, and none is accepted by the queue alone",
            "start the replicas that are away, or a smaller replicas(n)"),
    REDIS_SETTINGS_HIDDEN(
            Severity.WARNING,
            "the queue counts as not durable: while the database is away no order is accepted",
            "ACL SETUSER with INFO and CONFIG GET for the queue's user");

    private final Severity severity;
    private final String stake;
    private final String setting;

    RedisFinding(Severity severity, String stake, String setting) {
        this.severity = severity;
        this.stake = stake;
        this.setting = setting;
    }

    /** It was found. */
    QueueFinding of(String found) {
        return new QueueFinding(id(), severity, found, stake, setting);
    }

    /** Its name as users see it. */
    String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
