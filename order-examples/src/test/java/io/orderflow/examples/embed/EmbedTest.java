package io.orderflow.examples.embed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.Order;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.OrderStatus;
import io.orderflow.PlaceResult;
import io.orderflow.SubmitResult;
import io.orderflow.examples.common.BareOrders;
import io.orderflow.queue.redis.RedisQueue;
import io.orderflow.samples.Documents;
import io.orderflow.testing.JavaProcess;
import io.orderflow.testing.ServerKind;
import io.orderflow.testing.SharedServers;
import io.orderflow.testing.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every example to copy is run as a reader runs it, and prints what it says. */
class EmbedTest {
    private static final Duration BOUND = Duration.ofMinutes(2);
    private static final Path FOLDER =
            Documents.root().resolve("order-examples/src/main/java/io/orderflow/examples/embed");

    /** The main method of an example. */
    @FunctionalInterface
    private interface Program {
        void run(String... arguments) throws Exception;
    }

    /**
     * An example.
     *
     * @param arguments asked for when it is run, since that may start a server
     * @param lines what it prints
     */
    private record Example(Class<?> main, Program program, Supplier<List<String>> arguments, List<String> lines) {
        static Example of(Class<?> main, Program program, String... lines) {
            return new Example(main, program, List::of, List.of(lines));
        }

        Example with(Supplier<List<String>> arguments) {
            return new Example(main, program, arguments, lines);
        }

        @Override
        public String toString() {
            return main.getSimpleName();
        }
    }

