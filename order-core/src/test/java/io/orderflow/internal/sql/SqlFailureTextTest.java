package io.orderflow.internal.sql;

import static io.orderflow.internal.sql.SqlFailure.reason;
import static io.orderflow.internal.sql.SqlFailure.withoutStatement;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.OrderSchema;
import io.orderflow.SubmitResult;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.testing.TestDatabase;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** What buyers asked for never leaves in an error's text, although a driver may repeat the statement that failed. */
class SqlFailureTextTest {
    @Test
    void aStatementIsLeftOutAndTheRestIsCut() {
        assertEquals(
                "Table \"T\" not found", withoutStatement("Table \"T\" not found; SQL statement:\nINSERT x'53' [1]"));
        assertEquals("Syntax error", withoutStatement("Syntax error in SQL statement \"INSERT x'53'\""));
        assertEquals("lost", withoutStatement("lost\n\nQuery being executed when exception was thrown:\nINSERT x'53'"));
        assertEquals("(conn=1) no", withoutStatement("(conn=1) no\nQuery is: INSERT x'53'"));
        assertEquals("Deadlock found", withoutStatement("Deadlock found\ndeadlock information: \nINSERT x'53'"));
        String status = "\n\n\n=====\n2026-11-28 06:00:00 0x7f INNODB MONITOR OUTPUT\n=====\nINSERT x'53'";
        assertEquals("Deadlock found", withoutStatement("Deadlock found" + status));
        assertEquals("(conn=1) no", withoutStatement("(conn=1) no\nthread name: pool-1\ncurrent threads: a, b"));
        assertEquals("x".repeat(300) + "...", withoutStatement("x".repeat(301)));
        assertEquals("x".repeat(300), withoutStatement("x".repeat(300)));
        assertEquals("null", withoutStatement(null));
    }

    @Test
    void theDeepestReasonIsToldInOneLine() {
        SQLException denied =
                new SQLException("Access denied for user 'shop'@'host' (using password: YES)", "28000", 1045);
        assertEquals(denied.getMessage(), reason(denied));
        String pool = "pool-1 - Connection is not available, request timed out after 1000ms";
        assertEquals(pool + ": " + denied.getMessage(), reason(new SQLException(pool, "28000", denied)));
        // HikariCP repeats the code of what it passes on
        assertEquals(
                pool + ": " + denied.getMessage(), reason(withCause(new SQLException(pool, "28000", 1045), denied)));
        SQLException next = new SQLException(pool);
        next.setNextException(denied);
        assertEquals(pool + ": " + denied.getMessage(), reason(next));
        SQLException suppressing = new SQLException(pool, new IllegalStateException("tried twice"));
        suppressing.addSuppressed(denied);
        assertEquals(pool + ": " + denied.getMessage(), reason(suppressing));

        SQLException link = new SQLException(
                "Communications link failure\n\nThe last packet sent",
                "08S01",
                new IllegalStateException("Communications", new ConnectException("Connection refused")));
        assertEquals(
                "Communications link failure The last packet sent: ConnectException: Connection refused", reason(link));
        assertEquals("UnknownHostException: db.shop", reason(new UnknownHostException("db.shop")));
        assertEquals("NullPointerException", reason(new NullPointerException()));
        assertEquals("IllegalStateException: sealed", reason(new IllegalStateException("sealed")));
        assertEquals("only this", reason(new SQLException("only this", new SQLException("only this"))));
        SQLException longest = new SQLException("x".repeat(1_000), denied);
        assertTrue(
                reason(longest).endsWith(denied.getMessage()) && reason(longest).length() < 450, reason(longest));
    }

    private static SQLException withCause(SQLException thrown, Throwable cause) {
        thrown.initCause(cause);
        return thrown;
    }

    @Test
    void causesThatGoInACircleEnd() {
        SQLException first = new SQLException("first");
        SQLException second = new SQLException("second", first);
        first.initCause(second);
        assertEquals("first: second", reason(first));
    }

    @Test
    void noReasonTellsAStatementOrAPassword() {
        SQLException failed =
                new SQLException("no pool", new SQLException("Bad; SQL statement:\nINSERT x'53'", "42000", 1));
        assertEquals("no pool: Bad", reason(failed));
        for (String secret : new String[] {
            "Failed to get driver for jdbc:mysql://host/shop?user=a&password=hunter2&x=1",
            "no driver for jdbc:mysql://shop:hunter2@host/shop",
            "properties {user=a, password=hunter2, trustCertificateKeyStorePassword=hunter2}",
            "jdbc:h2:file:./shop;PASSWORD=hunter2;MODE=MySQL",
            "https://vault/?access_token=hunter2"
        }) {
            String told = reason(new IllegalStateException("outer", new IllegalStateException(secret)));
            assertFalse(told.contains("hunter2"), told);
            assertTrue(told.contains("***"), told);
        }
    }

    @Test
    void aRefusalDoesNotTellWhatOthersOrdered() throws SQLException {
        try (TestDatabase database = TestDatabase.h2()) {
            HikariDataSource pool = database.dataSource(4);
            OrderSchema.of(pool).createOrUpgrade();
            try (OrderProcessor orders = OrderProcessor.builder(pool).build().start()) {
                drop(database, "orderflow_orders");
                OrderRequest request = OrderRequest.of(1)
                        .line(2, 3)
                        .hostData("a secret".getBytes(StandardCharsets.UTF_8))
                        .build();

                SubmitResult result = orders.submit(request);

                String cause =
                        assertInstanceOf(SubmitResult.Unavailable.class, result).cause();
                String stored = HexFormat.of().formatHex(OrderEntry.of(request).request());
                assertFalse(cause.contains(stored), cause);
                assertFalse(orders.health().toString().contains(stored), orders.health()::toString);
            }
        }
    }

    private static void drop(TestDatabase database, String table) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("DROP TABLE " + table);
        }
    }
}
