package io.orderflow.examples.producers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.DeadLetter;
import io.orderflow.DeadLetterFilter;
import io.orderflow.DeadLetterReason;
import io.orderflow.FeedPage;
import io.orderflow.OrderEvent;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.OrderStatus;
import io.orderflow.PageRequest;
import io.orderflow.queue.OrderQueue;
import io.orderflow.queue.QueueException;
import io.orderflow.queue.rabbit.RabbitQueue;
import io.orderflow.queue.redis.RedisQueue;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.FaultProxy;
import io.orderflow.testing.JavaProcess;
import io.orderflow.testing.Python;
import io.orderflow.testing.ServerKind;
import io.orderflow.testing.SharedServers;
import io.orderflow.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("1,000 orders of a producer in Python")
class PythonProducersTest {
    static final byte[] FRAME_KEY = "0123456789abcdef0123456789abcdef".getBytes(UTF_8);

    private static final Duration BOUND = Duration.ofSeconds(120);
    private static final int ORDERS = 1_000;
    private static final int BROKEN_OF_A_KIND = 10;
    private static final int GOOD = 900;
    private static final long PRICE = 100;
    private static final int BUYERS = 50;
    private static final int PRODUCTS = 10;
    private static final long BALANCE = 1_000_000;

    /** What becomes of the ten kinds of broken ones, without what differs from one to the next. */
    private static final List<String> BROKEN = List.of(
            "UNAUTHENTICATED a message of n bytes must have a tag, but has none",
            "UNAUTHENTICATED the tag of a message of n bytes is not that of a key of this process",
            "UNDECODABLE a JSON order must be UTF-n: n bytes",
            "UNDECODABLE a JSON order must be one JSON object: at character n: \"buyer\" is there twice",
            "UNDECODABLE a JSON order must be one JSON object: at character n: it ends too early",
            "UNDECODABLE field \"pieces\" of lines[n] is unknown; the fields are product, quantity, unitPrice",
            "UNDECODABLE idempotencyKey must be a text: a number",
            "UNDECODABLE lines[n].quantity must be between n and n: n",
            "UNDECODABLE lines[n].unitPrice must be an integer of n bits, without fraction, exponent or quotes: n.n",
            "UNDECODABLE orderflow must be n: n");

    @TempDir
    Path folder;

    static OrderQueue queue(String uri, String name) {
        return uri.startsWith("redis")
                ? RedisQueue.builder(uri).stream(name).build()
                : RabbitQueue.builder(uri).queue(name).build();
    }

    /** The tenth that is broken. */
    private static boolean isBroken(int number) {
        return number % 10 == 3;
    }

    private static UUID id(int number) {
        return OrderRequest.of(number % BUYERS + 1)
                .line(number % PRODUCTS + 1, 1)
                .idempotencyKey("cart-" + number)
                .build()
                .id();
    }

    @ParameterizedTest
    @CsvSource({"REDIS,redis_producer,redis,python3-redis", "RABBITMQ,rabbit_producer,pika,python3-pika"})
    @DisplayName("are all decided once, although a worker is killed, and broken ones are dead letters with the reason")
    void areDecidedOnce(ServerKind kind, String producer, String module, String debian) throws Exception {
        String python = Python.require(kind, module, debian);
        String uri = SharedServers.require(kind).uri();
        String name = "python-" + UUID.randomUUID();
        try (TestDatabase database = TestDatabase.open(TestDatabase.Kind.MARIADB);
                FaultProxy proxy = FaultProxy.to(database.server());
                HikariDataSource pool = database.dataSource(6);
                OrderQueue queue = queue(uri, name);
                OrderProcessor shop = OrderProcessor.builder(pool)
                        .queue(queue)
                        .createTables(true)
                        .frameKey(FRAME_KEY)
                        .build()
                        .start()) {
            prepare(shop, queue);
            // so slow that it cannot be done before it is killed
            proxy.latency(Duration.ofMillis(20));
            try (JavaProcess slow = worker(database, database.jdbcUrlVia(proxy.port()), uri, name)) {
                Process producing = start(python, producer, uri, name);
                awaitDecided(shop, 50, slow);
                slow.kill9();
                int before = events(shop).size();
                assertTrue(before < GOOD, () -> "killed too late: " + before);
                try (JavaProcess other = worker(database, database.jdbcUrl(), uri, name)) {
                    assertTrue(producing.waitFor(BOUND.toSeconds(), TimeUnit.SECONDS), "the producer does not end");
                    assertEquals("placed " + id(0), Files.readString(output()).strip());
                    awaitDecided(shop, GOOD, other);
                    awaitLetters(shop, other);
                    // what the killed one decided and did not ack comes again, on Redis when its lease is over
                    awaitEmpty(queue, other);
                    other.send("end");
                    assertEquals(0, other.awaitExit(BOUND), other::toString);
                }
                assertEquals(0, queue.depth().orElse(-1), "nothing is left");
            }
            assertEachOnce(shop);
            assertLetters(shop);
        }
    }

