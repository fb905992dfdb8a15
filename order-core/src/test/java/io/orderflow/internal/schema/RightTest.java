package io.orderflow.internal.schema;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.Acceptance;
import io.orderflow.AdjustmentResult;
import io.orderflow.ArchiveConfig;
import io.orderflow.ArchivedOrder;
import io.orderflow.DeadLetterFilter;
import io.orderflow.FeedRunner;
import io.orderflow.Limits;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.OrderSchema;
import io.orderflow.OrderStatus;
import io.orderflow.PlaceResult;
import io.orderflow.RefundLine;
import io.orderflow.RefundRequest;
import io.orderflow.RefundResult;
import io.orderflow.ReleaseResult;
import io.orderflow.SchemaException;
import io.orderflow.SubmitResult;
import io.orderflow.WorkerConfig;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.internal.sql.Tables;
import io.orderflow.queue.InMemoryQueue;
import io.orderflow.samples.Documents;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.FaultPlan;
import io.orderflow.testing.FaultPlan.Step;
import io.orderflow.testing.FaultyDataSource;
import io.orderflow.testing.TestDatabase;
import io.orderflow.testing.TestDatabase.Kind;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which rights the check asks for, the documents name and the statements need: the same. */
class RightTest {
    private static final Tables TABLES = new Tables("orderflow_");
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final Pattern WRITE =
            Pattern.compile("(INSERT|UPDATE|DELETE) (?:/\\S+ \\w+ \\*/ )?(?:INTO |FROM )?(\\w+)");

    /** With SELECT, and in the order of their names. */
    private static Map<String, String> needed() {
        return named(Right.toWrite(TABLES), "SELECT");
    }

    private static Map<String, String> neededToArchive() {
        return named(Right.toArchive(TABLES));
    }

    private static Map<String, String> named(Map<String, Set<Right>> rights, String... before) {
        Map<String, String> named = new TreeMap<>();
        rights.forEach((table, some) -> named.put(
                table,
                Stream.concat(Stream.of(before), some.stream().map(Right::name)).collect(Collectors.joining(", "))));
        return named;
    }

    private static Set<String> each(Map<String, String> needed) {
        Set<String> all = new TreeSet<>();
        needed.forEach((table, rights) -> Set.of(rights.split(", ")).forEach(right -> all.add(right + " " + table)));
        all.removeIf(each -> each.startsWith("SELECT"));
        return all;
    }

    @Test
    void theDocumentsNameThem() {
        assertEquals(needed(), told("<!-- checked: Right -->"));
        assertEquals(neededToArchive(), told("<!-- checked: Right, archive -->"));
    }

    private static Map<String, String> told(String mark) {
        Map<String, String> told = new TreeMap<>();
        Documents.tableAfter(mark).forEach(cells -> told.put(cells.get(0).replace("`", ""), cells.get(1)));
        return told;
    }

    @ParameterizedTest
    @EnumSource
    void theyAreEnoughAndEachIsNeeded(Kind kind) throws Exception {
        try (TestDatabase database = TestDatabase.open(kind);
                TableUser user = userWithAll(database)) {
            Set<String> made = new ConcurrentSkipListSet<>();
            FaultyDataSource pool = new FaultyDataSource(user.pool(), (step, sql) -> note(made, step, sql));
            OrderSchema.of(pool).createOrUpgrade();
            OrderSchema.of(pool).check();
            // what the check itself did
            made.clear();
            InMemoryQueue queue = InMemoryQueue.builder().build();
            try (OrderProcessor orders =
                    OrderProcessor.builder(pool).queue(queue).build().start()) {
                acceptAndDecide(database, orders);
                placeInVain(user, orders, made);
                queue.publish("from a stranger".getBytes(UTF_8), BOUND);
                Eventually.await(
                        "it is set aside and discarded",
                        BOUND,
                        () -> orders.deadLetters()
                                        .discardAll(DeadLetterFilter.ALL, "a test", tally -> {})
                                        .done()
                                == 1,
                        made::toString);
                changeOrders(orders);
                leaveAHoldThatCannotEnd(database, orders);
                readAFeed(orders);
                Set<String> all = each(needed());
                Eventually.await("every kind of statement", BOUND, () -> made.containsAll(all), made::toString);
                assertEquals(all, new TreeSet<>(made));
                assertTrue(orders.audit().ok());
            }
        }
    }

