package io.orderflow.examples.embed;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;

/** The connection pool of an example. */
final class Database {
    /** It ends with its last connection, so with the pool. */
    private static final String IN_MEMORY =
            "jdbc:h2:mem:shop;MODE=MySQL;DATABASE_TO_LOWER=TRUE;CASE_INSENSITIVE_IDENTIFIERS=TRUE";

    private Database() {}

    /** Opens a pool on the database with this JDBC URL, user and password; without them on an empty one in memory. */
    static HikariDataSource open(String... address) {
        HikariConfig settings = new HikariConfig();
        settings.setJdbcUrl(address.length > 0 ? address[0] : IN_MEMORY);
        settings.setUsername(address.length > 1 ? address[1] : "sa");
        settings.setPassword(address.length > 2 ? address[2] : "");
        settings.setConnectionTimeout(1_000);
        settings.setInitializationFailTimeout(-1); // the program starts while the database is away
        return new HikariDataSource(settings);
    }
}
