package io.orderflow.examples.common;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.OrderSchema;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;

/** The place where a shop's data is: a connection pool, made by the program and closed by it. Thread-safe. */
public final class Shop implements AutoCloseable {
    /** What the pool asks of Connector/J where the URL does not say otherwise; milliseconds. */
    private static final Map<String, String> MYSQL = Map.of(
            "connectTimeout", "2000",
            "tcpKeepAlive", "true",
            // autocommit and isolation are set through JDBC alone, so the driver may skip what is set already
            "useLocalSessionState", "true");

    /** How long a program waits for the database. */
    enum Patience {
        /** A program for one task: nobody minds a few seconds, and a statement of the audit may take minutes. */
        TASK(10_000, 0),
        /** A service: callers wait for an answer, and a connection that went silent must not stay in use. */
        SERVICE(1_500, 60_000);

        private final int connectionMs;
        private final int silenceMs;

        Patience(int connectionMs, int silenceMs) {
            this.connectionMs = connectionMs;
            this.silenceMs = silenceMs;
        }
    }

    private static final int EMBEDDED_MS = 5_000;

    private final HikariDataSource pool;
    private final Optional<EmbeddedDatabase> embedded;
    private final String tablePrefix;
    private final String name;

    private Shop(HikariConfig config, Optional<EmbeddedDatabase> embedded, String tablePrefix, String name) {
        this.pool = new HikariDataSource(config);
        this.embedded = embedded;
        this.tablePrefix = tablePrefix;
        this.name = name;
    }

    static Shop embedded(Path folder, int connections, Patience patience, String tablePrefix) {
        EmbeddedDatabase database = new EmbeddedDatabase(folder);
        HikariConfig config = pool(connections, patience);
        // it is never far away, but its first connection reads the file and takes up to seconds on a busy machine
        config.setConnectionTimeout(Math.max(EMBEDDED_MS, patience.connectionMs));
        config.setDataSource(database);
        return new Shop(config, Optional.of(database), tablePrefix, database.toString());
    }

    static Shop at(String url, String user, String password, int connections, Patience patience, String tablePrefix) {
        HikariConfig config = pool(connections, patience);
        config.setJdbcUrl(url);
        config.setUsername(user);
        config.setPassword(password);
        if (url.startsWith("jdbc:mysql:")) {
            MYSQL.forEach((name, value) -> unlessGiven(url, name, value, config));
            unlessGiven(url, "socketTimeout", Integer.toString(patience.silenceMs), config);
        }
        return new Shop(config, Optional.empty(), tablePrefix, ShopOptions.withoutSecrets(url));
    }

    private static void unlessGiven(String url, String property, String value, HikariConfig config) {
        if (!url.contains(property + "=")) {
            config.addDataSourceProperty(property, value);
        }
    }

    private static HikariConfig pool(int connections, Patience patience) {
        HikariConfig config = new HikariConfig();
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

    /** The shop's tables. */
    public OrderSchema schema() {
        return OrderSchema.of(pool, tablePrefix);
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
