package io.orderflow.examples.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.orderflow.examples.ProgramRun;
import io.orderflow.examples.serve.ShopClient.Answer;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("serve keeps its promises")
@Tag("drill")
class ServeCrashTest {
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final int KILLS = 2;

    /** More with {@code -Dtest.kill.orders=300}. */
    private static final int ORDERS_BEFORE_A_KILL = Integer.getInteger("test.kill.orders", 100);

    @TempDir
    Path folder;

    /** The options that name a database, for programs in this and in other JVMs. */
    private List<String> options(TestDatabase database) throws IOException {
        Path password = Files.writeString(folder.resolve("password"), database.password() + "\n");
        return List.of(
                "--db", database.jdbcUrl(), "--db-user", database.user(), "--db-password-file", password.toString());
    }

    @Test
    @DisplayName("when it is killed with -9 under load, on the embedded database")
    void killedOnTheEmbeddedDatabase() throws Exception {
        killed(List.of("--db", "embedded:" + folder.resolve("data")));
    }

    @ParameterizedTest
    @EnumSource(
            value = TestDatabase.Kind.class,
            names = {"MARIADB", "MYSQL"})
    @DisplayName("when it is killed with -9 under load, on a server")
    void killedOnAServer(TestDatabase.Kind kind) throws Exception {
        try (TestDatabase database = TestDatabase.open(kind)) {
            killed(options(database));
        }
    }

    private void killed(List<String> database) throws Exception {
        try (Customers customers = new Customers()) {
            for (int kill = 1; kill <= KILLS; kill++) {
                try (ServeProcess serve = ServeProcess.start(database)) {
                    customers.orderAt(serve.client());
                    customers.awaitAccepted(kill * ORDERS_BEFORE_A_KILL);
                    serve.kill();
                    customers.awaitEnd();
                }
            }
            try (ServeProcess serve = ServeProcess.start(database)) {
                assertAllDecided(customers, serve);
                customers.sendAllAgain(serve.client());
                assertEquals(customers.sent(), customers.accepted().size(), customers::toString);
                assertAllDecided(customers, serve);
                assertEquals(List.of(), customers.odd(), customers::toString);
                assertAudit(database, customers.sent());
            }
        }
    }

    private static void assertAllDecided(Customers customers, ServeProcess serve) {
        ShopClient client = serve.client();
        Set<String> open = new HashSet<>(customers.accepted().values());
        Eventually.await(
                "all accepted orders are decided",
                BOUND,
                () -> {
                    open.removeIf(orderId -> isDecided(client, orderId));
                    return open.isEmpty();
                },
                () -> open.size() + " open: " + open.stream().limit(5).toList() + "; " + customers + "; " + serve);
    }

    private static boolean isDecided(ShopClient client, String orderId) {
        try {
            Answer answer = client.get("/orders/" + orderId);
            return answer.status() == 200 && Set.of("COMPLETED", "REJECTED").contains(answer.text("status"));
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(orderId, e);
        }
    }

    /** The audit runs beside the serving process, and counts exactly the orders that were sent. */
    private static void assertAudit(List<String> database, int orders) {
        String[] arguments = new String[database.size() + 2];
        arguments[0] = "audit";
        arguments[1] = "--json";
        for (int i = 0; i < database.size(); i++) {
            arguments[i + 2] = database.get(i);
        }
        ProgramRun audit = ProgramRun.of(arguments);
        assertEquals(0, audit.exitCode(), audit::toString);
        JsonNode report = audit.json();
        assertEquals(orders, report.path("orders").intValue(), audit::toString);
        assertEquals(0, report.path("pending").intValue(), audit::toString);
        assertEquals(0, report.path("parked").intValue(), audit::toString);
    }

    @Test
    @DisplayName("when it is told to stop under load: it ends by itself, and nothing that it accepted is lost")
    void terminated() throws Exception {
        List<String> database = List.of("--db", "embedded:" + folder.resolve("data"));
        try (Customers customers = new Customers()) {
            try (ServeProcess serve = ServeProcess.start(database)) {
                customers.orderAt(serve.client());
                customers.awaitAccepted(ORDERS_BEFORE_A_KILL);
                assertEquals(143, serve.terminate(), serve::toString);
                assertTrue(serve.lines().contains("stopped"), serve::toString);
                customers.awaitEnd();
            }
            try (ServeProcess serve = ServeProcess.start(database)) {
                assertAllDecided(customers, serve);
                assertEquals(List.of(), customers.odd(), customers::toString);
            }
        }
    }
}
