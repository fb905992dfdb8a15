package io.orderflow.internal.schema;

import io.orderflow.SchemaException;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.Tables;
import java.sql.SQLException;
import javax.sql.DataSource;

/**
 * Opens sessions on a server that passed its verification. The server is verified at the first contact, and again at the first
 * contact after a failure, since another server may answer then. Thread-safe.
 */
public final class VerifiedSessions {
    private final DataSource dataSource;
    private final Tables tables;
    private volatile boolean verified;

    /** Opens sessions of the host's pool. */
    public VerifiedSessions(DataSource dataSource, Tables tables) {
        this.dataSource = dataSource;
        this.tables = tables;
    }

    /**
     * Opens a session.
     *
     * @throws SQLException if the pool has no connection or the server does not answer
     * @throws SchemaException if the server or the schema can not be used
     */
    public Session open(Session.Settings settings) throws SQLException {
        Session session = null;
        try {
            session = Session.open(dataSource, settings);
            if (!verified) {
                ServerCheck.verify(session.connection(), session.dialect(), tables);
                if (!settings.autoCommit()) {
                    session.connection().rollback();
                }
                verified = true;
            }
            return session;
        } catch (SQLException | RuntimeException | Error e) {
            verified = false;
            if (session != null) {
                session.discard(e);
            }
            throw e;
        }
    }
}
