package io.orderflow.internal.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.AdjustmentResult;
import io.orderflow.FeedPage;
import io.orderflow.Order;
import io.orderflow.OrderLine;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.OrderSchema;
import io.orderflow.OrderStatus;
import io.orderflow.PageRequest;
import io.orderflow.SubmitResult;
import io.orderflow.WorkerConfig;
import io.orderflow.internal.sql.QueryRows;
import io.orderflow.model.ReplayCheck;
import io.orderflow.testing.TestDatabase;
import io.orderflow.testing.TestDatabase.Kind;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A shop of version 1 lives on in the present tables, and its old processes do no harm there. */
class UpgradedShopTest {
    private static final Duration BOUND = Duration.ofSeconds(30);

    private static final int WITH_KEYS = 24;

    /** What a process of version 1 writes; one of each that makes something of others' rows. */
    private static final List<String> OLD_WRITES = List.of(
            "INSERT INTO orderflow_orders (id, buyer, status, fingerprint, request, created_at) VALUES"
                    + " (x'000102030405060708090a0b0c0d0e0f', 1, 0, x'00', x'00', '2026-01-01 00:00:00')",
            "UPDATE orderflow_orders SET batch_id = 1, status = 1, place = 0, total = 5 WHERE status IN (0, 4)",
            "INSERT INTO orderflow_orders (id, buyer, status, reason, fingerprint, request, total, batch_id, place,"
                    + " created_at) VALUES (x'000102030405060708090a0b0c0d0e0f', 1, 1, 0, x'00', x'00', 5, 1, 0,"
                    + " '2026-01-01 00:00:00')",
            "INSERT INTO orderflow_batch (decided_at, size) VALUES ('2026-01-01 00:00:00', 1)",
            "INSERT INTO orderflow_dead_letter (hash, reason, detail, order_id, length, body, created_at) VALUES"
                    + " (x'" + "00".repeat(32) + "', 1, 'no order', NULL, 1, x'00', '2026-01-01 00:00:00')");

