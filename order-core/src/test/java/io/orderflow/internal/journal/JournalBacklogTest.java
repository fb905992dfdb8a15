package io.orderflow.internal.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.DeadLetterReason;
import io.orderflow.OrderRequest;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.engine.DeadLetters;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.model.DatabaseContract;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The backlog of the journal")
class JournalBacklogTest extends DatabaseContract {
    private static final int ENOUGH = 1_000;

    private final List<OrderEntry> orders = new ArrayList<>();

    /** Eight groups of one order, the first 8 minutes old, the next 7 minutes and so on. */
    @BeforeEach
    void journal() throws SQLException {
        try (Session session = shop().session()) {
            for (int i = 0; i < 8; i++) {
                OrderEntry order = order(1, 1, 1);
                orders.add(order);
                shop().journal(List.of(order));
                shop().execute("UPDATE orderflow_pending SET created_at = "
                        + session.dialect().utcBefore((8 - i) * 60_000) + " WHERE SUBSTRING(orders, 1, 16) = "
                        + SqlText.id(order.id()));
            }
        }
    }

    private void assertWaiting(long count, long minutes, int most) throws SQLException {
        try (Connection connection = shop().dataSource().getConnection()) {
            JournalBacklog.Size size = new JournalBacklog(shop().tables(), most).size(connection);
            assertEquals(count, size.orders());
            assertEquals(minutes, size.oldest().toMinutes());
        }
    }

    @Test
    @DisplayName("has no order that is decided or parked, though its group is still there")
    void decidedOnesDoNotCount() throws SQLException {
        assertWaiting(8, 8, ENOUGH);
        shop().decide(orders.subList(0, 3));
        assertWaiting(5, 5, ENOUGH);
        try (Session session = shop().session()) {
            new DeadLetters(shop().tables())
                    .park(session, orders.get(3).id(), new DeadLetters.Parking(DeadLetterReason.POISON, "a test", 3));
        }
        assertWaiting(4, 4, ENOUGH);
        shop().decide(orders.subList(4, 8));
        assertWaiting(0, 0, ENOUGH);
        assertEquals(8, shop().count("orderflow_pending"));
    }

    @Test
    @DisplayName("has those of a group that are left")
    void partsOfGroups() throws SQLException {
        List<OrderEntry> group = orders(300);
        shop().journal(group);
        shop().decide(orders);
        shop().decide(group.subList(0, 299));
        assertWaiting(1, 0, ENOUGH);
    }

    @Test
    @DisplayName("has those of a group that carries them")
    void carried() throws SQLException {
        List<OrderEntry> group = orders(20);
        shop().journalGroup(group);
        assertWaiting(28, 8, ENOUGH);
        shop().decide(group.subList(0, 5));
        shop().decide(orders);
        assertWaiting(15, 0, ENOUGH);
    }

    @Test
    @DisplayName("has urgent ones apart")
    void urgent() throws SQLException {
        OrderEntry urgent = OrderEntry.of(OrderRequest.of(1).line(1, 1).urgent().build());
        shop().journal(List.of(urgent));
        try (Connection connection = shop().dataSource().getConnection()) {
            JournalBacklog backlog = new JournalBacklog(shop().tables(), ENOUGH);
            JournalBacklog.Size before = backlog.size(connection);
            assertEquals(List.of(9L, 1L), List.of(before.orders(), before.urgent()));
            shop().decide(List.of(urgent));
            JournalBacklog.Size after = backlog.size(connection);
            assertEquals(List.of(8L, 0L), List.of(after.orders(), after.urgent()));
        }
    }

    @Test
    @DisplayName("is an estimate behind so many orders: what is decided among these alone is left out")
    void estimate() throws SQLException {
        shop().decide(orders.subList(0, 2));
        shop().decide(orders.subList(6, 7));
        assertWaiting(6, 6, 4);
        shop().decide(orders.subList(2, 6));
        assertWaiting(4, 4, 4);
        assertWaiting(1, 1, 8);
    }

    @Test
    @DisplayName("of groups of one order is looked at many at a time")
    void manyGroups() throws SQLException {
        StringBuilder sql = new StringBuilder("INSERT INTO orderflow_pending (id, kind, created_at, orders) VALUES ");
        SqlText.list(
                sql,
                orders(1_200),
                (text, order) -> text.append('(')
                        .append(SqlText.id(order.id()))
                        .append(", 2, '2026-01-01 00:00:00', ")
                        .append(SqlText.id(order.id()))
                        .append(')'));
        tampered();
        shop().execute(sql.toString());
        List<String> statements = new ArrayList<>();
        shop().dataSource().setPlan((step, text) -> statements.add(text));
        try (Connection connection = shop().dataSource().getConnection()) {
            JournalBacklog.Size size = new JournalBacklog(shop().tables(), 5_000).size(connection);
            assertEquals(1_208, size.orders());
            assertTrue(size.oldest().compareTo(Duration.ofDays(1)) > 0, size::toString);
        }
        long asked = statements.stream().distinct().count();
        assertTrue(asked <= 12, () -> asked + " statements");
    }
}
