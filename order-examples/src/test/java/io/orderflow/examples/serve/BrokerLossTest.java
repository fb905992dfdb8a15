package io.orderflow.examples.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.testing.Eventually;
import io.orderflow.testing.ServerKind;
import io.orderflow.testing.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("A queue that is lost in the middle of a run")
class BrokerLossTest {
    /** More with {@code -Dtest.loss.orders=200}. */
    private static final int ORDERS = Integer.getInteger("test.loss.orders", 100);

    /** From the server's return until everybody works with it again. */
    private static final Duration RETURN = Duration.ofSeconds(5);

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(
            value = ServerKind.class,
            names = {"REDIS", "RABBITMQ"})
    @DisplayName("costs no order: not when it is wiped, not when its server is killed, not when a worker is")
    void nothingIsLost(ServerKind kind) throws Exception {
        Broker broker = Broker.ready(kind);
        try (TestDatabase database = TestDatabase.open(TestDatabase.Kind.MARIADB)) {
            ServeSite site = new ServeSite(database, broker, folder);
            try (ServeProcess serve = ServeProcess.start(site.options("--workers", "0"));
                    WorkerProcess worker = WorkerProcess.start(site.options());
                    WorkerProcess victim = WorkerProcess.start(site.options());
                    Customers customers = new Customers()) {
                worker.awaitWorking();
                victim.awaitWorking();
                customers.orderAt(serve.client());
                customers.awaitAccepted(ORDERS);
                victim.kill();
                customers.awaitAccepted(2 * ORDERS);
                broker.kill();
                customers.awaitAccepted(3 * ORDERS);
                customers.sendHome();
                broker.heal();
                assertWorksAgain(kind, serve, worker);
                customers.orderAt(serve.client());
                customers.awaitAccepted(4 * ORDERS);
                broker.wipe();
                customers.awaitAccepted(5 * ORDERS);
                customers.sendHome();

                ShopClient client = serve.client();
                ServeSite.awaitVerdicts(customers.accepted().values(), client);
                customers.sendAllAgain(client);
                ServeSite.awaitVerdicts(customers.accepted().values(), client);
                assertEquals(List.of(), customers.odd(), customers::toString);
                assertEquals(customers.sent(), customers.accepted().size(), customers::toString);
                site.awaitEmptyQueue(worker.client());
                worker.terminate();
                site.awaitEmptyQueue();
                site.assertAudit(customers.sent());
                assertEquals(List.of(), site.deadLetters());
            }
        }
    }

    private static void assertWorksAgain(ServerKind kind, ServeProcess serve, WorkerProcess worker) {
        long start = System.nanoTime();
        ShopClient accepting = serve.client();
        ShopClient deciding = worker.client();
        Eventually.await(
                "both processes work with the queue",
                ServeSite.BOUND,
                () -> ServeSite.isUp(accepting) && ServeSite.isUp(deciding),
                () -> ServeSite.get(accepting, "/health/ready") + "; " + ServeSite.get(deciding, "/health/ready"));
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        System.out.println(kind.title() + ": in use again after " + took.toMillis() + " ms");
        assertTrue(took.compareTo(RETURN) < 0, () -> "in use again after " + took);
    }
}
