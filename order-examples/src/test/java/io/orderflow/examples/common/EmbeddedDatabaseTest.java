package io.orderflow.examples.common;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.testing.JavaProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The embedded database")
class EmbeddedDatabaseTest {
    private static final Duration BOUND = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    /** Another process that opens the database, commits rows one by one, says so for each, and stays. */
    static final class Writer {
        public static void main(String[] args) throws Exception {
            try (EmbeddedDatabase database = new EmbeddedDatabase(Path.of(args[0]));
                    Connection connection = database.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE TABLE IF NOT EXISTS written (id BIGINT PRIMARY KEY)");
                for (long id = 0; ; id++) {
                    statement.execute("INSERT INTO written VALUES (" + id + ")");
                    System.out.println(id);
                }
            }
        }
    }

    private static long count(EmbeddedDatabase database) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM written")) {
            rows.next();
            return rows.getLong(1);
        }
    }

    @Test
    @DisplayName("lets a second process in through the door of the first")
    void secondProcess() throws Exception {
        try (JavaProcess writer = JavaProcess.start(Writer.class, folder.toString());
                EmbeddedDatabase database = new EmbeddedDatabase(folder)) {
            writer.awaitLine("100", BOUND);
            long first = count(database);
            assertTrue(first > 100, first + " rows");
            writer.awaitLine("200", BOUND);
            assertTrue(count(database) > 200, "the second look must see what was written meanwhile");
        }
    }

    @Test
    @DisplayName("keeps each acknowledged commit on kill -9, and opens at once afterwards")
    void killed() throws Exception {
        try (JavaProcess writer = JavaProcess.start(Writer.class, folder.toString())) {
            writer.awaitLine("500", BOUND);
            writer.kill9();
            assertTrue(Files.exists(folder.resolve("shop.door")), "a killed process leaves its door");
            long acknowledged = writer.lines().size();
            try (EmbeddedDatabase database = new EmbeddedDatabase(folder)) {
                long found = count(database);
                assertTrue(found >= acknowledged, found + " rows of " + acknowledged + " that were acknowledged");
            }
        }
    }

    @Test
    @DisplayName("can be taken over when the first process ends")
    void takenOver() throws Exception {
        try (EmbeddedDatabase database = new EmbeddedDatabase(folder)) {
            try (JavaProcess writer = JavaProcess.start(Writer.class, folder.toString())) {
                writer.awaitLine("10", BOUND);
                assertTrue(count(database) > 10);
            }
            assertTrue(count(database) > 10, "without the other process");
        }
    }

    @Test
    @DisplayName("shows its door to the owner alone, and takes it away")
    void door() throws Exception {
        Path door = folder.resolve("shop.door");
        try (EmbeddedDatabase database = new EmbeddedDatabase(folder);
                Connection connection = database.getConnection()) {
            assertFalse(connection.isClosed());
            assertTrue(Files.readString(door).startsWith("jdbc:h2:tcp://127.0.0.1:"), Files.readString(door));
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(door)));
        }
        assertFalse(Files.exists(door));
    }

    @Test
    @DisplayName("says what to do when another process lets nobody in")
    void noDoor() throws Exception {
        try (JavaProcess writer = JavaProcess.start(Writer.class, folder.toString());
                EmbeddedDatabase database = new EmbeddedDatabase(folder)) {
            writer.awaitLine("1", BOUND);
            Files.delete(folder.resolve("shop.door"));
            String message =
                    assertThrows(SQLException.class, database::getConnection).getMessage();
            assertTrue(message.contains("another process has " + folder.resolve("shop.mv.db") + " open"), message);
            assertTrue(message.contains("stop it"), message);
        }
    }

    @Test
    @DisplayName("refuses a folder that would be read as a setting")
    void semicolon() throws IOException {
        assertThrows(ProgramException.class, () -> new EmbeddedDatabase(folder.resolve("a;INIT=x")));
        try (var entries = Files.list(folder)) {
            assertEquals(0, entries.count());
        }
    }
}
