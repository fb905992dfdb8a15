package io.orderflow.internal.sql;

import java.sql.SQLException;
import java.util.function.Consumer;

/**
 * A thread's session: opened when it is needed and kept, given back when there is nothing to do, ended after a failure
 * that leaves it in doubt. Not thread-safe.
 */
public final class SessionHolder {
    private final Source source;
    private final Consumer<String> whereabouts;
    private Session session;

    /**
     * Holds none yet.
     *
     * @param whereabouts told where the thread is about to wait
     */
    public SessionHolder(Source source, Consumer<String> whereabouts) {
        this.source = source;
        this.whereabouts = whereabouts;
    }

    /** Opens sessions on a server that passed its verification. */
    @FunctionalInterface
    public interface Source {
        /**
         * Opens a session.
         *
         * @throws SQLException if the pool has no connection or the server does not answer
         * @throws io.orderflow.SchemaException if the server cannot be used as it is set up
         */
        Session open() throws SQLException;
    }

    /** The session, which is opened if there is none; it throws what {@link Source#open} throws. */
    public Session get() throws SQLException {
        if (session == null) {
            whereabouts.accept("waiting for a database connection");
            session = source.open();
        }
        whereabouts.accept("in the database");
        return session;
    }

    /** Whether there is one now. */
    public boolean isHeld() {
        return session != null;
    }

    /** After a failure that leaves the connection, or what was done on it, in doubt. */
    public void discard(Throwable failure) {
        if (session != null) {
            whereabouts.accept("ending a database connection");
            session.discard(failure);
            session = null;
        }
    }

    /** Back to the host's pool. */
    public void giveBack() {
        if (session != null) {
            whereabouts.accept("giving a database connection back");
            session.close();
            session = null;
        }
    }
}
