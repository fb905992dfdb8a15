package io.orderflow.internal.sql;

import static io.orderflow.internal.sql.SqlFailure.withoutStatement;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.OrderSchema;
import io.orderflow.SubmitResult;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.testing.TestDatabase;
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