    /** One process accepts, and another decides what no frame of its own queue brings. */
    @ParameterizedTest
    @EnumSource
    void theyAreEnoughForGroupsThatCarryTheirOrders(Kind kind) throws Exception {
        try (TestDatabase database = TestDatabase.open(kind);
                TableUser user = userWithAll(database)) {
            Set<String> made = new ConcurrentSkipListSet<>();
            FaultyDataSource pool = new FaultyDataSource(user.pool(), (step, sql) -> note(made, step, sql));
            OrderSchema.of(pool).createOrUpgrade();
            made.clear();
            try (OrderProcessor accepting = withGroups(pool);
                    OrderProcessor deciding = withGroups(pool)) {
                accepting.inventory().define(1, 5, 10, "product");
                accepting.wallets().open(1, 100, "wallet");
                OrderRequest request =
                        OrderRequest.of(1).idempotencyKey("key").line(1, 2).build();
                assertInstanceOf(SubmitResult.Accepted.class, accepting.submit(request));
                assertInstanceOf(SubmitResult.Duplicate.class, accepting.submit(request));
                deciding.workers(WorkerConfig.defaults()).start();
                assertEquals(
                        OrderStatus.COMPLETED,
                        accepting.await(request.id(), BOUND).orElseThrow().status());
                Eventually.await(
                        "its group goes", BOUND, () -> made.contains("DELETE orderflow_pending"), made::toString);
                assertInstanceOf(SubmitResult.Duplicate.class, accepting.submit(request));
                Set<String> more = new TreeSet<>(made);
                needed().forEach((table, rights) -> more.removeIf(write -> write.endsWith(" " + table)
                        && Set.of(rights.split(", ")).contains(write.split(" ")[0])));
                assertEquals(Set.of(), more);
                assertTrue(deciding.audit().ok());
            }
        }
    }

    private static OrderProcessor withGroups(DataSource pool) {
        return OrderProcessor.builder(pool)
                .acceptance(Acceptance.GROUP_JOURNAL)
                .build()
                .start();
    }

    private static TableUser userWithAll(TestDatabase database) throws SQLException {
        OrderSchema.of(database.dataSource(1)).createOrUpgrade();
        TableUser user = TableUser.of(database);
        for (Map.Entry<String, String> table : needed().entrySet()) {
            user.grant(table.getValue(), table.getKey());
        }
        return user;
    }

    private static void note(Set<String> made, Step step, String sql) {
        Matcher write = WRITE.matcher(sql);
        // what the verification at the first contact does to no row is not what the library does
        if (step == Step.AFTER_EXECUTE && write.lookingAt() && !sql.endsWith(" WHERE 1 = 0")) {
            made.add(write.group(1) + " " + write.group(2));
            if (sql.contains(" ON DUPLICATE KEY UPDATE ")) {
                made.add("UPDATE " + write.group(2));
            }
        }
    }

    private static void acceptAndDecide(TestDatabase database, OrderProcessor orders) throws Exception {
        orders.inventory().define(1, 5, 10, "product");
        orders.wallets().open(1, 100, "wallet");
        OrderRequest request = OrderRequest.of(1).line(1, 2).build();
        assertInstanceOf(SubmitResult.Accepted.class, orders.submit(request));
        try (Connection dead = database.connect();
                Statement statement = dead.createStatement()) {
            // as a worker leaves it that died with the order
            statement.execute("INSERT INTO orderflow_attempt VALUES (" + SqlText.id(request.id()) + ", 1, "
                    + SqlText.id(request.id()) + ", '2020-01-01 00:00:00')");
        }
        orders.workers(WorkerConfig.defaults()).start();
        assertEquals(
                OrderStatus.COMPLETED,
                orders.await(request.id(), BOUND).orElseThrow().status());
    }

    /** A buyer with a limit buys, and gives a part back. */
    private static void changeOrders(OrderProcessor orders) throws InterruptedException {
        orders.inventory().define(2, 5, 10, "limited");
        orders.inventory().setMaxPerBuyer(2, 3, "limit");
        OrderRequest request = OrderRequest.of(1).line(2, 2).build();
        orders.submit(request);
        // what is known already rests on another's commit, and is followed by one of its own
        assertInstanceOf(SubmitResult.Duplicate.class, orders.submit(request));
        orders.await(request.id(), BOUND).orElseThrow();
        RefundRequest refund = RefundRequest.of(request.id(), "back", new RefundLine(0, 1));
        assertInstanceOf(RefundResult.Refunded.class, orders.changes().refund(refund));
    }

