package io.orderflow.internal.schema;

/** What of a server, a session, a driver or the tables can be refused. */
public enum ServerRefusal {
    /** A server that only speaks the language of MySQL. */
    LOOK_ALIKE,
    /** A group of servers whose verdicts would rest on old rows. */
    GROUP_REPLICATION,
    /** A URL that lets the driver change the server under a session. */
    SEVERAL_HOSTS,
    /** A release before the oldest that is supported. */
    SERVER_TOO_OLD,
    /** Wrong values would be stored silently. */
    SQL_MODE_NOT_STRICT,
    /** Statements would mean something else. */
    SQL_MODE_OTHER_MEANING,
    /** The binary log forbids READ COMMITTED. */
    BINLOG_FORMAT,
    /** Statements would be too long. */
    MAX_ALLOWED_PACKET,
    /** Statements without a key would be refused. */
    SQL_SAFE_UPDATES,
    /** Answers would be cut. */
    SQL_SELECT_LIMIT,
    /** The audit would be refused. */
    SQL_BIG_SELECTS,
    /** A commit would begin another transaction, or end the connection. */
    COMPLETION_TYPE,
    /** The driver would repeat a lost transaction by itself. */
    TRANSACTION_REPLAY,
    /** Letters would be lost on their way. */
    CONNECTION_CHARSET,
    /** The driver counts changed rows and not those that matched. */
    AFFECTED_ROWS,
    /** H2 does not speak the language of MySQL. */
    H2_MODE,
    /** H2 writes commits late. */
    H2_WRITE_DELAY,
    /** H2 closes its file when a thread is interrupted. */
    H2_FILE_CLOSES,
    /** H2 may keep a part of a commit. */
    H2_TEARS_COMMITS,
    /** There are no tables, or this user cannot read them. */
    TABLES_MISSING,
    /** The tables are those of another release. */
    TABLES_OF_OTHER_RELEASE,
    /** A table is not as this release makes it. */
    TABLES_DIFFER,
    /** The user lacks a right. */
    RIGHTS_MISSING
}
