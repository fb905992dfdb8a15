package io.orderflow.examples.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.examples.serve.ShopClient.Answer;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.ServerKind;
import io.orderflow.testing.TestDatabase;
import io.orderflow.testkit.MachineLag;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("One process that accepts, and two that decide")
class WorkerProcessesTest {
    /** More with {@code -Dtest.processes.orders=50000}. */
    private static final int ORDERS = Integer.getInteger("test.processes.orders", 1_000);

    private static final int SINGLE_ORDERS = 100;
    private static final Duration IDLE = Duration.ofSeconds(4);

    /** A frame of one order for buyer 0, as the codec's tests have it. */
    private static final String FRAME = "4f46010000000001458848fc00000000000000000000000000000000"
            + "000000000000000000000000000000000006010100010000";

    private static final String JSON = "{\"orderflow\":1,\"idempotencyKey\":\"python\",\"buyer\":1,"
            + "\"lines\":[{\"product\":1,\"quantity\":1}]}";

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(
            value = ServerKind.class,
            names = {"REDIS", "RABBITMQ"})
    @DisplayName("decide each order exactly once, share the work, and set aside what is no frame")
    void shareTheWork(ServerKind kind) throws Exception {
        Broker broker = Broker.ready(kind);
        try (TestDatabase database = TestDatabase.open(TestDatabase.Kind.MARIADB)) {
            ServeSite site = new ServeSite(database, broker, folder);
            try (ServeProcess serve = ServeProcess.start(site.options("--workers", "0"));
                    WorkerProcess one = WorkerProcess.start(site.options("--accept-json"));
                    WorkerProcess two = WorkerProcess.start(site.options("--workers", "2", "--accept-json"));
                    Customers customers = new Customers(32)) {
                one.awaitWorking();
                two.awaitWorking();
                customers.orderAt(serve.client());
                customers.awaitAccepted(ORDERS / 2);
                for (byte[] bad : badFrames()) {
                    broker.put(bad);
                }
                broker.put(JSON.getBytes(StandardCharsets.UTF_8));
                customers.awaitAccepted(ORDERS);
                customers.sendHome();
                assertEquals(List.of(), customers.odd(), customers::toString);
                assertEquals(customers.sent(), customers.accepted().size(), customers::toString);
                int orders = customers.accepted().size() + 1;
                site.awaitVerdicts(orders);

                printIdleCost(kind, one);
                orders += printPickUp(kind, serve.client());

                long byOne = one.terminate();
                long byTwo = two.terminate();
                String shares = kind.title() + ": " + byOne + " and " + byTwo + " of " + orders + " orders";
                System.out.println(shares);
                assertEquals(orders, byOne + byTwo, shares);
                assertTrue(Math.min(byOne, byTwo) > orders / 20, shares);
                site.awaitEmptyQueue();
                site.assertAudit(orders);
                assertEquals(
                        List.of(
                                "1 a frame must have between 52 and 262144 bytes: 49",
                                "1 a frame must start with the bytes 4f 46",
                                "1 frame version must be 1: 2"),
                        site.deadLetters());
                assertEquals(143, serve.terminate());
            }
        }
    }

    private static List<byte[]> badFrames() {
        byte[] random = new byte[500];
        new Random(1).nextBytes(random);
        byte[] future = HexFormat.of().parseHex(FRAME);
        future[2] = 2;
        byte[] whole = HexFormat.of().parseHex(FRAME);
        return List.of(random, Arrays.copyOf(whole, whole.length - 3), future);
    }

    /** A worker with nothing to do. The bound is for a busy machine; what it costs is printed. */
    private static void printIdleCost(ServerKind kind, WorkerProcess worker) throws Exception {
        long before = cpuMillis(worker.pid());
        long start = System.nanoTime();
        Eventually.await(
                IDLE + " have passed",
                IDLE.multipliedBy(10),
                () -> System.nanoTime() - start > IDLE.toNanos(),
                () -> "");
        double share = 100.0 * (cpuMillis(worker.pid()) - before) / ((System.nanoTime() - start) / 1e6);
        System.out.printf("%s: an idle worker uses %.2f %% of a core%n", kind.title(), share);
        assertTrue(share < 10, () -> "an idle worker uses " + share + " % of a core");
    }

    /** Processor time of a process, as Linux counts it. */
    private static long cpuMillis(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        long ticksPerSecond = 100;
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * 1_000 / ticksPerSecond;
    }

    /**
     * Orders that come one by one to idle workers. How long they take is printed. The bound leaves out how late the
     * machine ran a thread meanwhile, for each of the hand-overs on an order's way.
     */
    private static int printPickUp(ServerKind kind, ShopClient client) throws Exception {
        List<Duration> times = new ArrayList<>();
        List<Duration> own = new ArrayList<>();
        for (int i = 0; i < SINGLE_ORDERS; i++) {
            try (MachineLag lag = MachineLag.watch()) {
                Duration time = pickUp(client);
                times.add(time);
                own.add(time.minus(lag.extend(Duration.ZERO)));
            }
        }
        times.sort(null);
        own.sort(null);
        Duration median = times.get(SINGLE_ORDERS / 2);
        Duration most = times.get(SINGLE_ORDERS * 99 / 100);
        System.out.printf(
                "%s: from acceptance to verdict %.1f ms in the median, %.1f ms p99%n",
                kind.title(), median.toNanos() / 1e6, most.toNanos() / 1e6);
        Duration ownMedian = own.get(SINGLE_ORDERS / 2);
        assertTrue(ownMedian.toMillis() < 100, () -> "median " + median + ", without the machine's lag " + ownMedian);
        return SINGLE_ORDERS;
    }

    private static Duration pickUp(ShopClient client) throws Exception {
        Answer order = client.order("{\"buyer\":1,\"lines\":[{\"product\":1,\"quantity\":1}]}");
        assertEquals(202, order.status(), order::toString);
        String id = order.text("orderId");
        ServeSite.awaitVerdicts(List.of(id), client);
        return ServeSite.decisionTime(client, id);
    }
}
