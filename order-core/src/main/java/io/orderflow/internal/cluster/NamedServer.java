package io.orderflow.internal.cluster;

import static java.util.Objects.requireNonNull;

import io.orderflow.internal.sql.HostConnections;
import io.orderflow.internal.sql.SqlFailure;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import javax.sql.DataSource;

/**
 * One of several servers, and what is known of it. That it can be written to is believed for a second, or until a
 * connection to it fails; then the next one who takes a connection asks. Thread-safe.
 */
final class NamedServer {
    private static final long BELIEVED = TimeUnit.SECONDS.toNanos(1);

    private final String name;
    private final DataSource dataSource;
    private final LongSupplier nanoTime;

    /** When somebody began to ask who was told yes; nobody was if null. Written under the lock of this. */
    private volatile Long writableAt;

    /** How often it was doubted: what was asked before says nothing then. */
    private volatile long doubts;

    NamedServer(String name, DataSource dataSource, LongSupplier nanoTime) {
        this.name = requireNonNull(name, "name");
        this.dataSource = requireNonNull(dataSource, "dataSource");
        this.nanoTime = nanoTime;
    }

    String name() {
        return name;
    }

    DataSource dataSource() {
        return dataSource;
    }

    /** Why there is no connection to write on. */
    static final class NoWriterHere extends Exception {
        private static final long serialVersionUID = 1L;

        NoWriterHere(String why) {
            super(why);
        }

        NoWriterHere(String why, Exception cause) {
            super(why, cause);
        }
    }

    /**
     * A connection to write on.
     *
     * @param connection the connection
     * @param asked when somebody began to ask who was told that the server can be written to
     */
    record Writing(Connection connection, long asked) {}

    /**
     * A connection to write on.
     *
     * @throws NoWriterHere if there is none; nothing is held then
     */
    Writing writing() throws NoWriterHere {
        Connection connection = taken();
        Long believed = believed();
        if (believed != null) {
            return new Writing(watched(connection), believed);
        }
        long asked = nanoTime.getAsLong();
        long before = doubts;
        Optional<String> refusal = ask(connection);
        if (refusal.isPresent()) {
            doubt();
            giveBack(connection);
            throw new NoWriterHere(refusal.get());
        }
        believe(asked, before);
        return new Writing(watched(connection), asked);
    }

    private synchronized void believe(long asked, long before) {
        if (doubts == before) {
            writableAt = asked;
        }
    }

    private synchronized void doubt() {
        doubts++;
        writableAt = null;
    }

    /** When somebody asked who was told yes, if that still counts; else null. */
    private Long believed() {
        Long since = writableAt;
        return since != null && nanoTime.getAsLong() - since < BELIEVED ? since : null;
    }

    private Connection taken() throws NoWriterHere {
        try {
            return HostConnections.takeBare(dataSource);
        } catch (SQLException e) {
            doubt();
            throw new NoWriterHere(SqlFailure.deepestReason(e), e);
        }
    }

    private Optional<String> ask(Connection connection) throws NoWriterHere {
        try {
            return WriterProbe.whyNot(connection);
        } catch (SQLException | RuntimeException e) {
            doubt();
            HostConnections.discard(connection, e);
            throw new NoWriterHere(SqlFailure.deepestReason(e), e);
        } catch (Error e) {
            HostConnections.discard(connection, e);
            throw e;
        }
    }

    private static void giveBack(Connection connection) {
        try {
            connection.close();
        } catch (SQLException | RuntimeException e) {
            HostConnections.discard(connection, e);
        }
    }

    private Connection watched(Connection connection) {
        return WatchedConnection.of(connection, this::failed);
    }

    /** Only a failure that may say something about the server: not a lock wait, a deadlock or a duplicate key. */
    private void failed(SQLException said) {
        if (ReadOnlyFailure.is(said) || SqlFailure.of(said).endsConnection()) {
            doubt();
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
