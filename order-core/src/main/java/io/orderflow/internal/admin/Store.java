package io.orderflow.internal.admin;

import io.orderflow.StoreUnavailableException;
import io.orderflow.internal.sql.SqlFailure;
import java.sql.SQLException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/** Reads on a connection of the host's pool. Thread-safe. */
public final class Store {
    private final Jdbi jdbi;

    /** Reads through Jdbi. */
    public Store(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** One read. */
    @FunctionalInterface
    public interface Read<T> {
        /** Reads. */
        T from(Handle handle) throws SQLException;
    }

    /**
     * Reads.
     *
     * @param what what is read, for the message
     * @throws StoreUnavailableException if the database can not be reached or does not answer
     */
    public <T> T read(String what, Read<T> read) {
        try {
            return jdbi.withHandle(read::from);
        } catch (SQLException | JdbiException e) {
            Throwable cause = e instanceof JdbiException && e.getCause() != null ? e.getCause() : e;
            throw new StoreUnavailableException(
                    what + " could not be read: " + SqlFailure.withoutStatement(cause.getMessage()), e);
        }
    }
}