    static List<Example> examples() {
        return List.of(
                Example.of(PlaceOrderMain.class, PlaceOrderMain::main, "ACCEPTED, then COMPLETED, total 500")
                        .with(() -> List.of("jdbc:h2:mem:place;MODE=MySQL;DATABASE_TO_LOWER=TRUE"
                                + ";CASE_INSENSITIVE_IDENTIFIERS=TRUE")),
                Example.of(
                        AnswersMain.class,
                        AnswersMain::main,
                        "taken: 598f6b63-e9d4-8b64-a192-aae06b3a5502",
                        "taken before: 598f6b63-e9d4-8b64-a192-aae06b3a5502",
                        "this key stands for another order: 598f6b63-e9d4-8b64-a192-aae06b3a5502",
                        "taken or not, submit the same request again: ab2d5a8d-ef16-8899-a6f4-4ce5f3ae0049",
                        "not taken, try again in PT1S",
                        "not taken, try again in PT1S",
                        "too busy, try again in PT1S"),
                Example.of(
                        KeysMain.class,
                        KeysMain::main,
                        "a new key: ACCEPTED",
                        "the same key and content: DUPLICATE",
                        "the same key, other content: CONFLICT",
                        "the same key of another buyer: ACCEPTED",
                        "a new id: ACCEPTED",
                        "the same id: DUPLICATE",
                        "no key: ACCEPTED",
                        "no key, the same object: DUPLICATE",
                        "no key, built again: ACCEPTED"),
                Example.of(
                        InvoiceMain.class,
                        InvoiceMain::main,
                        "cart-77: invoice of 500",
                        "cart-78: INSUFFICIENT_STOCK",
                        "cart-77 by wallet: CONFLICT"),
                Example.of(
                        CancelMain.class,
                        CancelMain::main,
                        "cart-77: cancelled: nothing was taken",
                        "cart-78: cancelled: nothing was taken",
                        "cart-78 submitted: DUPLICATE",
                        "cart-79: too late, it is COMPLETED",
                        "pieces left: 8"),
                Example.of(
                        RefundMain.class,
                        RefundMain::main,
                        "one piece: REFUNDED",
                        "again: DUPLICATE",
                        "the rest: REFUNDED",
                        "REFUNDED, 750 of 750 given back"),
                Example.of(
                        HoldMain.class,
                        HoldMain::main,
                        "cart-77: RESERVED, to be paid: 500",
                        "cart-78: RESERVED, to be paid: 500",
                        "cart-77: paid by payment-4711",
                        "cart-78: RELEASED",
                        "cart-78: too late, pay back payment-4712",
                        "pieces left: 3"),
                Example.of(ArchiveMain.class, ArchiveMain::main, "archived: 0", "the books agree: true"),
                Example.of(OwnTransactionMain.class, OwnTransactionMain::main, "Placed, then COMPLETED", "Duplicate"),
                Example.of(
                        ListenerMain.class,
                        ListenerMain::main,
                        "buyer 7: COMPLETED",
                        "buyer 7: REJECTED, INSUFFICIENT_STOCK"),
                Example.of(RedisMain.class, RedisMain::main, "ACCEPTED", "COMPLETED, total 500")
                        .with(() -> List.of(redis(), newName())),
                Example.of(RabbitMain.class, RabbitMain::main, "ACCEPTED", "COMPLETED, total 500")
                        .with(() -> List.of(
                                SharedServers.require(ServerKind.RABBITMQ).uri(), newName())),
                Example.of(
                        StockMain.class,
                        StockMain::main,
                        "product-1: now 10",
                        "delivery-4711: now 30",
                        "delivery-4711: Duplicate",
                        "broken-12: now 29",
                        "broken-13: INSUFFICIENT_STOCK",
                        "sale-may: now 225",
                        "product-2: now 5",
                        "delivery-4712: UNKNOWN_PRODUCT",
                        "[Product[id=1, unitPrice=225, available=29, maxPerBuyer=OptionalLong.empty],"
                                + " Product[id=2, unitPrice=999, available=5, maxPerBuyer=OptionalLong.empty]]"),
                Example.of(
                        FlashSaleMain.class,
                        FlashSaleMain::main,
                        "buyer 7, 1 pieces: COMPLETED",
                        "buyer 7, 2 pieces: REJECTED, LIMIT_PER_BUYER",
                        "buyer 8, 2 pieces: COMPLETED",
                        "buyer 7, 2 pieces: COMPLETED",
                        "Product[id=1, unitPrice=19900, available=95, maxPerBuyer=OptionalLong[2]]"),
                Example.of(PageMain.class, PageMain::main, "200 text/html; charset=utf-8", "event: state"),
                Example.of(PauseMain.class, PauseMain::main, "ACCEPTED", "COMPLETED at 10000"),
                Example.of(
                        UrgentMain.class,
                        UrgentMain::main,
                        "ACCEPTED",
                        "COMPLETED, before the last of the others: true"),
                Example.of(
                        MetricsMain.class,
                        MetricsMain::main,
                        "orderflow.orders.accepted 3",
                        "orderflow.orders.completed 2",
                        "orderflow.orders.rejected 1"),
                Example.of(
                        TracingMain.class,
                        TracingMain::main,
                        "nothing > checkout",
                        "checkout > orderflow.order.accept: accepted",
                        "orderflow.order.accept > orderflow.order.decide: completed",
                        "traces: 1"),
                Example.of(
                        HealthMain.class,
                        HealthMain::main,
                        "with a database: 200 UP",
                        "  replicated: NONE",
                        "without: 503 DOWN",
                        "  journal is DOWN"),
                Example.of(
                        DeadLettersMain.class,
                        DeadLettersMain::main,
                        "0 brought back, 0 refused",
                        "8 bytes discarded: true"),
                Example.of(FeedMain.class, FeedMain::main, "COMPLETED, 500", "REJECTED, 0"),
                Example.of(FeedTransactionMain.class, FeedTransactionMain::main, "1 mail", "0 mails"),
                Example.of(
                        ShutdownMain.class,
                        ShutdownMain::main,
                        "order cart-77: 202",
                        "web server closed",
                        "processor closed",
                        "pool closed"),
                Example.of(
                        AuditMain.class,
                        AuditMain::main,
                        "COMPLETED",
                        "1 order, ok: true",
                        "wallet of buyer 7 has a balance of 5500, which is 1000 more than its adjustments, orders"
                                + " and what they gave back give",
                        "1 difference, ok: false"),
                Example.of(
                        ExamineMain.class,
                        ExamineMain::main,
                        "ERROR h2-in-memory: the database is H2 2.4.240 (2025-09-22) in memory",
                        "at stake: every order is gone when the process ends",
                        "change: jdbc:h2:async:FILE with WRITE_DELAY=0, or MariaDB or MySQL"),
                Example.of(SeveralServersMain.class, SeveralServersMain::main, "ACCEPTED", "COMPLETED at db1"),
                Example.of(FlywayMain.class, FlywayMain::main, "migrations: 2", "and again: 0", "ACCEPTED"),
                Example.of(FastTestMain.class, FastTestMain::main, "5 expectations hold"));
    }

