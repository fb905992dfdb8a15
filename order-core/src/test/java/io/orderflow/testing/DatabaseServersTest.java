package io.orderflow.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DatabaseServersTest {

    @ParameterizedTest
    @EnumSource
    void aTableCanBeMadeAndRead(TestDatabase.Kind kind) throws SQLException {
        try (TestDatabase database = TestDatabase.open(kind);
                HikariDataSource pool = database.dataSource(2);
                Connection connection = pool.getConnection()) {
            execute(connection, "CREATE TABLE probe (id BIGINT PRIMARY KEY, word VARCHAR(20))");
            execute(connection, "INSERT INTO probe VALUES (1, 'schön')");
            assertEquals("schön", read(connection, "SELECT word FROM probe WHERE id = 1"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void theServerIsWhatItClaimsToBe(TestDatabase.Kind kind) throws SQLException {
        try (TestDatabase database = TestDatabase.open(kind);
                Connection connection = database.connect()) {
            String version = read(connection, kind == TestDatabase.Kind.H2 ? "SELECT H2VERSION()" : "SELECT VERSION()");
            assertEquals(kind.isMariaDb(), version.contains("MariaDB"), version);
            assertTrue(Integer.parseInt(version.split("\\.")[0]) >= (kind == TestDatabase.Kind.H2 ? 2 : 8), version);
        }
    }

    @ParameterizedTest
    @EnumSource(names = "H2", mode = EnumSource.Mode.EXCLUDE)
    void theServerFlushesAtEachCommit(TestDatabase.Kind kind) throws SQLException {
        try (TestDatabase database = TestDatabase.open(kind);
                Connection connection = database.connect()) {
            assertEquals("1", read(connection, "SELECT @@innodb_flush_log_at_trx_commit"));
            if (kind == TestDatabase.Kind.MYSQL) {
                assertEquals("1 1", read(connection, "SELECT CONCAT(@@log_bin, ' ', @@sync_binlog)"));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void eachDatabaseIsFreshAndGoneAfterwards(TestDatabase.Kind kind) throws SQLException {
        TestDatabase first = TestDatabase.open(kind);
        try (first;
                TestDatabase second = TestDatabase.open(kind);
                Connection one = first.connect();
                Connection two = second.connect()) {
            execute(one, "CREATE TABLE probe (id BIGINT PRIMARY KEY)");
            execute(two, "CREATE TABLE probe (id BIGINT PRIMARY KEY)");
        }
        if (kind != TestDatabase.Kind.H2) {
            assertThrows(SQLException.class, first::connect);
        }
    }

    @Test
    void aFileOfH2KeepsItsRows(@TempDir Path folder) throws SQLException {
        Path file = folder.resolve("orders");
        try (TestDatabase database = TestDatabase.h2File(file);
                Connection connection = database.connect()) {
            execute(connection, "CREATE TABLE probe (id BIGINT PRIMARY KEY)");
            execute(connection, "INSERT INTO probe VALUES (7)");
        }
        try (TestDatabase database = TestDatabase.h2File(file);
                Connection connection = database.connect()) {
            assertEquals("7", read(connection, "SELECT id FROM probe"));
        }
    }

    @ParameterizedTest
    @EnumSource(names = "H2", mode = EnumSource.Mode.EXCLUDE)
    void theTestUserHasNoGlobalRights(TestDatabase.Kind kind) throws SQLException {
        try (TestDatabase database = TestDatabase.open(kind);
                Connection connection = database.connect();
                Connection admin = database.connectAsAdmin()) {
            assertFalse(read(admin, "SELECT CURRENT_USER()").isEmpty());
            if (!database.user().equals(database.server().adminUser())) {
                assertThrows(SQLException.class, () -> execute(connection, "SET GLOBAL innodb_lock_wait_timeout = 50"));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = "H2", mode = EnumSource.Mode.EXCLUDE)
    void aConnectionLeftOpenWithALockIsNoticedAtTheEnd(TestDatabase.Kind kind) throws SQLException {
        TestDatabase database = TestDatabase.open(kind);
        try (Connection connection = database.connect()) {
            execute(connection, "CREATE TABLE probe (id BIGINT PRIMARY KEY)");
            connection.setAutoCommit(false);
            execute(connection, "INSERT INTO probe VALUES (1)");
            IllegalStateException e = assertThrows(IllegalStateException.class, database::close);
            assertTrue(e.getMessage().contains(database.name()), e.getMessage());
        }
        database.close();
    }

    @ParameterizedTest
    @EnumSource(names = "H2", mode = EnumSource.Mode.EXCLUDE)
    void theAnswerToACommitCanBeDropped(TestDatabase.Kind kind) throws SQLException {
        try (TestDatabase database = TestDatabase.open(kind);
                FaultProxy proxy = FaultProxy.to(database.server());
                HikariDataSource pool = database.dataSource(1, database.jdbcUrlVia(proxy.port()));
                Connection direct = database.connect();
                Connection connection = pool.getConnection()) {
            execute(direct, "CREATE TABLE probe (id BIGINT PRIMARY KEY)");
            connection.setAutoCommit(false);
            proxy.dropAnswersAfter(FaultProxy.mysqlCommit(), FaultProxy.AfterDrop.RESET);
            execute(connection, "INSERT INTO probe VALUES (1)");
            SQLException lost = assertThrows(SQLException.class, connection::commit);
            assertTrue(lost.getSQLState().startsWith("08"), lost.getSQLState());
            assertEquals(1, proxy.answersDropped());
            assertEquals("1", read(direct, "SELECT COUNT(*) FROM probe"));
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String read(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            assertTrue(rows.next(), sql);
            return rows.getString(1);
        }
    }
}
