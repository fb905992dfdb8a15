package io.orderflow.internal.admin;

import io.orderflow.StoreUnavailableException;
import io.orderflow.internal.sql.HostConnections;
import io.orderflow.internal.sql.Reading;
import io.orderflow.internal.sql.SqlFailure;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import javax.sql.DataSource;
import org.jdbi.v3.core.ConnectionFactory;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/** Reads on connections of the host's pool, each as {@link Reading} says. Thread-safe. */
public final class Store {
    private static final Duration AS_LONG_AS_IT_TAKES = Duration.ofDays(1);

    private final DataSource dataSource;
    private final Jdbi jdbi;

    /** Reads from the host's pool. */
    public Store(DataSource dataSource) {
        this(dataSource, Optional.empty());
    }

    /** The same for reads that no dead connection may hold for longer than the given time for each answer. */
    public Store(DataSource dataSource, Duration networkTimeout) {
        this(dataSource, Optional.of(networkTimeout));
    }

    private Store(DataSource dataSource, Optional<Duration> networkTimeout) {
        this.dataSource = dataSource;
        this.jdbi = Jdbi.create(new Readings(dataSource, networkTimeout));
    }

    /** Lends Jdbi the connections of readings. */
    private static final class Readings implements ConnectionFactory {
        private final DataSource dataSource;
        private final Optional<Duration> networkTimeout;
        private final Map<Connection, Reading> open = new ConcurrentHashMap<>();

        Readings(DataSource dataSource, Optional<Duration> networkTimeout) {
            this.dataSource = dataSource;
            this.networkTimeout = networkTimeout;
        }

        @Override
        public Connection openConnection() throws SQLException {
            Reading reading = networkTimeout.isPresent()
                    ? Reading.open(dataSource, networkTimeout.get())
                    : Reading.open(dataSource);
            open.put(reading.connection(), reading);
            return reading.connection();
        }

        @Override
        public void closeConnection(Connection connection) {
            open.remove(connection).close();
        }
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
     * @throws StoreUnavailableException if the database cannot be reached or does not answer
     */
    public <T> T read(String what, Read<T> read) {
        try {
            return jdbi.withHandle(read::from);
        } catch (SQLException | JdbiException e) {
            Throwable cause = e instanceof JdbiException && e.getCause() != null ? e.getCause() : e;
            throw new StoreUnavailableException(what + " could not be read: " + SqlFailure.reason(cause), e);
        }
    }

    /** Work on a connection. */
    @FunctionalInterface
    public interface StoreWork<T> {
        /** Works. */
        T on(Connection connection) throws SQLException;
    }

    /**
     * Works on a connection on a thread of its own, for as long as it takes, and gives the connection back.
     *
     * @param what what is read, for the message
     * @throws StoreUnavailableException if the database cannot be reached or does not answer, or the caller was
     *     interrupted
     */
    public <T> T apart(String what, Apart apart, StoreWork<T> work) {
        try {
            return apart.call(
                    () -> {
                        try (Connection connection = HostConnections.take(dataSource)) {
                            return work.on(connection);
                        }
                    },
                    AS_LONG_AS_IT_TAKES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailableException(what + " could not be read: the calling thread was interrupted", e);
        } catch (TimeoutException e) {
            throw new StoreUnavailableException(what + " could not be read within " + AS_LONG_AS_IT_TAKES, e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SQLException sql) {
                throw new StoreUnavailableException(what + " could not be read: " + SqlFailure.reason(sql), sql);
            }
            throw e.getCause() instanceof RuntimeException thrown ? thrown : new IllegalStateException(e.getCause());
        }
    }
}
