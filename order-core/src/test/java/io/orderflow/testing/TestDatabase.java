package io.orderflow.testing;

import static java.util.Objects.requireNonNull;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/**
 * A database for one test, empty at first: H2, or a fresh schema of a MariaDB or MySQL server, reached as a user
 * without global rights. Closing it closes the pools it handed out and drops the schema. Threadsafe.
 */
public final class TestDatabase implements AutoCloseable {

    /** A database that the library supports, and the driver that leads to it. */
    public enum Kind {
        H2,
        /** MariaDB by MySQL Connector/J. */
        MARIADB,
        /** MariaDB by its own driver, MariaDB Connector/J. */
        MARIADB_CONNECTOR,
        /** MySQL by MySQL Connector/J. */
        MYSQL;

        /** The kinds that a property names, with commas between them. */
        public static Stream<Kind> named(String property, String usual) {
            return Arrays.stream(System.getProperty(property, usual).split(",")).map(Kind::valueOf);
        }

        /** Whether the library's tables are on a MariaDB server, whatever driver leads there. */
        public boolean isMariaDb() {
            return this == MARIADB || this == MARIADB_CONNECTOR;
        }
    }

    private static final String H2_OPTIONS = ";MODE=MySQL;DATABASE_TO_LOWER=TRUE;CASE_INSENSITIVE_IDENTIFIERS=TRUE";

    private final Kind kind;
    private final String name;
    private final String jdbcUrl;
    private final String user;
    private final String password;
    private final ServerAddress server;
    private final List<HikariDataSource> pools = new CopyOnWriteArrayList<>();

    private TestDatabase(Kind kind, String name, String jdbcUrl, String user, String password, ServerAddress server) {
        this.kind = kind;
        this.name = name;
        this.jdbcUrl = jdbcUrl;
        this.user = user;
        this.password = password;
        this.server = server;
    }

    /** An H2 database in memory, with the options the library asks for. */
    public static TestDatabase h2() {
        String name = newName();
        return h2(name, "jdbc:h2:mem:" + name + H2_OPTIONS + ";DB_CLOSE_DELAY=-1");
    }

    /**
     * An H2 database in a file, with each commit on disk; closing it leaves the file, and opening the same path again
     * finds what was committed.
     */
    public static TestDatabase h2File(Path file) {
        return h2(
                file.getFileName().toString(),
                "jdbc:h2:async:" + file.toAbsolutePath() + H2_OPTIONS + ";WRITE_DELAY=0");
    }

    /** The first connection of a JVM loads the engine, on a busy machine for longer than a pool waits. */
    private static final class Engine {
        static {
            try {
                DriverManager.getConnection("jdbc:h2:mem:" + H2_OPTIONS).close();
            } catch (SQLException e) {
                throw new ExceptionInInitializerError(e);
            }
        }

        private Engine() {}

        static void load() {
            // done by the first who asks for this class
        }
    }

    private static TestDatabase h2(String name, String url) {
        Engine.load();
        return new TestDatabase(Kind.H2, name, url, "sa", "", null);
    }

    /**
     * A fresh database of that kind: H2 in memory, or a new schema of the shared server.
     *
     * @throws org.opentest4j.TestAbortedException if there is no such server and the run does not demand it
     * @throws AssertionError if there is no such server and the run demands it
     */
    public static TestDatabase open(Kind kind) {
        return switch (requireNonNull(kind, "kind")) {
            case H2 -> h2();
            case MARIADB -> on(SharedServers.require(ServerKind.MARIADB));
            case MARIADB_CONNECTOR -> on(SharedServers.require(ServerKind.MARIADB), kind);
            case MYSQL -> on(SharedServers.require(ServerKind.MYSQL));
        };
    }

    /**
     * A new schema of the given server, which must be MariaDB or MySQL.
     *
     * @throws IllegalStateException if the schema cannot be created
     */
    public static TestDatabase on(ServerAddress server) {
        return on(server, server.kind() == ServerKind.MYSQL ? Kind.MYSQL : Kind.MARIADB);
    }

