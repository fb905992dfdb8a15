package io.orderflow.testing;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;

/** The pool of a child JVM that {@link JavaProcess} started with a database. */
public final class ChildPool {
    private ChildPool() {}

    /**
     * Opens a pool that connects when a connection is asked for.
     *
     * @param arguments the child's, URL, user and password first
     * @param size most connections
     */
    public static HikariDataSource open(String[] arguments, int size) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(arguments[0]);
        config.setUsername(arguments[1]);
        config.setPassword(arguments[2]);
        config.setMaximumPoolSize(size);
        config.setMinimumIdle(0);
        return new HikariDataSource(config);
    }
}
