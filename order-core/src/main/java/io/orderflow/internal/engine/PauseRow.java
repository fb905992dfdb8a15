package io.orderflow.internal.engine;

import io.orderflow.DecidingPause;
import io.orderflow.SchemaException;
import io.orderflow.internal.sql.Dialect;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.internal.sql.SqlTime;
import io.orderflow.internal.sql.Tables;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

/**
 * The row that says whether deciding is paused. The statement that draws the number of a batch takes its row from here,
 * under a shared lock that lasts until the commit. To pause is to change the row: that waits for the batches that have
 * a number, and no later one gets any. The lock is the last but those on rows that a batch writes after its number.
 */
public final class PauseRow {
    private static final String IS_IT = " WHERE id = " + Tables.PAUSE;

    private PauseRow() {}

    /** The end of a query that finds one row while deciding is not paused, and keeps that so until the commit. */
    static String whileNotPaused(Tables tables, Dialect dialect) {
        return " FROM " + tables.schemaVersion() + SqlText.BY_PRIMARY_KEY + IS_IT + " AND paused_at IS NULL"
                + (dialect == Dialect.H2 ? " FOR UPDATE" : " LOCK IN SHARE MODE");
    }

    /**
     * Pauses, if that is not done yet; waits for the batches that have a number.
     *
     * @return whether it was not paused before
     */
    public static boolean pause(Tables tables, Session session, String by, String reason) throws SQLException {
        String sql = "UPDATE " + tables.schemaVersion() + SqlText.BY_PRIMARY_KEY + " SET paused_at = "
                + session.dialect().utcNow() + ", paused_by = ?, pause_reason = ?" + IS_IT + " AND paused_at IS NULL";
        try (PreparedStatement statement = session.connection().prepareStatement(sql)) {
            statement.setString(1, by);
            statement.setString(2, reason);
            return statement.executeUpdate() == 1;
        }
    }

    /** Ends the pause, if there is one. */
    public static void resume(Tables tables, Session session) throws SQLException {
        session.update("UPDATE " + tables.schemaVersion() + SqlText.BY_PRIMARY_KEY
                + " SET paused_at = NULL, paused_by = NULL, pause_reason = NULL" + IS_IT);
    }

    /**
     * The pause that is in force.
     *
     * @throws SchemaException if the row is missing
     */
    public static Optional<DecidingPause> read(Tables tables, Connection connection) throws SQLException {
        return read(tables, connection, "");
    }

    /**
     * The same, which nobody changes until the end of the transaction.
     *
     * @throws SchemaException if the row is missing
     */
    public static Optional<DecidingPause> readLocked(Tables tables, Connection connection) throws SQLException {
        return read(tables, connection, " FOR UPDATE");
    }

    private static Optional<DecidingPause> read(Tables tables, Connection connection, String lock) throws SQLException {
        String sql = "SELECT " + SqlTime.micros("paused_at") + ", paused_by, pause_reason FROM "
                + tables.schemaVersion() + SqlText.BY_PRIMARY_KEY + IS_IT + lock;
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            if (!row.next()) {
                throw new SchemaException("the row " + Tables.PAUSE + " of the table " + tables.schemaVersion()
                        + " is missing, so nothing is decided; call OrderSchema.createOrUpgrade()");
            }
            String by = row.getString(2);
            String reason = row.getString(3);
            return SqlTime.instantIfAny(row, 1).map(since -> new DecidingPause(since, by, reason));
        }
    }
}