    private static void prepare(OrderProcessor shop, OrderQueue queue) throws QueueException {
        queue.check();
        for (int product = 1; product <= PRODUCTS; product++) {
            shop.inventory().define(product, PRICE, ORDERS, "product " + product);
        }
        for (int buyer = 1; buyer <= BUYERS; buyer++) {
            shop.wallets().open(buyer, BALANCE, "wallet " + buyer);
        }
    }

    private static JavaProcess worker(TestDatabase database, String url, String uri, String name) {
        JavaProcess worker = JavaProcess.start(
                List.of("-Xmx128m"), JsonWorkerProgram.class, url, database.user(), database.password(), uri, name);
        worker.awaitLine("working", BOUND);
        return worker;
    }

    private Path output() {
        return folder.resolve("producer");
    }

    private Process start(String python, String producer, String uri, String name) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(python, "src/test/python/thousand_orders.py", producer)
                .redirectErrorStream(true)
                .redirectOutput(output().toFile());
        builder.environment()
                .putAll(Map.of(
                        "PYTHONPATH",
                        "producers",
                        "PYTHONDONTWRITEBYTECODE",
                        "1",
                        "ORDER_QUEUE",
                        uri,
                        "ORDER_QUEUE_NAME",
                        name,
                        "ORDER_FRAME_KEY",
                        new String(FRAME_KEY, UTF_8)));
        return builder.start();
    }

    private static List<OrderEvent> events(OrderProcessor shop) {
        List<OrderEvent> all = new ArrayList<>();
        FeedPage page = shop.feeds().read(0, 500);
        while (!page.events().isEmpty()) {
            all.addAll(page.events());
            page = shop.feeds().read(page.position(), 500);
        }
        return all;
    }

    private static void awaitEmpty(OrderQueue queue, JavaProcess worker) {
        Eventually.await("nothing is left", BOUND, () -> queue.depth().orElse(-1) == 0, worker::toString);
    }

    private void awaitDecided(OrderProcessor shop, int orders, JavaProcess worker) {
        Eventually.await(
                orders + " orders are decided",
                BOUND,
                () -> events(shop).size() >= orders,
                () -> events(shop).size() + "; " + worker + "\nproducer: " + printed());
    }

    private String printed() {
        try {
            return Files.readString(output());
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static void awaitLetters(OrderProcessor shop, JavaProcess worker) {
        int all = 1 + BROKEN_OF_A_KIND * BROKEN.size();
        Eventually.await(
                all + " dead letters", BOUND, () -> all(shop).size() >= all, () -> letters(shop) + "; " + worker);
    }

    private static List<DeadLetter> all(OrderProcessor shop) {
        return shop.deadLetters()
                .page(DeadLetterFilter.ALL, PageRequest.first(500))
                .entries();
    }

    /** How many there are of each kind. */
    private static Map<String, Long> letters(OrderProcessor shop) {
        return all(shop).stream()
                .filter(letter -> letter.reason() != DeadLetterReason.CONFLICT)
                .map(letter -> letter.reason() + " " + letter.detail().replaceAll("\\d+", "n"))
                .collect(Collectors.groupingBy(Function.identity(), TreeMap::new, Collectors.counting()));
    }

    private static void assertEachOnce(OrderProcessor shop) {
        List<UUID> told =
                events(shop).stream().map(OrderEvent::orderId).sorted().toList();
        List<UUID> good = IntStream.range(0, ORDERS)
                .filter(number -> !isBroken(number))
                .mapToObj(PythonProducersTest::id)
                .sorted()
                .toList();
        assertEquals(good, told, "each is told once");
        good.forEach(id ->
                assertEquals(OrderStatus.COMPLETED, shop.find(id).orElseThrow().status()));
        long balances = IntStream.rangeClosed(1, BUYERS)
                .mapToLong(buyer -> shop.wallets().find(buyer).orElseThrow().balance())
                .sum();
        assertEquals(BUYERS * BALANCE - GOOD * PRICE, balances, "each is paid once");
        assertTrue(shop.audit().ok());
    }

    private static void assertLetters(OrderProcessor shop) {
        Map<String, Long> expected = BROKEN.stream()
                .collect(Collectors.toMap(
                        Function.identity(), kind -> (long) BROKEN_OF_A_KIND, Long::sum, TreeMap::new));
        assertEquals(expected, letters(shop));
        long conflicts = shop.deadLetters()
                .page(DeadLetterFilter.ALL.withOrder(id(500)), PageRequest.first(10))
                .entries()
                .size();
        assertEquals(1, conflicts, "another content under a known key");
    }
}