    @ParameterizedTest
    @EnumSource(names = "MARIADB_CONNECTOR", mode = EnumSource.Mode.EXCLUDE)
    void allOrdersAreFoundAndTheAuditIsExact(Kind kind) throws SQLException {
        try (TestDatabase database = TestDatabase.open(kind);
                OrderProcessor orders = upgraded(database)) {
            for (OrderRequest request : requests()) {
                // a key's id is made of buyer and key
                Order order = orders.find(request.id()).orElseThrow();
                assertEquals(pieces(request.lines()), pieces(order.lines()));
                assertTrue(orders.ordersOf(request.buyer(), PageRequest.first(100)).entries().stream()
                        .anyMatch(found -> found.id().equals(request.id())));
            }
            assertTrue(orders.audit().ok(), () -> orders.audit().toString());
            assertEquals(List.of(), ReplayCheck.verify(database.dataSource(1), OldTables.PREFIX));
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatCameBeforeIsADuplicateAndWhatWaitedIsDecided(Kind kind) throws Exception {
        try (TestDatabase database = TestDatabase.open(kind);
                OrderProcessor orders = upgraded(database).start()) {
            for (OrderRequest request : requests()) {
                SubmitResult.Duplicate known = assertInstanceOf(SubmitResult.Duplicate.class, orders.submit(request));
                assertEquals(request.id(), known.orderId());
            }
            assertInstanceOf(
                    AdjustmentResult.Duplicate.class, orders.inventory().restock(3, 5, "restock-3"));
            orders.workers(WorkerConfig.defaults()).start();
            for (OrderRequest waiting : waiting()) {
                Order decided = orders.await(waiting.id(), BOUND).orElseThrow();
                assertTrue(decided.status().isVerdict(), decided::toString);
            }
            OrderRequest fresh =
                    OrderRequest.of(3).line(1, 1).idempotencyKey("fresh").build();
            assertInstanceOf(SubmitResult.Accepted.class, orders.submit(fresh));
            assertEquals(
                    OrderStatus.COMPLETED,
                    orders.await(fresh.id(), BOUND).orElseThrow().status());
            assertTrue(orders.audit().ok(), () -> orders.audit().toString());
            assertEquals(List.of(), ReplayCheck.verify(database.dataSource(1), OldTables.PREFIX));
        }
    }

    /** In the order in which they were decided, as their rows have it. */
    @ParameterizedTest
    @EnumSource(names = "MARIADB_CONNECTOR", mode = EnumSource.Mode.EXCLUDE)
    void aFeedFromTheBeginningTellsEveryOldVerdict(Kind kind) throws SQLException {
        try (TestDatabase database = TestDatabase.open(kind);
                OrderProcessor orders = upgraded(database);
                Connection connection = database.connect()) {
            List<String> expected = QueryRows.list(
                    connection,
                    "SELECT id, status, reason FROM orderflow_orders WHERE status IN (1, 2)"
                            + " ORDER BY batch_id, place",
                    row -> hex(row.getBytes(1)) + (row.getInt(2) == 1 ? " COMPLETED" : " REJECTED"));
            List<String> told = new ArrayList<>();
            FeedPage page = orders.feeds().read(0, 10);
            while (!page.events().isEmpty()) {
                page.events()
                        .forEach(event -> told.add(event.orderId().toString().replace("-", "") + " " + event.type()));
                page = orders.feeds().read(page.position(), 10);
            }
            assertEquals(expected, told);
            assertTrue(expected.size() >= WITH_KEYS);
        }
    }

    @ParameterizedTest
    @EnumSource(names = "MARIADB_CONNECTOR", mode = EnumSource.Mode.EXCLUDE)
    void aProcessOfVersionOneWritesNothingAndIsToldOfAnotherVersion(Kind kind) throws SQLException {
        try (TestDatabase database = TestDatabase.open(kind);
                OrderProcessor orders = upgraded(database)) {
            List<String> before = TablePicture.rows(database, OldTables.PREFIX);
            for (String write : OLD_WRITES) {
                assertThrows(SQLException.class, () -> OldTables.run(database, List.of(write)), write);
            }
            OldTables.run(database, OldTables.script(database, 1, OldTables.PREFIX));
            TablePicture.assertAlike(before, TablePicture.rows(database, OldTables.PREFIX));
            try (Connection connection = database.connect()) {
                String oldQuery = "SELECT v.version FROM orderflow_schema_version v JOIN orderflow_schema_version g"
                        + " ON g.id = 2 WHERE v.id = 1";
                assertEquals(List.of(2), QueryRows.list(connection, oldQuery, row -> row.getInt(1)));
            }
            assertTrue(orders.audit().ok());
        }
    }

    private static OrderProcessor upgraded(TestDatabase database) throws SQLException {
        OldTables.makeShop(database, OldTables.PREFIX);
        OrderSchema.of(database.dataSource(1)).createOrUpgrade();
        return OrderProcessor.builder(database.dataSource(8)).build();
    }

    /** What was submitted and decided with keys. */
    private static List<OrderRequest> requests() {
        return IntStream.range(0, WITH_KEYS).mapToObj(UpgradedShopTest::request).toList();
    }

    private static OrderRequest request(int i) {
        OrderRequest.Builder request =
                OrderRequest.of(1 + i % 7).line(1 + i % 4, 1 + i % 3).idempotencyKey("key-" + i);
        if (i % 5 == 0) {
            request.line(2 - i % 2, 1);
        }
        if (i % 6 == 0) {
            request.hostData(("cart " + i).getBytes(StandardCharsets.UTF_8));
        }
        if (i == 9) {
            request.line(1, 1, 7);
        }
        return request.build();
    }

    /** What was accepted, or placed by the host, and nobody had decided. */
    private static List<OrderRequest> waiting() {
        List<OrderRequest> waiting = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            waiting.add(OrderRequest.of(1 + i)
                    .line(1, 1)
                    .idempotencyKey("pending-" + i)
                    .build());
        }
        waiting.add(OrderRequest.of(5).line(2, 1).idempotencyKey("placed").build());
        return waiting;
    }

    private static List<String> pieces(List<OrderLine> lines) {
        return lines.stream()
                .map(line -> line.quantity() + " of " + line.product())
                .toList();
    }

    private static String hex(byte[] id) {
        return HexFormat.of().formatHex(id);
    }
}
