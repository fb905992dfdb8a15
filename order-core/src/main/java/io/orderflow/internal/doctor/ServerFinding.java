package io.orderflow.internal.doctor;

import io.orderflow.Finding;
import io.orderflow.Finding.Area;
import io.orderflow.queue.Severity;

/** What a database server, and what the tables hold, can be wrong with and is used all the same. */
enum ServerFinding implements FindingKind {
    DATABASE_AWAY(
            Severity.ERROR,
            "no order is accepted but by a durable queue, and none is decided",
            "start the server, or correct the pool's URL, user and password"),
    SERVER_NOT_WRITABLE(
            Severity.ERROR,
            "no order is accepted by this server, and none is decided",
            "the pool's URL leads to the server that is written to; several servers: WritableDataSource"),
    H2_IN_MEMORY(
            Severity.ERROR,
            "every order is gone when the process ends",
            "jdbc:h2:async:FILE with WRITE_DELAY=0, or MariaDB or MySQL"),
    H2_SHARED(
            Severity.WARNING,
            "processes that share a file of H2 are not in each other's turn: a kill can take orders that were "
                    + "accepted",
            "MariaDB or MySQL for several processes"),
    INNODB_FLUSH_LOG(
            Severity.ERROR,
            "orders that were accepted, and their verdicts, are gone when the server's machine loses power; with "
                    + "0 also when it is killed",
            "SET GLOBAL innodb_flush_log_at_trx_commit = 1"),
    SYNC_BINLOG(
            Severity.ERROR,
            "orders that were accepted, and their verdicts, are gone when the server's machine loses power, since "
                    + "the binary log decides what was committed",
            "SET GLOBAL sync_binlog = 1"),
    INNODB_NO_SYNC(
            Severity.ERROR,
            "orders that were accepted, and their verdicts, are gone when the server's machine loses power",
            "innodb_flush_method = O_DIRECT in the server's configuration"),
    INNODB_DOUBLEWRITE(
            Severity.ERROR,
            "a page that was half written when the power went cannot be repaired, and its orders are gone",
            "innodb_doublewrite = ON in the server's configuration"),
    INNODB_FORCE_RECOVERY(
            Severity.ERROR,
            "the server runs with repairs left out, and can damage what it stores",
            "innodb_force_recovery = 0 in the server's configuration"),
    INNODB_DEADLOCK_DETECT(
            Severity.WARNING,
            "transactions that wait for each other end by their lock wait alone, a second and more later",
            "SET GLOBAL innodb_deadlock_detect = ON"),
    QUERY_CACHE(
            Severity.WARNING,
            "each write takes one lock of the whole server to clear the cache",
            "SET GLOBAL query_cache_type = OFF"),
    GENERAL_LOG(
            Severity.WARNING,
            "each statement is written down, the content of orders included, and the disk fills",
            "SET GLOBAL general_log = OFF"),
    REPLICAS_LATE(
            Severity.WARNING,
            "a replica that takes over lacks orders that were accepted, with their verdicts",
            "semi-synchronous replication, see docs/clusters.md; or promote a replica only when it has caught up"),
    SEMI_SYNC_SHORT(
            Severity.WARNING,
            "when replicas are away for so long the server goes on without them, and a fail-over loses what was "
                    + "accepted",
            "SET GLOBAL rpl_semi_sync_source_timeout (MariaDB: rpl_semi_sync_master_timeout) = 3600000"),
    SEMI_SYNC_AFTER_COMMIT(
            Severity.WARNING,
            "others see a commit before a replica has it, and a fail-over may take it back",
            "SET GLOBAL rpl_semi_sync_source_wait_point (MariaDB: rpl_semi_sync_master_wait_point) = AFTER_SYNC"),
    CLOCK_SKEW(
            Severity.WARNING,
            "times of orders, the ends of holds and the ages in health and meters are wrong by so much",
            "NTP on both machines"),
    TABLES_OUTGROW_MEMORY(
            Severity.WARNING,
            "looking up orders reads the disk, and deciding slows down with every order",
            "archive() or the program archive; innodb_buffer_pool_size for the rest"),
    OLD_SNAPSHOT(
            Severity.WARNING,
            "the server keeps all that was deleted since, and searches walk over it",
            "end it: KILL with the number of its connection; commit or roll back soon in your own transactions"),
    BACKLOG_OLD(
            Severity.WARNING,
            "buyers wait for their verdicts",
            "start workers, or more of them; health() of theirs says what keeps them"),
    HOLDS_OVERDUE(
            Severity.WARNING,
            "stock stays held by orders that nobody confirms any more",
            "start workers: any runner expires holds; health() of theirs says what keeps them"),
    DEAD_LETTERS(
            Severity.WARNING,
            "parked orders have no verdict until somebody sees to them",
            "deadLetters() or the program deadletters"),
    FEED_STANDS_STILL(
            Severity.WARNING,
            "what reads the feed misses all that happens to orders from there on",
            "start the process that reads it, or feeds().delete(name) if it is not used any more"),
    FEED_BEHIND(
            Severity.WARNING,
            "what reads the feed hears late of all that happens to orders",
            "a quicker handler, or a larger batch of FeedConfig"),
    MAX_CONNECTIONS(
            Severity.WARNING,
            "the pool waits for connections that the server refuses",
            "SET GLOBAL max_connections: the sum of all pools and 10 more");

    private final Severity severity;
    private final String stake;
    private final String setting;

    ServerFinding(Severity severity, String stake, String setting) {
        this.severity = severity;
        this.stake = stake;
        this.setting = setting;
    }

    @Override
    public Finding of(String found) {
        return new Finding(id(), severity, Area.DATABASE, found, stake, setting);
    }
}
