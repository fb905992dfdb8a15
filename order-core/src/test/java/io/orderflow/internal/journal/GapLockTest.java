package io.orderflow.internal.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.OrderRequest;
import io.orderflow.internal.codec.Codes;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.journal.JournalException.Fate;
import io.orderflow.internal.sql.Dialect;
import io.orderflow.internal.telemetry.Telemetry;
import io.orderflow.model.ShopDatabase;
import io.orderflow.testing.FaultPlan.Step;
import io.orderflow.testing.TestDatabase;
import io.orderflow.testkit.MachineLag;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The journal beside locks that keep it from writing the whole group. H2 has no gaps, and tells of a row that is not
 * committed as of a duplicate.
 */
class GapLockTest {
    /** One lock wait of 1 s and no second one. */
    private static final Duration ONE_WAIT = Duration.ofMillis(1_900);

    /** As a DELETE by a stranger at REPEATABLE READ does: nothing can be inserted, and no row says so. */
    @ParameterizedTest
    @EnumSource(names = "H2", mode = EnumSource.Mode.EXCLUDE)
    void aLockOnNoRowOfTheGroupCostsOneWaitAndIsAClearNo(TestDatabase.Kind kind) throws Exception {
        try (ShopDatabase shop = ShopDatabase.open(kind);
                MachineLag lag = MachineLag.watch()) {
            List<OrderEntry> group =
                    Stream.generate(GapLockTest::order).limit(50).toList();
            shop.journal(List.of(order()));
            RowJournal journal = new RowJournal(
                    shop.tables(), () -> shop.sessions().open(ShopDatabase.JOURNAL_SETTINGS), Telemetry.NONE);
            try (Connection foreign = shop.foreign();
                    Statement delete = foreign.createStatement()) {
                foreign.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
                delete.executeUpdate("DELETE FROM orderflow_orders WHERE created_at < '2020-01-01'");
                long start = System.nanoTime();
                JournalException refused = assertThrows(JournalException.class, () -> journal.write(group));
                Duration took = Duration.ofNanos(System.nanoTime() - start);
                assertTrue(took.compareTo(lag.extend(ONE_WAIT)) <= 0, () -> "took " + took);
                assertEquals(Fate.NOTHING_WRITTEN, refused.fate());
                assertTrue(refused.getMessage().contains("none of their rows"), refused::getMessage);
                journal.probe();
                foreign.rollback();
            }
            assertEquals(Collections.nCopies(50, JournalOutcome.WRITTEN), journal.write(group));
            journal.idle();
            shop.assertSound();
        }
    }

    /** All others wait meanwhile: what is locked one after the other is for calls one after the other. */
    @ParameterizedTest
    @EnumSource(names = "H2", mode = EnumSource.Mode.EXCLUDE)
    void noCallWaitsForLocksAThirdTime(TestDatabase.Kind kind) throws Exception {
        try (ShopDatabase shop = ShopDatabase.open(kind);
                Connection foreign = shop.foreign();
                Connection another = shop.foreign()) {
            List<OrderEntry> group =
                    Stream.generate(GapLockTest::order).limit(50).toList();
            RowJournal journal = new RowJournal(
                    shop.tables(), () -> shop.sessions().open(ShopDatabase.JOURNAL_SETTINGS), Telemetry.NONE);
            journal.probe();
            insert(shop, foreign, group.get(20));
            AtomicInteger inserts = new AtomicInteger();
            shop.dataSource().setPlan((step, sql) -> {
                if (step == Step.BEFORE_EXECUTE
                        && sql.startsWith("INSERT INTO orderflow_orders")
                        && inserts.incrementAndGet() == 2) {
                    insert(shop, another, group.get(30));
                }
            });
            JournalException refused = assertThrows(JournalException.class, () -> journal.write(group));
            assertEquals(Fate.NOTHING_WRITTEN, refused.fate());
            assertEquals(2, inserts.get());
            foreign.rollback();
            another.rollback();
            assertEquals(Collections.nCopies(50, JournalOutcome.WRITTEN), journal.write(group));
            journal.idle();
            shop.assertSound();
        }
    }

    private static void insert(ShopDatabase shop, Connection foreign, OrderEntry order) throws SQLException {
        try (Statement statement = foreign.createStatement()) {
            String now = Dialect.of(foreign).utcNow();
            statement.executeUpdate(OrderInsert.rows(shop.tables(), now, Codes.PENDING, List.of(order)));
        }
    }

    private static OrderEntry order() {
        return OrderEntry.of(OrderRequest.of(1).line(1, 1).build());
    }
}
