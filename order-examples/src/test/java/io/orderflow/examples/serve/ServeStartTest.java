package io.orderflow.examples.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.WorkerConfig;
import io.orderflow.examples.ProgramRun;
import io.orderflow.examples.common.Shop;
import io.orderflow.examples.common.ShopQueue;
import io.orderflow.examples.common.ShopSeed;
import io.orderflow.examples.common.TestShops;
import io.orderflow.examples.serve.ShopClient.Answer;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.Ports;
import io.orderflow.testing.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.h2.tools.Server;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("serve starts")
class ServeStartTest {
    private static final String GOOD = "{\"buyer\":1,\"lines\":[{\"product\":1,\"quantity\":2}]}";
    private static final Duration BOUND = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    @Test
    @DisplayName(
            "while the database is away, says 503 then and whenever it goes away, and takes orders when it is there")
    void databaseAway() throws Exception {
        int port = Ports.free();
        String url = "jdbc:h2:tcp://127.0.0.1:" + port + "/" + folder.resolve("late")
                + ";MODE=MySQL;DATABASE_TO_LOWER=TRUE;CASE_INSENSITIVE_IDENTIFIERS=TRUE;WRITE_DELAY=0";
        ShopSeed seed = new ShopSeed(5, 100, 5, 100_000);
        Server database = databaseServer(port);
        try (Shop shop = TestShops.open(url, "sa", "", 8);
                ShopServer server = new ShopServer(
                        shop,
                        ShopQueue.inMemory(),
                        Optional.of(WorkerConfig.defaults()),
                        Duration.ZERO,
                        seed,
                        progress -> {})) {
            ShopClient client = new ShopClient(server.start("127.0.0.1", 0).port());
            assertAway(client);
            database.start();
            assertTakesOrders(client);
            database.stop();
            Eventually.await("orders are refused", BOUND, () -> order(client).status() == 503, () -> body(client));
            assertAway(client);
            database = databaseServer(port).start();
            assertTakesOrders(client);
        } finally {
            database.stop();
        }
    }

    @Test
    @DisplayName("not on the tables of an older release, says what to do, and leaves them")
    void olderTables() throws Exception {
        TestShops.makeFirstVersion(folder);
        String advice = "stop the processes of the older release and run the program upgrade";
        try (ServeProcess serve = ServeProcess.start(List.of("--db", "embedded:" + folder))) {
            Eventually.await(
                    "the log says what to do",
                    Duration.ofSeconds(60),
                    () -> serve.lines().stream().anyMatch(line -> line.contains(advice)),
                    serve::toString);
            assertEquals(503, serve.client().get("/health/ready").status());
            serve.terminate();
        }
        assertEquals(1, TestShops.version(folder));
    }

    @Test
    @DisplayName("after an error of the machine's too")
    void errorWhileSeeding() throws Exception {
        AtomicBoolean failed = new AtomicBoolean();
        try (TestDatabase database = TestDatabase.h2();
                Shop shop = TestShops.open(database, 8);
                ShopServer server = new ShopServer(
                        shop,
                        ShopQueue.inMemory(),
                        Optional.of(WorkerConfig.defaults()),
                        Duration.ZERO,
                        new ShopSeed(5, 100, 5, 100_000),
                        progress -> {
                            if (failed.compareAndSet(false, true)) {
                                throw new OutOfMemoryError("on purpose");
                            }
                        })) {
            assertTakesOrders(new ShopClient(server.start("127.0.0.1", 0).port()));
            assertTrue(failed.get());
        }
    }

