package io.orderflow.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PrivateServerTest {

    @ParameterizedTest
    @EnumSource(names = {"MARIADB", "MYSQL"})
    void whatWasCommittedSurvivesKillAndRestart(ServerKind kind) throws SQLException {
        try (PrivateServer server = PrivateServer.start(kind);
                TestDatabase database = TestDatabase.on(server.address())) {
            try (Connection connection = database.connect()) {
                execute(connection, "CREATE TABLE probe (id BIGINT PRIMARY KEY)");
                execute(connection, "INSERT INTO probe VALUES (1)");
                connection.setAutoCommit(false);
                execute(connection, "INSERT INTO probe VALUES (2)");
                server.kill();
                assertFalse(server.isAlive());
                assertThrows(SQLException.class, connection::commit);
            }
            assertThrows(SQLException.class, database::connect);
            server.restart();
            assertEquals(1, rows(database));
            server.stop();
            server.restart();
            assertEquals(1, rows(database));
        }
    }

    /** As happens when process ids begin anew. */
    @Test
    void aKilledMySqlWhoseProcessIdIsAnothersNowStartsAgain() throws IOException {
        // the server passes over its own parent, which this process is
        Process another = new ProcessBuilder("cat").start();
        try (PrivateServer server = PrivateServer.start(ServerKind.MYSQL)) {
            server.kill();
            Path lock = server.folder().resolve("data").resolve("s.sock.lock");
            assertTrue(Files.exists(lock));
            Files.writeString(lock, another.pid() + "\n");
            server.restart();
            assertTrue(server.isAlive());
        } finally {
            another.destroy();
        }
    }

    @Test
    void aDataFolderForAllJvmsIsSetUpOnce(@TempDir Path folder) throws IOException {
        MySqlProgram program = (MySqlProgram) SharedServers.requireProgram(ServerKind.MARIADB);
        Path template = program.initialiseOnce(folder);
        Path mark = Files.createFile(template.resolve("mark"));
        assertEquals(template, program.initialiseOnce(folder));
        assertTrue(Files.exists(mark));
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(2, left.count(), "the data folder and the file of turns");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"MARIADB", "MYSQL"})
    void aFrozenServerIsSilentUntilItThaws(ServerKind kind) throws SQLException {
        try (PrivateServer server = PrivateServer.start(kind);
                TestDatabase database = TestDatabase.on(server.address());
                Connection connection = database.connect()) {
            execute(connection, "CREATE TABLE probe (id BIGINT PRIMARY KEY)");
            server.freeze();
            String impatient = database.jdbcUrl() + "&socketTimeout=300";
            assertThrows(
                    SQLException.class,
                    () -> DriverManager.getConnection(impatient, database.user(), database.password()));
            server.thaw();
            execute(connection, "INSERT INTO probe VALUES (1)");
            assertEquals(1, rows(database));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"MARIADB", "MYSQL"})
    void aDatabaseOfAKilledServerCanBeClosed(ServerKind kind) throws SQLException {
        try (PrivateServer server = PrivateServer.start(kind);
                TestDatabase database = TestDatabase.on(server.address());
                Connection connection = database.dataSource(1).getConnection()) {
            assertTrue(connection.isValid(1));
            server.kill();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"REDIS", "RABBITMQ"})
    void aBrokerAnswersAgainAfterKillAndRestart(ServerKind kind) {
        try (PrivateServer server = PrivateServer.start(kind)) {
            long first = server.pid();
            server.kill();
            assertFalse(ProcessHandle.of(first).map(ProcessHandle::isAlive).orElse(false));
            server.restart();
            assertTrue(server.isAlive());
            server.freeze();
            server.thaw();
            server.stop();
            assertFalse(server.isAlive());
        }
    }

    private static int rows(TestDatabase database) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM probe")) {
            assertTrue(rows.next());
            return rows.getInt(1);
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
