package io.orderflow.testkit;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;

/** An H2 database in memory with a name of its own, as the library wants it. Thread-safe. */
final class MemoryDatabase {
    private static final String OPTIONS =
            ";MODE=MySQL;DATABASE_TO_LOWER=TRUE;CASE_INSENSITIVE_IDENTIFIERS=TRUE;DB_CLOSE_DELAY=-1";

    private final JdbcConnectionPool pool;

    private MemoryDatabase(JdbcConnectionPool pool) {
        this.pool = pool;
    }

    static MemoryDatabase open() {
        return new MemoryDatabase(
                JdbcConnectionPool.create("jdbc:h2:mem:testkit-" + UUID.randomUUID() + OPTIONS, "sa", ""));
    }

    DataSource dataSource() {
        return pool;
    }

    /**
     * Its memory is free after it.
     *
     * @throws IllegalStateException if H2 refuses
     */
    void close() {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("SHUTDOWN");
        } catch (SQLException e) {
            throw new IllegalStateException("the database in memory could not be shut down", e);
        } finally {
            pool.dispose();
        }
    }
}