    /** On a busy machine the first connection of a JVM takes longer than a pool waits. */
    @BeforeAll
    static void loadDatabase() {
        TestDatabase.h2().close();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void printsWhatItSays(Example example) throws Exception {
        String[] arguments = example.arguments().get().toArray(String[]::new);
        assertEquals(example.lines(), printed(example.program(), arguments));
    }

    /** It decides what another process submits, and ends cleanly when it is asked to. */
    @Test
    void aWorkerDecidesInAProcessOfItsOwn() throws Exception {
        String stream = newName();
        try (TestDatabase database = TestDatabase.open(TestDatabase.Kind.MARIADB);
                JavaProcess worker = JavaProcess.start(
                        WorkerMain.class, redis(), stream, database.jdbcUrl(), database.user(), database.password());
                RedisQueue queue = RedisQueue.builder(redis()).stream(stream).build();
                OrderProcessor shop = OrderProcessor.builder(database.dataSource(6))
                        .createTables(true)
                        .queue(queue)
                        .build()
                        .start()) {
            worker.awaitLine("worker runs", BOUND);
            shop.inventory().define(1, 250, 10, "product-1");
            shop.wallets().open(7, 5_000, "wallet-7");
            OrderRequest request = OrderRequest.of(7).line(1, 2).build();
            assertInstanceOf(SubmitResult.Accepted.class, shop.submit(request));
            Order order = shop.await(request.id(), BOUND).orElseThrow();
            assertEquals(OrderStatus.COMPLETED, order.status());

            worker.terminate();
            worker.awaitLine("worker ended", BOUND);
            assertEquals(143, worker.awaitExit(BOUND), "SIGTERM ends a JVM so, when its hooks have run");
        }
    }

    @Test
    void everyExampleIsRun() throws IOException {
        List<String> run = Stream.concat(
                        examples().stream().map(Example::toString), Stream.of(WorkerMain.class.getSimpleName()))
                .sorted()
                .toList();
        assertEquals(sources(), run);
    }

    @Test
    void theDocumentNamesEveryExample() throws IOException {
        List<String> named = Documents.tableAfter("<!-- checked: embed -->").stream()
                .flatMap(cells -> Stream.of(cells.get(0).replace("`", "").split(", ")))
                .sorted()
                .toList();
        assertEquals(sources(), named);
    }

    private static List<String> sources() throws IOException {
        return names(name -> name.endsWith("Main"));
    }

    private static List<String> names(Predicate<String> wanted) throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.map(file -> file.getFileName().toString().replace(".java", ""))
                    .filter(wanted)
                    .sorted()
                    .toList();
        }
    }

    /** But for the pool, and for what the document says that it takes along. */
    @Test
    void everyExampleIsWholeInItself() throws IOException {
        List<String> helpers = names(name -> !name.endsWith("Main") && !name.matches("Database|package-info"));
        String document = String.join("\n", Documents.lines());
        for (String example : sources()) {
            String source = Files.readString(FOLDER.resolve(example + ".java"));
            assertEquals(List.of(example), named(sources(), source), example + " needs other examples");
            for (String helper : named(helpers, source)) {
                String along = "`" + example + "`[^\n]* takes [^\n]*`" + helper + "`[^\n]* along";
                boolean told = Pattern.compile(along).matcher(document).find();
                assertTrue(told, example + " needs " + helper + ", and no document says that it takes it along");
            }
        }
    }

    private static List<String> named(List<String> names, String source) {
        return names.stream()
                .filter(name ->
                        Pattern.compile("\\b" + name + "\\b").matcher(source).find())
                .toList();
    }

    @Test
    void everyExampleIsShort() throws IOException {
        for (String example : sources()) {
            int lines = Files.readAllLines(FOLDER.resolve(example + ".java")).size();
            assertTrue(lines <= 70, example + " has " + lines + " lines");
        }
    }

    @Test
    void everyResultHasAnAnswerOfItsOwn() {
        UUID id = UUID.randomUUID();
        Duration second = Duration.ofSeconds(1);
        Order order = BareOrders.of(id, OrderStatus.PENDING, OptionalLong.empty());
        List<SubmitResult> all = List.of(
                new SubmitResult.Accepted(id),
                new SubmitResult.Duplicate(order),
                new SubmitResult.Conflict(id),
                new SubmitResult.Overloaded(id, second),
                new SubmitResult.Unavailable(id, "no database", second),
                new SubmitResult.Unknown(id, "no answer"));

        assertEquals(SubmitResult.class.getPermittedSubclasses().length, all.size());
        List<String> answers = all.stream().map(AnswersMain::answer).distinct().toList();
        assertEquals(all.size(), answers.size(), answers.toString());
    }

    @Test
    void theCartIsClosedWithItsOrder() throws Exception {
        try (TestDatabase database = TestDatabase.h2()) {
            HikariDataSource pool = database.dataSource(6);
            OrderProcessor orders = shopWithCart(database, pool);
            OrderRequest request = OrderRequest.of(7).line(1, 2).build();

            assertInstanceOf(PlaceResult.Placed.class, OwnTransactionMain.checkOut(pool, orders, 77, request));

            assertEquals(
                    OrderStatus.PENDING, orders.find(request.id()).orElseThrow().status());
            assertEquals(1, closedCarts(database));
        }
    }

    @Test
    void nothingIsPlacedWhenTheHostsTransactionFails() throws Exception {
        try (TestDatabase database = TestDatabase.h2()) {
            HikariDataSource pool = database.dataSource(6);
            OrderProcessor orders = shopWithCart(database, pool);
            OrderRequest request = OrderRequest.of(7).line(1, 2).build();
            execute(database, "ALTER TABLE cart ADD CONSTRAINT open_for_ever CHECK (closed = 0)");

            assertThrows(SQLException.class, () -> OwnTransactionMain.checkOut(pool, orders, 77, request));

            assertEquals(Optional.empty(), orders.find(request.id()));
            assertEquals(0, closedCarts(database));
        }
    }

    private static OrderProcessor shopWithCart(TestDatabase database, HikariDataSource pool) throws SQLException {
        OrderProcessor orders = OrderProcessor.builder(pool).createTables(true).build();
        orders.inventory().define(1, 250, 10, "product-1");
        execute(database, "CREATE TABLE cart (id BIGINT PRIMARY KEY, closed INT NOT NULL)");
        execute(database, "INSERT INTO cart VALUES (77, 0)");
        return orders;
    }

    private static void execute(TestDatabase database, String sql) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static int closedCarts(TestDatabase database) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT SUM(closed) FROM cart")) {
            row.next();
            return row.getInt(1);
        }
    }

    private static List<String> printed(Program program, String... arguments) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream before = System.out;
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            program.run(arguments);
        } finally {
            System.setOut(before);
        }
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private static String redis() {
        return SharedServers.require(ServerKind.REDIS).uri();
    }

    private static String newName() {
        return "embed-" + UUID.randomUUID();
    }
}