    /** One ends by itself; the pieces of another do not fit into the stock any more when its time is over. */
    private static void leaveAHoldThatCannotEnd(TestDatabase database, OrderProcessor orders)
            throws SQLException, InterruptedException {
        orders.inventory().define(3, 1, 5, "held");
        OrderRequest ends = held(orders);
        assertInstanceOf(ReleaseResult.Released.class, orders.changes().release(ends.id(), "not wanted"));
        OrderRequest stays = held(orders);
        assertInstanceOf(AdjustmentResult.Applied.class, orders.inventory().restock(3, Limits.BALANCE - 4, "full"));
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("UPDATE orderflow_hold SET deadline = '2020-01-01 00:00:00' WHERE order_id = "
                    + SqlText.id(stays.id()));
        }
    }

    private static OrderRequest held(OrderProcessor orders) throws InterruptedException {
        OrderRequest request =
                OrderRequest.of(1).line(3, 1).holdFor(Duration.ofMinutes(5)).build();
        orders.submit(request);
        assertEquals(
                OrderStatus.RESERVED,
                orders.await(request.id(), BOUND).orElseThrow().status());
        return request;
    }

    private static void readAFeed(OrderProcessor orders) throws InterruptedException {
        CountDownLatch read = new CountDownLatch(1);
        FeedRunner runner = orders.feed("rights").start(events -> read.countDown());
        try {
            assertTrue(read.await(BOUND.toSeconds(), TimeUnit.SECONDS));
        } finally {
            runner.close();
        }
        assertTrue(orders.feeds().delete("rights"));
    }

    /** As {@link OrderProcessor#place} does in a transaction of a user with the same rights. */
    private static void placeInVain(TableUser user, OrderProcessor orders, Set<String> made) throws SQLException {
        FaultyDataSource pool = new FaultyDataSource(user.pool(), (step, sql) -> {
            note(made, step, sql);
            if (step == Step.BEFORE_EXECUTE && sql.startsWith("INSERT INTO orderflow_orders")) {
                throw FaultPlan.lockWaitTimeout();
            }
        });
        OrderRequest request = OrderRequest.of(1).line(1, 1).build();
        try (Connection host = pool.getConnection()) {
            host.setAutoCommit(false);
            assertThrows(SQLException.class, () -> orders.place(host, request));
            host.commit();
        }
        assertTrue(orders.find(request.id()).isEmpty());
        assertTrue(orders.audit().ok(), () -> orders.audit().toString());
    }

    @ParameterizedTest
    @EnumSource
    void whoLacksOneIsToldWhich(Kind kind) throws Exception {
        try (TestDatabase database = TestDatabase.open(kind);
                TableUser user = userWithAll(database)) {
            DataSource pool = user.pool();
            OrderSchema schema = OrderSchema.of(pool);
            for (Map.Entry<String, String> table : needed().entrySet()) {
                for (String right : table.getValue().split(", ")) {
                    user.revoke(right, table.getKey());
                    SchemaException refused = assertThrows(
                            SchemaException.class, schema::check, () -> "without " + right + " on " + table.getKey());
                    assertTrue(refused.getMessage().contains("the table " + table.getKey()), refused::getMessage);
                    assertTrue(refused.getMessage().contains(right) || right.equals("SELECT"), refused::getMessage);
                    user.grant(right, table.getKey());
                }
            }
            schema.check();
        }
    }

    @ParameterizedTest
    @EnumSource
    void thoseToArchiveAreEnoughAndEachIsNeeded(Kind kind) throws Exception {
        try (TestDatabase database = TestDatabase.open(kind);
                TableUser user = userWithAll(database)) {
            Set<String> made = new ConcurrentSkipListSet<>();
            FaultyDataSource pool = new FaultyDataSource(user.pool(), (step, sql) -> note(made, step, sql));
            OrderSchema schema = OrderSchema.of(pool);
            for (Map.Entry<String, String> table : neededToArchive().entrySet()) {
                for (String right : table.getValue().split(", ")) {
                    SchemaException refused = assertThrows(SchemaException.class, schema::checkForArchiving);
                    assertTrue(refused.getMessage().contains("grant it"), refused::getMessage);
                    user.grant(right, table.getKey());
                }
            }
            schema.checkForArchiving();
            InMemoryQueue queue = InMemoryQueue.builder().build();
            try (OrderProcessor orders =
                    OrderProcessor.builder(pool).queue(queue).build().start()) {
                acceptAndDecide(database, orders);
                changeOrders(orders);
                Eventually.await("no group is left", BOUND, () -> isEmpty(database, "orderflow_pending"), () -> "");
                age(database);
                made.clear();
                user.revoke("DELETE", "orderflow_refund_line");
                List<ArchivedOrder> kept = new ArrayList<>();
                SchemaException refused = assertThrows(
                        SchemaException.class,
                        () -> orders.archive().run(ArchiveConfig.builder().build(), kept::addAll));
                assertTrue(
                        refused.getMessage().contains("DELETE in the table orderflow_refund_line"),
                        refused::getMessage);
                assertEquals(List.of(), kept, "nothing is written that could not be deleted");
                user.grant("DELETE", "orderflow_refund_line");
                assertEquals(
                        2,
                        orders.archive()
                                .run(ArchiveConfig.builder().build(), kept::addAll)
                                .archived());
                made.removeIf(write -> each(needed()).contains(write));
                assertEquals(each(neededToArchive()), new TreeSet<>(made));
                assertEquals(List.of(), orders.audit().examples());
            }
        }
    }

    private static boolean isEmpty(TestDatabase database, String table) {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT COUNT(*) FROM " + table)) {
            return row.next() && row.getLong(1) == 0;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void age(TestDatabase database) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("UPDATE orderflow_batch SET decided_at = '2020-01-01 00:00:00'");
        }
    }

    /** A host may place orders with another user than the library's. */
    @ParameterizedTest
    @EnumSource
    void thoseOfAHostThatPlacesOrders(Kind kind) throws Exception {
        try (TestDatabase database = TestDatabase.open(kind);
                TableUser user = TableUser.of(database)) {
            OrderSchema.of(database.dataSource(1)).createOrUpgrade();
            user.grant("SELECT, INSERT", "orderflow_orders");
            user.grant("SELECT, INSERT, DELETE", "orderflow_pending");
            user.grant("SELECT", "orderflow_order_line");
            user.grant("SELECT", "orderflow_batch");
            user.grant("SELECT", "orderflow_order_change");
            user.grant("SELECT", "orderflow_hold");
            try (OrderProcessor orders =
                    OrderProcessor.builder(database.dataSource(6)).build().start()) {
                orders.workers(WorkerConfig.defaults()).start();
                orders.inventory().define(1, 5, 10, "product");
                orders.wallets().open(1, 100, "wallet");
                placeInVain(user, orders, new TreeSet<>());
                OrderRequest request = OrderRequest.of(1).line(1, 2).build();
                assertInstanceOf(PlaceResult.Placed.class, place(user, orders, request, () -> {}));
                orders.await(request.id(), BOUND);
                assertInstanceOf(PlaceResult.Duplicate.class, place(user, orders, request, () -> {}));
                if (kind == Kind.H2) {
                    // it may refuse to look past the host's snapshot
                    return;
                }
                OrderRequest later = OrderRequest.of(1).line(1, 2).build();
                // behind the back of the host's snapshot, so that its INSERT meets the row
                PlaceResult known = place(user, orders, later, () -> {
                    orders.submit(later);
                    orders.await(later.id(), BOUND);
                });
                assertInstanceOf(PlaceResult.Duplicate.class, known);
            }
        }
    }

    private static PlaceResult place(TableUser user, OrderProcessor orders, OrderRequest request, Beside beside)
            throws Exception {
        try (Connection host = user.pool().getConnection()) {
            host.setAutoCommit(false);
            host.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            try (Statement snapshot = host.createStatement()) {
                snapshot.executeQuery("SELECT COUNT(*) FROM orderflow_orders");
            }
            beside.happens();
            PlaceResult result = orders.place(host, request);
            host.commit();
            return result;
        }
    }

    /** What others do meanwhile. */
    @FunctionalInterface
    private interface Beside {
        void happens() throws Exception;
    }
}
