package io.orderflow.internal.worker;

import io.orderflow.SchemaException;
import io.orderflow.internal.sql.Session;
import java.sql.SQLException;

/** A worker's database session: opened when it is needed, given back when there is nothing to do. Not thread-safe. */
final class SessionHolder {
    private final SessionSource source;
    private Session session;

    SessionHolder(SessionSource source) {
        this.source = source;
    }

    /** Opens sessions that are not in autocommit, on a server that passed its verification. */
    @FunctionalInterface
    interface SessionSource {
        Session open() throws SQLException, SchemaException;
    }

    Session get() throws SQLException {
        if (session == null) {
            session = source.open();
        }
        return session;
    }

    /** After a failure that leaves the connection, or what was done on it, in doubt. */
    void discard(Throwable failure) {
        if (session != null) {
            session.discard(failure);
            session = null;
        }
    }

    /** Back to the host's pool. */
    void giveBack() {
        if (session != null) {
            session.close();
            session = null;
        }
    }
}
