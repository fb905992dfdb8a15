package io.orderflow.internal.schema;

import io.orderflow.SchemaException;
import io.orderflow.internal.sql.Dialect;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlFailure;
import io.orderflow.internal.sql.Tables;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** Makes the tables where they are missing. */
public final class TableMaker {
    private TableMaker() {}

    /**
     * Looks first, and runs the script only if something is missing: a user without the right to make tables can use
     * those that somebody made for it. Several processes may do this at the same time. Commits what the connection's
     * transaction holds, if it makes something.
     *
     * @throws SchemaException if the server cannot be used, another release made the tables, or the user may not make
     *     tables
     * @throws SQLException if the server does not answer
     */
    public static void makeWhatIsMissing(Connection connection, Dialect dialect, Tables tables) throws SQLException {
        ServerCheck.verifyServer(connection, dialect, tables);
        if (ServerCheck.isThere(connection, dialect, tables)) {
            return;
        }
        try {
            Session.inTurn(connection, () -> make(connection, tables));
        } catch (SQLException e) {
            if (!ServerCheck.isRefusal(e)) {
                throw e;
            }
            throw new SchemaException(
                    "the tables " + tables.prefix() + "* are not all there, and this user cannot make them ("
                            + SqlFailure.reason(e)
                            + "); have orderflow.sql run by a user who may, and grant this user its rights");
        }
    }

    private static boolean make(Connection connection, Tables tables) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String ddl : SchemaScript.statements(tables)) {
                statement.execute(ddl);
            }
        }
        if (!connection.getAutoCommit()) {
            connection.commit();
        }
        return true;
    }
}
