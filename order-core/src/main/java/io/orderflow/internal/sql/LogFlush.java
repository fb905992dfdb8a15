package io.orderflow.internal.sql;

import java.sql.SQLException;
import java.util.UUID;

/**
 * Makes what a transaction has seen of others' commits as durable as a commit of its own. InnoDB without a binary log
 * shows a commit, and gives up its locks, before the log of it is on the disk; a server that is killed in between
 * forgets what was seen. The log is one line, so a transaction that then commits a change has all that it saw before on
 * the disk too. One that changed nothing has not.
 */
public final class LogFlush {
    private LogFlush() {}

    /**
     * Writes a row that nobody else can mean and removes it, so that the commit that follows is that of a change. Waits
     * for no lock and leaves nothing behind.
     *
     * @param fresh an id that is no order's
     */
    public static void changeSomething(Session session, Tables tables, UUID fresh) throws SQLException {
        String id = SqlText.id(fresh);
        session.update(
                "INSERT INTO " + tables.attempt() + " (order_id, attempts, owner, claimed_at) VALUES (" + id + ", 0, "
                        + SqlText.id(new UUID(0, 0)) + ", " + session.dialect().utcNow() + ")");
        session.update("DELETE FROM " + tables.attempt() + " WHERE order_id = " + id);
    }
}
