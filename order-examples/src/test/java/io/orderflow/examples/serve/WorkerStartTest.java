package io.orderflow.examples.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.examples.ProgramRun;
import io.orderflow.examples.common.TestShops;
import io.orderflow.examples.serve.ShopClient.Answer;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.Ports;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.h2.tools.Server;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("worker starts")
class WorkerStartTest {
    private static final Duration BOUND = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    @Test
    @DisplayName("while its servers are away, says so, works when the database is there, and ends well when told to")
    void serversAway() throws Exception {
        int port = Ports.free();
        String url = "jdbc:h2:tcp://127.0.0.1:" + port + "/" + folder.resolve("late")
                + ";MODE=MySQL;DATABASE_TO_LOWER=TRUE;CASE_INSENSITIVE_IDENTIFIERS=TRUE;WRITE_DELAY=0";
        Server database = Server.createTcpServer("-tcpPort", Integer.toString(port), "-ifNotExists");
        List<String> options = List.of("--db", url, "--queue", "redis://127.0.0.1:" + Ports.free());
        try (WorkerProcess worker = WorkerProcess.start(options)) {
            ShopClient client = worker.client();
            assertEquals(200, client.get("/health/live").status());
            Answer ready = client.get("/health/ready");
            assertEquals(503, ready.status(), ready::toString);
            assertTrue(!ready.text("waitingFor").isEmpty(), ready::toString);
            database.start();
            worker.awaitWorking();
            Eventually.await(
                    "health says that the queue is away",
                    BOUND,
                    () -> ServeSite.get(client, "/health/ready").toString().contains("worker-1.queue"),
                    () -> ServeSite.get(client, "/health/ready").toString());
            assertEquals(200, client.get("/health/ready").status(), "recovery decides what the journal has");
            database.stop();
            Eventually.await(
                    "it cannot decide without the database",
                    BOUND,
                    () -> ServeSite.get(client, "/health/ready").status() == 503,
                    () -> ServeSite.get(client, "/health/ready").toString());
            database.start();
            Eventually.await(
                    "it decides again, still without the queue",
                    BOUND,
                    () -> ServeSite.get(client, "/health/ready").status() == 200,
                    () -> ServeSite.get(client, "/health/ready").toString());
            assertEquals(404, client.get("/orders/1").status(), "it serves its health and nothing else");
            assertEquals(0, worker.terminate());
        } finally {
            database.stop();
        }
    }

    @Test
    @DisplayName("with the queue in memory, and decides what another process accepted")
    void queueInMemory() throws Exception {
        List<String> options = List.of("--db", "embedded:" + folder.resolve("data"));
        List<String> accepting = List.of("--db", "embedded:" + folder.resolve("data"), "--workers", "0");
        try (ServeProcess serve = ServeProcess.start(accepting);
                WorkerProcess worker = WorkerProcess.start(options)) {
            worker.awaitWorking();
            Answer order = serve.client().order(ServeOutageTest.ORDER);
            assertEquals(202, order.status(), order::toString);
            ServeSite.awaitVerdicts(List.of(order.text("orderId")), serve.client());
            assertEquals(1, worker.terminate());
            assertEquals(143, serve.terminate());
        }
    }

    @Test
    @DisplayName("not on tables of another version, and says what to do")
    void otherVersion() throws Exception {
        String database = "embedded:" + folder.resolve("data");
        ProgramRun.successful("quickstart", "--db", database);
        try (Connection connection = TestShops.connectEmbedded(folder.resolve("data"));
                Statement statement = connection.createStatement()) {
            statement.execute("UPDATE orderflow_schema_version SET version = 99 WHERE id = 1");
        }
        ProgramRun run = ProgramRun.of("worker", "--db", database);
        assertEquals(1, run.exitCode(), run::toString);
        assertTrue(run.err().startsWith("error: the tables orderflow_* have schema version 99"), run::toString);
    }

    @Test
    @DisplayName("not on a port that is taken, and says so in one line")
    void portTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            String port = Integer.toString(taken.getLocalPort());
            ProgramRun run = ProgramRun.of("worker", "--db", "embedded:" + folder, "--health-port", port);
            assertEquals(1, run.exitCode(), run::toString);
            assertTrue(run.err().startsWith("error: cannot listen on 127.0.0.1:" + port), run::toString);
        }
    }
}
