package io.orderflow;

import static java.util.Objects.requireNonNull;

import io.orderflow.internal.cluster.WriterSearch;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Several servers with the same data, as one data source that leads to the one that can be written to: the source of
 * replicas, the primary of a group (MySQL Group Replication), or a node of a Galera cluster. Give it one pool for each
 * server, and give it to {@link OrderProcessor#builder}. It closes none of them.
 *
 * <pre>{@code
 * DataSource shop = WritableDataSource.builder()
 *         .server("db1", poolOfDb1)
 *         .server("db2", poolOfDb2)
 *         .build();
 * }</pre>
 *
 * <p>A server can be written to if none of {@code read_only}, {@code super_read_only} and {@code innodb_read_only} is
 * on, it applies nothing that another server wrote, and
 *
 * <ul>
 *   <li>in a group it is ONLINE and PRIMARY, and reaches more than half of the members. The user needs SELECT on
 *       {@code performance_schema.replication_group_members} for that;
 *   <li>in a Galera cluster its {@code wsrep_cluster_status} is Primary and {@code wsrep_ready} is ON.
 * </ul>
 *
 * <p>On MySQL outside of a group only a user with SELECT on {@code performance_schema.replication_applier_status} can
 * see that a server is a replica. Replicas must be read-only in any case: between two servers that both say yes, the
 * one that was written to last is taken, and another process may have taken the other one. H2 can always be written to.
 *
 * <p>{@link #getConnection()} asks the server that was written to last, with two statements, unless that said yes less
 * than a second ago and no connection failed since. If it says no, or its pool has no connection, the other servers are
 * asked in their order. After 2 s no further server is asked, and the next call begins with that one. So a pool's own
 * time-out should be 1 s: it is the time that a dead server takes.
 *
 * <p>A connection leads to the same server as long as it is open. When its server refuses to write (MariaDB's and
 * MySQL's errors 1047, 1290, 1792, 1836, 1874, 3100 and 3101), it is ended when it is closed, and the next call asks
 * again. A server that became read-only is noticed so, without a question before each use.
 *
 * <p>What it does not do: it promotes no server, and does not look whether a server has all that was committed on the
 * one before. Thread-safe.
 */
public final class WritableDataSource implements DataSource {
    private final WriterSearch search;

    private WritableDataSource(Map<String, DataSource> servers) {
        this.search = new WriterSearch(servers);
    }

    /** Starts without servers. */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects the servers. Not thread-safe. */
    public static final class Builder {
        private final Map<String, DataSource> servers = new LinkedHashMap<>();

        private Builder() {}

        /**
         * Adds a server. The first one that can be written to is taken at first, in the order of these calls.
         *
         * @param name what it is called in logs and exceptions; not blank, each another one
         * @param dataSource leads to this server alone, a pool as a rule; stays the caller's, who closes it
         * @throws IllegalArgumentException if the name is blank, or that of another server
         */
        public Builder server(String name, DataSource dataSource) {
            requireNonNull(dataSource, "dataSource");
            if (requireNonNull(name, "name").isBlank() || servers.containsKey(name)) {
                throw new IllegalArgumentException("name must not be blank, nor that of another server: " + name);
            }
            servers.put(name, dataSource);
            return this;
        }

        /**
         * Builds the data source. No I/O.
         *
         * @throws IllegalStateException if there is no server
         */
        public WritableDataSource build() {
            if (servers.isEmpty()) {
                throw new IllegalStateException("server must be called at least once");
            }
            return new WritableDataSource(Collections.unmodifiableMap(new LinkedHashMap<>(servers)));
        }
    }

    /** The name of the server that was written to last; empty before the first connection. No I/O. */
    public Optional<String> writer() {
        return search.writer();
    }

    /** The servers' data sources in their order. No I/O. */
    List<DataSource> pools() {
        return search.dataSources();
    }

    /**
     * A connection to the server that can be written to, from that server's data source.
     *
     * @throws SQLException if no server can be written to; the message names each with the reason, and nothing is held
     */
    @Override
    public Connection getConnection() throws SQLException {
        return search.connection();
    }

    /**
     * Not possible: each server's data source knows its own user.
     *
     * @throws SQLFeatureNotSupportedException always
     */
    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        throw new SQLFeatureNotSupportedException("give each server's data source its user and password");
    }

    /** Nothing is written to a writer. */
    @Override
    public @Nullable PrintWriter getLogWriter() {
        return null;
    }

    /**
     * Not possible: set those of the servers' data sources.
     *
     * @throws SQLFeatureNotSupportedException always
     */
    @Override
    public void setLogWriter(PrintWriter out) throws SQLException {
        throw new SQLFeatureNotSupportedException("set the log writers of the servers' data sources");
    }

    /**
     * Not possible: set those of the servers' data sources.
     *
     * @throws SQLFeatureNotSupportedException always
     */
    @Override
    public void setLoginTimeout(int seconds) throws SQLException {
        throw new SQLFeatureNotSupportedException("set the login time-outs of the servers' data sources");
    }

    /** 0: those of the servers' data sources hold. */
    @Override
    public int getLoginTimeout() {
        return 0;
    }

    /**
     * Not possible: it logs by SLF4J.
     *
     * @throws SQLFeatureNotSupportedException always
     */
    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException("it logs by SLF4J");
    }

    /**
     * This object, for its own types.
     *
     * @throws SQLException if it is none of that type
     */
    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        if (!isWrapperFor(type)) {
            throw new SQLException("this is no " + type.getName());
        }
        return type.cast(this);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return type.isInstance(this);
    }

    /** The servers' names. */
    @Override
    public String toString() {
        return "WritableDataSource, " + search;
    }
}
