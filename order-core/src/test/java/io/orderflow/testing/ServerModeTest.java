package io.orderflow.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServerModeTest {

    /** Asks twice for a database and says what came of it. */
    static final class TwoTests {

        private TwoTests() {}

        public static void main(String[] arguments) {
            for (int i = 0; i < 2; i++) {
                try {
                    TestDatabase.open(TestDatabase.Kind.MYSQL).close();
                } catch (RuntimeException | AssertionError e) {
                    System.out.println(e.getClass().getSimpleName() + ": " + e.getMessage());
                }
            }
        }
    }

    @Test
    void withoutServersEachTestIsSkippedAndTheReasonIsPrintedOnce() {
        String reason = "MySQL: tests skipped: -Dservers=none";
        String skipped = "TestAbortedException: " + reason;
        assertEquals(List.of(reason, skipped, skipped), outputWith("-Dservers=none"));
    }

    @Test
    void anotherWordIsRefused() {
        String refused = "IllegalArgumentException: servers must be none, auto, required or some of"
                + " mariadb,mysql,redis,rabbitmq,chromium: some";
        assertEquals(List.of(refused, refused), outputWith("-Dservers=some"));
    }

    @Test
    void oneWordHoldsForEveryKind() {
        for (ServerKind kind : ServerKind.values()) {
            assertEquals(ServerMode.NONE, ServerMode.of(kind, "none"));
            assertEquals(ServerMode.AUTO, ServerMode.of(kind, "auto"));
            assertEquals(ServerMode.REQUIRED, ServerMode.of(kind, "required"));
        }
    }

    @Test
    void namedKindsAreRequiredAndTheOthersMayBeMissing() {
        String named = "mariadb,redis,rabbitmq,chromium";
        assertEquals(ServerMode.REQUIRED, ServerMode.of(ServerKind.MARIADB, named));
        assertEquals(ServerMode.REQUIRED, ServerMode.of(ServerKind.REDIS, named));
        assertEquals(ServerMode.REQUIRED, ServerMode.of(ServerKind.RABBITMQ, named));
        assertEquals(ServerMode.AUTO, ServerMode.of(ServerKind.MYSQL, named));
        assertEquals(ServerMode.AUTO, ServerMode.of(ServerKind.MYSQL, "redis"));
    }

    @Test
    void aModeInAListIsRefused() {
        for (String wrong : List.of("redis,auto", "redis,", "", "redis,,mysql", "h2")) {
            assertThrows(
                    IllegalArgumentException.class, () -> ServerMode.of(ServerKind.REDIS, wrong), "-Dservers=" + wrong);
        }
    }

    private static List<String> outputWith(String option) {
        try (JavaProcess child = JavaProcess.start(List.of(option), TwoTests.class)) {
            child.awaitExit(Duration.ofSeconds(30));
            return child.lines();
        }
    }
}
