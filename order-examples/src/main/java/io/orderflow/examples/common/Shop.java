package io.orderflow.examples.common;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.orderflow.OrderSchema;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Supplier;
import javax.sql.DataSource;

/** The place where a shop's data is: a connection pool, made by the program and closed by it. Thread-safe. */
public final class Shop implements AutoCloseable {
    private static final String MYSQL = "jdbc:mysql:";
    private static final String MARIADB = "jdbc:mariadb:";

    /** What the pool asks of both drivers where the URL does not say otherwise; milliseconds. */
    private static final Map<String, String> DRIVER = Map.of("connectTimeout", "2000", "tcpKeepAlive", "true");

    /** Of MySQL's driver: autocommit and isolation are set through JDBC alone, so it may skip what is set already. */
    private static final String LOCAL_STATE = "useLocalSessionState";

    /** How long a program waits for the database. */
    enum Patience {
        /** A program for one task: nobody minds a few seconds, and a statement of the audit may take minutes. */
        TASK(10_000, 0, 2_000),
        /** A service: callers wait for an answer, and a connection that went silent must not stay in use. */
        SERVICE(1_500, 60_000, 2_000);

        private final int connectionMs;
        private final int silenceMs;
        private final int firstAnswerMs;

        Patience(int connectionMs, int silenceMs, int firstAnswerMs) {
            this.connectionMs = connectionMs;
            this.silenceMs = silenceMs;
            this.firstAnswerMs = firstAnswerMs;
        }
    }

    private static final String SILENCE = "socketTimeout";
    private static final int EMBEDDED_MS = 5_000;

    /** For a program that can do nothing before: reading the file takes long on a busy machine. */
    private static final int OPENING_MS = 120_000;

    private final HikariDataSource pool;
    private final Optional<EmbeddedDatabase> embedded;
    private final Optional<Login> login;
    private final String tablePrefix;
    private final String name;

    private Shop(
            HikariConfig config,
            Optional<EmbeddedDatabase> embedded,
            Optional<Login> login,
            String tablePrefix,
            String name) {
        this.pool = new HikariDataSource(config);
        this.embedded = embedded;
        this.login = login;
        this.tablePrefix = tablePrefix;
        this.name = name;
    }

    static Shop embedded(Path folder, int connections, Patience patience, String tablePrefix) {
        EmbeddedDatabase database = new EmbeddedDatabase(folder);
        HikariConfig config = pool(connections, patience);
        // it is never far away, but its first connection reads the file and takes up to seconds on a busy machine
        config.setConnectionTimeout(patience == Patience.TASK ? OPENING_MS : EMBEDDED_MS);
        config.setDataSource(database);
        return new Shop(config, Optional.of(database), Optional.empty(), tablePrefix, database.toString());
    }

    /**
     * A shop in the database of a server.
     *
     * @param user empty where the URL names the user itself
     */
    static Shop at(
            String url,
            Optional<String> user,
            String password,
            int connections,
            Patience patience,
            String tablePrefix) {
        HikariConfig config = pool(connections, patience);
        Properties properties = config.getDataSourceProperties();
        user.ifPresent(config::setUsername);
        if (!UrlLogin.hasPassword(url)) {
            config.setPassword(password);
            properties.setProperty("password", password);
        }
        if (isServer(url)) {
            DRIVER.forEach((name, value) -> unlessGiven(url, name, value, properties));
            if (url.startsWith(MYSQL)) {
                unlessGiven(url, LOCAL_STATE, "true", properties);
            }
            unlessGiven(url, SILENCE, Integer.toString(patience.silenceMs), properties);
        }
        ServerDatabase server = new ServerDatabase(url, properties, new Redaction(url, password));
        // not by its URL, which the pool would log as it is
        config.setDataSource(server);
        Properties first = new Properties();
        first.putAll(properties);
        first.replace(SILENCE, "0", Integer.toString(patience.firstAnswerMs));
        user.ifPresent(name -> first.setProperty("user", name));
        return new Shop(
                config, Optional.empty(), Optional.of(new Login(server, first)), tablePrefix, server.toString());
    }

    /** Whether the URL leads to a MariaDB or MySQL server. */
    static boolean isServer(String url) {
        return url.startsWith(MYSQL) || url.startsWith(MARIADB);
    }

    private static void unlessGiven(String url, String property, String value, Properties properties) {
        if (!url.contains(property + "=")) {
            properties.setProperty(property, value);
        }
    }

    /** How the server of a database is asked for the first time, around the pool, which would hide what it answers. */
    private record Login(ServerDatabase server, Properties properties) {
        void attempt() throws SQLException {
            try (Connection connection = server.connect(properties)) {
                String database = connection.getCatalog();
                if (isServer(server.toString()) && (database == null || database.isBlank())) {
                    throw new SQLException("No database selected", "3D000", ServerContact.NO_DATABASE);
                }
            }
        }
    }

    /**
     * Talks to the server, if there is one, before the program begins.
     *
     * @param patience how long to try again while nothing listens there
     * @throws ProgramException if that fails; says what to do about it
     */
    Shop reached(Duration patience) {
        login.ifPresent(first -> ServerContact.make(name, patience, first::attempt));
        return this;
    }

    /**
     * Talks to the server, if there is one, and goes on whatever it answers, unless that is a mistake in the options.
     *
     * @throws ProgramException if no waiting can mend it
     */
    Shop unlessMistaken() {
        login.ifPresent(first -> {
            try {
                first.attempt();
            } catch (SQLException e) {
                ServerContact.refuseMistake(name, e);
            }
        });
        return this;
    }

    private static HikariConfig pool(int connections, Patience patience) {
        HikariConfig config = new HikariConfig();
        config.setExceptionOverrideClassName(LostSessions.class.getName());
        config.setPoolName("shop");
        config.setMaximumPoolSize(connections);
        // the program starts while the database is away, and asks again
        config.setInitializationFailTimeout(-1);
        config.setConnectionTimeout(patience.connectionMs);
        config.setValidationTimeout(1_000);
        return config;
    }

    /** The pool, for a processor or for statements of the program's own. */
    public DataSource dataSource() {
        return pool;
    }

    /** Registers how the pool's connections are used, by the names of HikariCP's own meters. */
    public void meter(MeterRegistry registry) {
        HikariPoolMXBean now = pool.getHikariPoolMXBean();
        gauge(registry, "active", "connections in use", now::getActiveConnections);
        gauge(registry, "idle", "connections that nobody uses", now::getIdleConnections);
        gauge(registry, "pending", "threads that wait for a connection", now::getThreadsAwaitingConnection);
        gauge(registry, "max", "most connections that the pool may have", pool::getMaximumPoolSize);
    }

    private static void gauge(MeterRegistry registry, String what, String description, Supplier<Number> value) {
        Gauge.builder("hikaricp.connections." + what, value)
                .description(description)
                .register(registry);
    }

    /** The shop's tables. */
    public OrderSchema schema() {
        return OrderSchema.of(pool, tablePrefix);
    }

    /** Whether it is a file of H2 that programs share by a door. */
    public boolean isEmbedded() {
        return embedded.isPresent();
    }

    /** What every table's name starts with. */
    public String tablePrefix() {
        return tablePrefix;
    }

    /** Which database it is, for a person; never a password. */
    @Override
    public String toString() {
        return name;
    }

    /** Closes the pool, and the embedded database with it. */
    @Override
    public void close() {
        pool.close();
        embedded.ifPresent(EmbeddedDatabase::close);
    }
}