    @Test
    @DisplayName("with the sites, the limit, the proxies and the tokens that its command line names")
    void callers() throws Exception {
        String site = "https://shop.example";
        Path look = Files.writeString(folder.resolve("look"), "look-look-look-look\n");
        try (ServeProcess serve = ServeProcess.start(List.of(
                "--db",
                "embedded:" + folder.resolve("callers"),
                "--cors-origin",
                site,
                "--rate-limit",
                "1",
                "--rate-burst",
                "900",
                "--trusted-proxy",
                "127.0.0.0/8",
                "--look-token-file",
                look.toString()))) {
            ShopClient client = serve.client();
            assertTakesOrders(client);
            assertEquals(401, client.send("HEAD", "/wallets/1", "").status());
            String token = "Bearer look-look-look-look";
            Answer wallet = client.send("HEAD", "/wallets/1", "", "Authorization", token, "Origin", site);
            assertEquals(200, wallet.status(), "HEAD is a look, from the named site too");
            assertEquals(site, wallet.header("Access-Control-Allow-Origin").orElse(""));
            String batch = "{\"orders\":[" + String.join(",", Collections.nCopies(BatchBody.ORDERS, GOOD)) + "]}";
            // two of 500 are a hundred more than a burst, which take 100 s
            for (int status : new int[] {207, 207, 429}) {
                assertEquals(
                        status,
                        client.batch(batch, "X-Forwarded-For", "203.0.113.1").status());
            }
            assertEquals(
                    429,
                    client.send("GET", "/products/1", "", "X-Forwarded-For", "203.0.113.1")
                            .status());
            assertEquals(
                    200,
                    client.send("GET", "/products/1", "", "X-Forwarded-For", "203.0.113.2")
                            .status());
            String limited = "orderflow_http_limited_requests_total 2.0";
            assertTrue(client.text("/metrics").contains(limited), limited);
        }
    }

    private static Server databaseServer(int port) throws SQLException {
        return Server.createTcpServer("-tcpPort", Integer.toString(port), "-ifNotExists");
    }

    private static void assertTakesOrders(ShopClient client) {
        Answer order = orderWhenReady(client);
        // on a busy machine the answer of the database can come too late: then the order may be there or not, and the
        // database counts as away until it has answered
        while (order.status() == 503 && order.text("type").endsWith("outcome-unknown")) {
            order = orderWhenReady(client);
        }
        Answer taken = order;
        assertEquals(202, taken.status(), taken::toString);
        Eventually.await(
                "decided",
                BOUND,
                () -> get(client, "/orders/" + taken.text("orderId"))
                        .text("status")
                        .equals("COMPLETED"),
                () -> body(client));
    }

    private static Answer orderWhenReady(ShopClient client) {
        Eventually.await("ready", BOUND, () -> status(client, "/health/ready") == 200, () -> body(client));
        return order(client);
    }

    private static Answer order(ShopClient client) {
        try {
            return client.order(GOOD);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void assertAway(ShopClient client) throws Exception {
        assertEquals(200, status(client, "/health/live"));
        assertEquals(503, status(client, "/health/ready"));
        Answer refused = client.order(GOOD);
        assertEquals(503, refused.status(), refused::toString);
        assertTrue(refused.header("Retry-After").isPresent(), refused::toString);
        Answer read = client.get("/products/1");
        assertEquals(503, read.status(), read::toString);
        assertEquals(400, client.order("{").status(), "what is wrong at any time is refused as such");
    }

    private static Answer get(ShopClient client, String path) {
        try {
            return client.get(path);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(path, e);
        }
    }

    private static int status(ShopClient client, String path) {
        return get(client, path).status();
    }

    private static String body(ShopClient client) {
        return get(client, "/health/ready").toString();
    }

    @Test
    @DisplayName("not on a port that is taken, and says so in one line")
    void portTaken() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            String port = Integer.toString(taken.getLocalPort());
            ProgramRun run = ProgramRun.of("serve", "--db", "embedded:" + folder, "--port", port);
            assertEquals(1, run.exitCode(), run::toString);
            assertTrue(run.err().startsWith("error: cannot listen on 127.0.0.1:" + port), run::toString);
            assertEquals(1, run.err().lines().count(), run::toString);
        }
    }
}
