package io.orderflow.examples.common;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.examples.ProgramRun;
import io.orderflow.queue.QueueException;
import io.orderflow.testing.Ports;
import io.orderflow.testing.TestDatabase;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The first contact of a program")
class ServerContactTest {
    /** What takes a second at most, on a busy machine; a pool that asks again takes ten. */
    private static final Duration SOON = Duration.ofSeconds(9);

    private static final List<List<String>> PROGRAMS = List.of(
            List.of("audit"),
            List.of("quickstart"),
            List.of("loadtest"),
            List.of("loadtest", "baseline"),
            List.of("bench"));

    @TempDir
    Path folder;

    private static void assertEndsSoon(String words, String... options) {
        for (List<String> program : PROGRAMS) {
            assertEndsSoon(program, words, options);
        }
    }

    private static void assertEndsSoon(List<String> program, String words, String... options) {
        String[] line = Stream.concat(program.stream(), Stream.of(options)).toArray(String[]::new);
        long start = System.nanoTime();
        ProgramRun run = ProgramRun.of(line);
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        assertAll(
                program + " took " + took + ": " + run,
                () -> assertEquals(1, run.exitCode()),
                () -> assertEquals(1, run.err().lines().count()),
                () -> assertTrue(run.err().contains(words), words),
                () -> assertFalse(run.err().contains("s3cret")),
                () -> assertTrue(took.compareTo(SOON) < 0));
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.Kind.class)
    @DisplayName("ends at once with a wrong password or an unknown database")
    void mistakes(TestDatabase.Kind kind) throws IOException, SQLException {
        try (TestDatabase database = TestDatabase.open(kind)) {
            // one of H2's belongs to who comes first
            database.connect().close();
            Path wrong = Files.writeString(folder.resolve("wrong"), "s3cret");
            Path right = folder.resolve("right");
            boolean h2 = kind == TestDatabase.Kind.H2;
            // one program on H2, which makes each wrong password wait longer than the one before
            for (List<String> program : h2 ? PROGRAMS.subList(0, 1) : PROGRAMS) {
                assertEndsSoon(
                        program,
                        "; check --db-user and the password",
                        "--db",
                        database.jdbcUrl(),
                        "--db-user",
                        h2 ? database.user() : "nobody",
                        "--db-password-file",
                        wrong.toString());
            }
            if (!h2) {
                String url = database.jdbcUrl().replaceFirst("(//[^/]*/)[^?]*", "$1order_test_none");
                assertEndsSoon("; create it, or add", login(url, database, right));
                String none = database.jdbcUrl().replaceFirst("(//[^/]*/)[^?]*", "$1");
                assertEndsSoon("; name one in --db", login(none, database, right));
            }
        }
    }

    private static String[] login(String url, TestDatabase database, Path file) throws IOException {
        if (database.password().isEmpty()) {
            return new String[] {"--db", url, "--db-user", database.user()};
        }
        Files.writeString(file, database.password());
        return new String[] {"--db", url, "--db-user", database.user(), "--db-password-file", file.toString()};
    }

    @Test
    @DisplayName("ends at once where nothing listens, and at a host that there is not")
    void addresses() throws IOException {
        String away = "jdbc:mysql://root:s3cret@127.0.0.1:" + Ports.free() + "/shop";
        assertEndsSoon("Connection refused; is the server running, and is the address right?", "--db", away);
        assertEndsSoon("no such host: ", "--db", "jdbc:mysql://no.such.host.invalid/shop?password=s3cret");
        assertEndsSoon("; check the URL in --db", "--db", "jdbc:mysql://u:s3cret@127.0.0.1:port/shop");
        assertEndsSoon("; check the URL in --db", "--db", "jdbc:h2:mem:x;PASSWORDS=s3cret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"redis://u:s3cret@127.0.0.1:%d", "amqp://u:s3cret@127.0.0.1:%d", "amqp://no.such.host.invalid"})
    @DisplayName("ends soon where no queue listens")
    void queues(String uri) throws IOException {
        for (List<String> program : List.of(List.of("quickstart"), List.of("loadtest"), List.of("bench"))) {
            assertEndsSoon(
                    program,
                    "; is the server running",
                    "--db",
                    "embedded:" + folder,
                    "--queue",
                    uri.formatted(Ports.free()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"serve", "worker"})
    @DisplayName("ends a service too where no waiting helps")
    void services(String program) {
        assertEndsSoon(List.of(program), "; check the URL in --db", "--db", "jdbc:mysql://127.0.0.1:port/shop");
    }

    @Test
    @DisplayName("is tried again only where that may help, and nothing that listens only as long as asked for")
    void again() {
        SQLException refused = new SQLException("x", "08S01", new ConnectException("Connection refused"));
        int[] attempts = new int[1];
        ServerContact.make("server", Duration.ofMinutes(1), () -> {
            if (attempts[0]++ < 2) {
                throw refused;
            }
        });
        assertEquals(3, attempts[0]);
        assertEquals(1, attemptsOf(refused, Duration.ZERO));
        assertEquals(1, attemptsOf(new SQLException("x", "28000", 1_045), Duration.ofMinutes(1)));
        assertEquals(1, attemptsOf(new SQLException("x", "42000", 1_049), Duration.ofMinutes(1)));
        assertEquals(
                1,
                attemptsOf(new QueueException("x: WRONGPASS invalid username-password pair"), Duration.ofMinutes(1)));
        assertTrue(attemptsOf(new SQLException("Too many connections", "08004", 1_040), Duration.ZERO) > 1);
        assertEquals(Optional.empty(), ServerContact.mistake(refused));
        assertEquals(
                "check the database's name in --db, or grant --db-user the rights on it",
                ServerContact.mistake(new SQLException("x", "42000", 1_044)).orElse(""));
    }

    private static int attemptsOf(Exception failure, Duration patience) {
        int[] attempts = new int[1];
        try {
            ServerContact.make("server", patience, () -> {
                attempts[0]++;
                if (failure instanceof SQLException sql) {
                    throw sql;
                }
                throw (QueueException) failure;
            });
        } catch (ProgramException e) {
            return attempts[0];
        }
        throw new AssertionError("did not fail");
    }
}
