package io.orderflow.internal.schema;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.testing.TestDatabase;
import io.orderflow.testing.TestDatabase.Kind;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;

/** A user of a database who has no right to its tables at first, and is gone in the end. */
record TableUser(TestDatabase database, String name, List<HikariDataSource> pools) implements AutoCloseable {
    private static final String PASSWORD = "Secret_of_tests_7";

    /** An anonymous user of localhost, as a fresh MariaDB has it, would win over a user of any host. */
    private static final List<String> HOSTS = List.of("localhost", "%");

    static TableUser of(TestDatabase database) throws SQLException {
        TableUser user = new TableUser(database, database.name() + "_u", new ArrayList<>());
        user.forEachName(quoted -> "CREATE USER " + quoted
                + (database.kind() == Kind.H2 ? " PASSWORD '" : " IDENTIFIED BY '") + PASSWORD + "'");
        if (database.kind() != Kind.H2) {
            // lets it use the database, and see nothing in it
            user.grant("CREATE TEMPORARY TABLES");
        }
        return user;
    }

    /** Grants rights to all tables. */
    void grant(String rights) throws SQLException {
        String on = database.kind() == Kind.H2 ? "SCHEMA PUBLIC" : database.name() + ".*";
        forEachName(quoted -> "GRANT " + rights + " ON " + on + " TO " + quoted);
    }

    /** Grants rights to one table. */
    void grant(String rights, String table) throws SQLException {
        forEachName(quoted -> "GRANT " + rights + " ON " + name(table) + " TO " + quoted);
    }

    /** Takes rights to one table away again. */
    void revoke(String rights, String table) throws SQLException {
        forEachName(quoted -> "REVOKE " + rights + " ON " + name(table) + " FROM " + quoted);
    }

    private String name(String table) {
        return database.kind() == Kind.H2 ? table : database.name() + "." + table;
    }

    private void forEachName(UnaryOperator<String> sql) throws SQLException {
        List<String> names = database.kind() == Kind.H2
                ? List.of(name)
                : HOSTS.stream().map(host -> "'" + name + "'@'" + host + "'").toList();
        try (Connection connection = database.connectAsAdmin();
                Statement statement = connection.createStatement()) {
            for (String quoted : names) {
                statement.execute(sql.apply(quoted));
            }
        }
    }

    /** New connections, which have all rights that were granted before. */
    DataSource pool() {
        HikariConfig config = new HikariConfig();
        // the settings of an open H2 database are its administrator's
        config.setJdbcUrl(database.jdbcUrl().replaceFirst("^(jdbc:h2:[^;]*);.*", "$1"));
        config.setUsername(name);
        config.setPassword(PASSWORD);
        config.setMaximumPoolSize(6);
        config.setMinimumIdle(0);
        config.setInitializationFailTimeout(-1);
        HikariDataSource pool = new HikariDataSource(config);
        pools.add(pool);
        return pool;
    }

    @Override
    public void close() {
        pools.forEach(HikariDataSource::close);
        assertDoesNotThrow(() -> forEachName(quoted -> "DROP USER " + quoted));
    }
}
