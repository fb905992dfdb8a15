package io.orderflow.internal.doctor;

import io.orderflow.Finding;
import io.orderflow.Finding.Area;
import io.orderflow.queue.Severity;

/** What the library refuses at the first contact; each is named as the refusal is. */
enum RefusedFinding implements FindingKind {
    LOOK_ALIKE(
            "verdicts can be wrong: SKIP LOCKED, AUTO_INCREMENT or a lock means something else there",
            "MySQL 8.0 or MariaDB 10.6, or later"),
    GROUP_REPLICATION(
            "refused at the first contact: orders would be rejected on rows that are old",
            "group_replication_single_primary_mode = ON, group_replication_consistency = "
                    + "BEFORE_ON_PRIMARY_FAILOVER"),
    SEVERAL_HOSTS(
            "refused at the first contact: the driver changes the server under a session, whose lock wait and "
                    + "time-outs are gone then",
            "a URL with one host for each server, and their pools in WritableDataSource"),
    SERVER_TOO_OLD(
            "refused at the first contact: statements of the library mean nothing there",
            "MySQL 8.0 or MariaDB 10.6, or later"),
    SQL_MODE_NOT_STRICT(
            "refused at the first contact: wrong values would be stored silently",
            "SET GLOBAL sql_mode = CONCAT(@@GLOBAL.sql_mode, ',STRICT_TRANS_TABLES')"),
    SQL_MODE_OTHER_MEANING(
            "refused at the first contact: statements would mean something else",
            "SET GLOBAL sql_mode without ORACLE and EMPTY_STRING_IS_NULL"),
    BINLOG_FORMAT(
            "refused at the first contact: the binary log forbids READ COMMITTED", "SET GLOBAL binlog_format = 'ROW'"),
    MAX_ALLOWED_PACKET(
            "refused at the first contact: the statements of large batches would fail",
            "SET GLOBAL max_allowed_packet = 67108864"),
    SQL_SAFE_UPDATES(
            "refused at the first contact: the server would refuse statements", "SET GLOBAL sql_safe_updates = 0"),
    SQL_SELECT_LIMIT(
            "refused at the first contact: what is read would be cut without a word",
            "SET GLOBAL sql_select_limit = DEFAULT"),
    SQL_BIG_SELECTS(
            "refused at the first contact: the audit would fail",
            "SET GLOBAL sql_big_selects = 1, or max_join_size at its default"),
    COMPLETION_TYPE(
            "refused at the first contact: a commit would begin another transaction, or end the connection",
            "SET GLOBAL completion_type = NO_CHAIN"),
    TRANSACTION_REPLAY(
            "refused at the first contact: the driver repeats a lost transaction where its decisions may not hold",
            "the JDBC URL without transactionReplay"),
    CONNECTION_CHARSET(
            "refused at the first contact: letters of references and details would be lost",
            "characterEncoding=UTF-8 in the JDBC URL; no init_connect that sets another character set"),
    AFFECTED_ROWS(
            "refused at the first contact: what was done would be taken for not done",
            "the JDBC URL without useAffectedRows"),
    H2_MODE(
            "refused at the first contact: H2 does not understand the statements",
            "MODE=MySQL;DATABASE_TO_LOWER=TRUE;CASE_INSENSITIVE_IDENTIFIERS=TRUE in the JDBC URL"),
    H2_WRITE_DELAY(
            "refused at the first contact: accepted orders are lost when the process is killed",
            "WRITE_DELAY=0 in the JDBC URL"),
    H2_FILE_CLOSES(
            "refused at the first contact: an interrupted thread closes the database until the process restarts",
            "jdbc:h2:async: in the JDBC URL"),
    H2_TEARS_COMMITS("refused at the first contact: after a kill, stock, wallets and orders can disagree", "H2 2.4"),
    TABLES_MISSING(
            "nothing can be stored", "OrderSchema.createOrUpgrade(), createTables(true), or the script orderflow.sql"),
    TABLES_OF_OTHER_RELEASE(
            "refused at the first contact: nothing is stored or decided",
            "OrderSchema.createOrUpgrade() after the processes of the older release are stopped"),
    TABLES_DIFFER(
            "refused at the first contact: nothing is stored or decided",
            "ALTER TABLE back to what orderflow.sql makes"),
    RIGHTS_MISSING(
            "refused at the first contact: nothing is stored or decided",
            "GRANT the rights of the table in docs/databases.md to the pool's user");

    private final String stake;
    private final String setting;

    RefusedFinding(String stake, String setting) {
        this.stake = stake;
        this.setting = setting;
    }

    @Override
    public Finding of(String found) {
        return new Finding(id(), Severity.ERROR, Area.DATABASE, found, stake, setting);
    }
}
