package io.orderflow.examples.loadtest.counting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.examples.loadtest.counting.ServerCounters.Counted;
import io.orderflow.testing.PrivateServer;
import io.orderflow.testing.ServerKind;
import io.orderflow.testing.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ServerCountersTest {
    private static final int EACH = 40;

    /** A server of its own: what is counted is the whole server, and the counter is a global setting. */
    @ParameterizedTest
    @EnumSource(names = {"MARIADB", "MYSQL"})
    void countsTransactionsAutocommittedOnesIncluded(ServerKind kind) throws SQLException {
        try (PrivateServer server = PrivateServer.start(kind);
                TestDatabase database = TestDatabase.on(server.address());
                HikariDataSource admin = administrator(server, database)) {
            work(admin);
            try (ServerCounters counters = new ServerCounters(admin)) {
                counters.begin();
                work(admin);
                Counted counted = counters.end();
                double commits = counted.commits().orElse(-1);
                // the server adds a few of its own; counting statements instead would give five times as many
                assertTrue(commits >= 2 * EACH && commits < 3 * EACH, counted::toString);
                double statements = counted.statements().orElse(-1);
                assertTrue(statements >= 6 * EACH && statements < 9 * EACH, counted::toString);
                assertTrue(isOn(admin), "while measuring");
            }
            assertTrue(!isOn(admin), "the counter must be switched off again");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"MARIADB", "MYSQL"})
    void aUserWithoutRightsGetsABound(TestDatabase.Kind kind) throws SQLException {
        try (TestDatabase database = TestDatabase.open(kind)) {
            DataSource pool = database.dataSource(2);
            try (ServerCounters counters = new ServerCounters(pool)) {
                counters.begin();
                work(pool);
                Counted counted = counters.end();
                assertTrue(counted.commits().orElse(-1) >= 2 * EACH, counted::toString);
                assertTrue(counted.note().contains("AT MOST"), counted::toString);
            }
        }
    }

    @Test
    void h2CountsNothingAndSaysSo() throws SQLException {
        try (TestDatabase database = TestDatabase.h2();
                ServerCounters counters = new ServerCounters(database.dataSource(2))) {
            counters.begin();
            Counted counted = counters.end();
            assertTrue(counted.commits().isEmpty() && counted.statements().isEmpty());
            assertEquals("H2 counts neither transactions nor statements", counted.note());
        }
    }

    private static HikariDataSource administrator(PrivateServer server, TestDatabase database) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(database.jdbcUrl());
        config.setUsername(server.address().adminUser());
        config.setPassword(server.address().adminPassword());
        config.setMaximumPoolSize(2);
        return new HikariDataSource(config);
    }

    /** Writes in 40 autocommitted statements and in 40 transactions of three, and reads in 40 statements. */
    private static void work(DataSource pool) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE IF NOT EXISTS counted (id INT PRIMARY KEY, n INT) ENGINE=InnoDB");
            statement.execute("INSERT IGNORE INTO counted VALUES (1, 0), (2, 0)");
            for (int i = 0; i < EACH; i++) {
                statement.executeUpdate("UPDATE counted SET n = n + 1 WHERE id = 1");
                read(statement);
            }
            connection.setAutoCommit(false);
            for (int i = 0; i < EACH; i++) {
                statement.executeUpdate("UPDATE counted SET n = n + 1 WHERE id = 1");
                statement.executeUpdate("UPDATE counted SET n = n + 1 WHERE id = 2");
                read(statement);
                connection.commit();
            }
        }
    }

    private static void read(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("SELECT n FROM counted WHERE id = 1")) {
            row.next();
        }
    }

    private static boolean isOn(DataSource pool) throws SQLException {
        try (ServerCounters counters = new ServerCounters(pool)) {
            return counters.isOn();
        }
    }
}