    /**
     * A new schema of the given server, by the driver that the kind names.
     *
     * @throws IllegalStateException if the schema cannot be created
     */
    public static TestDatabase on(ServerAddress server, Kind kind) {
        String name = newName();
        TestDatabase database =
                new TestDatabase(kind, name, url(kind, server, name), server.user(), server.password(), server);
        database.administer("CREATE DATABASE " + name + " CHARACTER SET utf8mb4");
        return database;
    }

    private static String url(Kind kind, ServerAddress server, String schema) {
        String url = server.jdbcUrl(schema);
        return kind == Kind.MARIADB_CONNECTOR ? url.replaceFirst("^jdbc:mysql:", "jdbc:mariadb:") : url;
    }

    private static String newName() {
        return MySqlServer.SCHEMA_PREFIX + UUID.randomUUID().toString().substring(0, 8);
    }

    public Kind kind() {
        return kind;
    }

    /** The schema's name; for H2 the database's. */
    public String name() {
        return name;
    }

    public String jdbcUrl() {
        return jdbcUrl;
    }

    public String user() {
        return user;
    }

    public String password() {
        return password;
    }

    /**
     * The server that holds this schema.
     *
     * @throws IllegalStateException if this is H2
     */
    public ServerAddress server() {
        if (server == null) {
            throw new IllegalStateException("H2 runs in this JVM, there is no server");
        }
        return server;
    }

    /** The same schema by way of another port of this machine, for example that of a {@link FaultProxy}. */
    public String jdbcUrlVia(int localPort) {
        return url(kind, server().via(localPort), name);
    }

    /**
     * A new pool of that size, closed with this database. It connects at first use, so it can be made while the server
     * is away.
     */
    public HikariDataSource dataSource(int poolSize) {
        return dataSource(poolSize, jdbcUrl);
    }

    /** A new pool that connects to that URL instead, closed with this database. */
    public HikariDataSource dataSource(int poolSize, String url) {
        return dataSource(poolSize, url, Duration.ofSeconds(5));
    }

    /** The same with another longest wait for a connection. */
    public HikariDataSource dataSource(int poolSize, String url, Duration connectionTimeout) {
        HikariConfig config = new HikariConfig();
        config.setPoolName(name + "-" + (pools.size() + 1));
        config.setJdbcUrl(url);
        config.setUsername(user);
        config.setPassword(password);
        config.setMaximumPoolSize(poolSize);
        config.setMinimumIdle(0);
        config.setConnectionTimeout(connectionTimeout.toMillis());
        config.setInitializationFailTimeout(-1);
        HikariDataSource pool = new HikariDataSource(config);
        pools.add(pool);
        return pool;
    }

    /** A connection outside every pool, the caller's to close. */
    public Connection connect() throws SQLException {
        return DriverManager.getConnection(jdbcUrl, user, password);
    }

    /**
     * A connection of a user who may change global settings and end other connections, the caller's to close; for H2
     * the same as {@link #connect}. A given server is shared with others: what changes all of it belongs on a
     * {@link PrivateServer}.
     */
    public Connection connectAsAdmin() throws SQLException {
        return server == null
                ? connect()
                : DriverManager.getConnection(jdbcUrl, server.adminUser(), server.adminPassword());
    }

    /**
     * Closes the pools, drops the schema or the memory database. A server that is gone is left alone.
     *
     * @throws IllegalStateException if the schema cannot be dropped, mostly because a connection that nobody closed
     *     still holds a lock in it
     */
    @Override
    public void close() {
        pools.forEach(HikariDataSource::close);
        if (server == null) {
            shutDownH2();
        } else {
            dropSchema();
        }
    }

    private void shutDownH2() {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("SHUTDOWN");
        } catch (SQLException e) {
            throw new IllegalStateException("H2 could not be shut down: " + jdbcUrl, e);
        }
    }

    private void dropSchema() {
        try {
            administer("SET SESSION lock_wait_timeout = 5", "DROP DATABASE IF EXISTS " + name);
        } catch (IllegalStateException e) {
            boolean gone = e.getCause() instanceof SQLException sql
                    && String.valueOf(sql.getSQLState()).startsWith("08");
            if (!gone) {
                throw e;
            }
        }
    }

    private void administer(String... statements) {
        try (Connection connection = MySqlServer.connectAsAdmin(server);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(server + " refused " + String.join("; ", statements), e);
        }
    }

    @Override
    public String toString() {
        return kind + " " + name;
    }
}
