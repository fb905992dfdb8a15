package io.orderflow.internal.worker;

import io.orderflow.SchemaException;
import io.orderflow.internal.loop.Whereabouts;
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
            Whereabouts.at("waiting for a database connection");
            session = source.open();
        }
        Whereabouts.at("in the database");
        return session;
    }

    /** After a failure that leaves the connection, or what was done on it, in doubt. */
    void discard(Throwable failure) {
        if (session != null) {
            Whereabouts.at("ending a database connection");
            session.discard(failure);
            session = null;
        }
    }

    /** Back to the host's pool. */
    void giveBack() {
        if (session != null) {
            Whereabouts.at("giving a database connection back");
            session.close();
            session = null;
        }
    }
}
