package io.orderflow.internal.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.AuditReport;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.OrderSchema;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.codec.Sha256;
import io.orderflow.internal.sql.QueryRows;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.testing.TestDatabase;
import io.orderflow.testing.TestDatabase.Kind;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How long an upgrade takes: {@code -Dupgrade.orders=10000000} for a large shop. */
class UpgradeTimeTest {
    private static final Logger log = LoggerFactory.getLogger(UpgradeTimeTest.class);

    private static final int ORDERS = Integer.getInteger("upgrade.orders", 2_000);

    /** Orders of a batch. */
    private static final int BATCH = 500;

    private static final int BUYERS = 100;
    private static final int PRICE = 100;
    private static final String AT = "'2026-01-01 00:00:00.000000'";

    @ParameterizedTest
    @EnumSource(names = {"H2", "MARIADB", "MYSQL"})
    void allOrdersAreInTheirBatchesAfterwards(Kind kind) throws SQLException {
        try (TestDatabase database = TestDatabase.open(kind)) {
            OldTables.make(database, OldTables.PREFIX);
            long filling = System.nanoTime();
            fill(database);
            long start = System.nanoTime();
            OrderSchema.of(database.dataSource(1)).createOrUpgrade();
            long end = System.nanoTime();
            log.info(
                    "{}: {} orders made in {} s and upgraded in {} s",
                    kind,
                    ORDERS,
                    seconds(filling, start),
                    seconds(start, end));
            try (Connection connection = database.connect()) {
                assertEquals(
                        List.of((long) ORDERS),
                        QueryRows.list(
                                connection,
                                "SELECT SUM(OCTET_LENGTH(members)) / 16 FROM orderflow_batch WHERE kind = 1",
                                row -> row.getLong(1)));
            }
            try (OrderProcessor orders =
                    OrderProcessor.builder(database.dataSource(4)).build()) {
                AuditReport report = orders.audit();
                assertTrue(report.ok(), report::toString);
                log.info("{}: audited in {} s", kind, seconds(end, System.nanoTime()));
            }
        }
    }

    private static String seconds(long from, long to) {
        return String.format("%.1f", (to - from) / 1e9);
    }

    private static void fill(TestDatabase database) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("INSERT INTO orderflow_batch (decided_at, size) VALUES (" + AT + ", 1)");
            statement.execute("INSERT INTO orderflow_stock VALUES (1, 0, " + PRICE + ")");
            statement.execute("INSERT INTO orderflow_adjustment VALUES (" + id("product") + ", 1, 1, " + ORDERS + ", "
                    + PRICE + ", 1, 0, 'product')");
            for (int first = 0; first < ORDERS; first += BATCH) {
                batch(statement, 2 + first / BATCH, first, Math.min(BATCH, ORDERS - first));
                connection.commit();
            }
            wallets(statement);
            connection.commit();
        }
    }

    /** Each order takes one piece. */
    private static void batch(Statement statement, int batch, int first, int size) throws SQLException {
        StringBuilder orders = new StringBuilder("INSERT INTO orderflow_orders (id, buyer, status, fingerprint,"
                + " request, total, batch_id, place, created_at) VALUES ");
        StringBuilder lines = new StringBuilder("INSERT INTO orderflow_order_line VALUES ");
        List<Integer> places = new ArrayList<>();
        for (int place = 0; place < size; place++) {
            places.add(place);
        }
        List<OrderEntry> entries = places.stream()
                .map(place -> OrderEntry.of(
                        OrderRequest.of(1 + (first + place) % BUYERS).line(1, 1).build()))
                .toList();
        SqlText.list(orders, places, (text, place) -> order(text, entries.get(place), batch, place));
        SqlText.list(
                lines,
                entries,
                (text, entry) -> text.append('(')
                        .append(SqlText.id(entry.id()))
                        .append(",0,1,1,")
                        .append(PRICE)
                        .append(')'));
        statement.execute(
                "INSERT INTO orderflow_batch (id, decided_at, size) VALUES (" + batch + ", " + AT + ", " + size + ")");
        statement.execute(orders.toString());
        statement.execute(lines.toString());
    }

    private static void order(StringBuilder text, OrderEntry entry, int batch, int place) {
        text.append('(')
                .append(SqlText.id(entry.id()))
                .append(',')
                .append(entry.buyer())
                .append(",1,x'");
        entry.fingerprint().appendHex(text);
        text.append("',");
        SqlText.hex(text, entry.request());
        text.append(',').append(PRICE).append(',').append(batch).append(',').append(place);
        text.append(',').append(AT).append(')');
    }

    /** Each buyer opened with what his orders cost, at the end of it all. */
    private static void wallets(Statement statement) throws SQLException {
        for (int buyer = 1; buyer <= BUYERS; buyer++) {
            int batch = 2 + ORDERS / BATCH + buyer;
            long cost = (long) PRICE * (ORDERS / BUYERS + (buyer <= ORDERS % BUYERS ? 1 : 0));
            statement.execute(
                    "INSERT INTO orderflow_batch (id, decided_at, size) VALUES (" + batch + ", " + AT + ", 1)");
            statement.execute("INSERT INTO orderflow_wallet VALUES (" + buyer + ", 0)");
            statement.execute("INSERT INTO orderflow_adjustment VALUES (" + id("wallet-" + buyer) + ", 11, " + buyer
                    + ", " + cost + ", 0, " + batch + ", 0, 'wallet-" + buyer + "')");
        }
    }

    private static String id(String reference) {
        return SqlText.id(OrderIds.fromBytes(Sha256.hash(reference.getBytes(StandardCharsets.UTF_8)), 0));
    }
}
