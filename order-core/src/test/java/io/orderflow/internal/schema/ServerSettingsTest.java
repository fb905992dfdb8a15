package io.orderflow.internal.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.mysql.cj.jdbc.MysqlDataSource;
import io.orderflow.OrderRequest;
import io.orderflow.OrderSchema;
import io.orderflow.SchemaException;
import io.orderflow.StoreUnavailableException;
import io.orderflow.WritableDataSource;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.journal.JournalException;
import io.orderflow.internal.journal.JournalOutcome;
import io.orderflow.internal.journal.RowJournal;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.Tables;
import io.orderflow.internal.telemetry.Telemetry;
import io.orderflow.model.ShopDatabase;
import io.orderflow.testing.FaultPlan;
import io.orderflow.testing.PrivateServer;
import io.orderflow.testing.ServerKind;
import io.orderflow.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** Settings of a whole server, on one of our own. */
class ServerSettingsTest {

    @Test
    void settingsThatCouldNotKeepThePromisesAreRefusedAndAReadOnlyServerWritesNothing() throws Exception {
        try (PrivateServer server = PrivateServer.start(ServerKind.MYSQL);
                TestDatabase database = TestDatabase.on(server.address());
                Connection admin = database.connectAsAdmin();
                Statement set = admin.createStatement()) {
            DataSource pool = database.dataSource(2);
            OrderSchema.of(pool).createOrUpgrade();

            set.execute("SET GLOBAL binlog_format = 'STATEMENT'");
            assertRefused(pool, "set binlog_format=ROW or MIXED");
            set.execute("SET GLOBAL binlog_format = 'ROW'");

            set.execute("SET GLOBAL max_allowed_packet = 1048576");
            assertRefused(pool, "max_allowed_packet is 1048576; set it to at least 4194304");
            set.execute("SET GLOBAL max_allowed_packet = 67108864");

            OrderSchema.of(pool).check();
            refuseToWrite(database, set);
            verifyAgain(pool, set);
            findTheWriter(pool, set);
            findTheWriter(ofAdmin(database), set);
        }
    }

    /** Another server may answer then, as behind a proxy or a WritableDataSource. */
    private static void verifyAgain(DataSource pool, Statement set) throws SQLException {
        VerifiedSessions sessions = new VerifiedSessions(pool, new Tables("orderflow_"), false);
        sessions.open(ShopDatabase.JOURNAL_SETTINGS).close();
        set.execute("SET GLOBAL binlog_format = 'STATEMENT'");
        sessions.open(ShopDatabase.JOURNAL_SETTINGS).discard(FaultPlan.lockWaitTimeout());
        Session last = sessions.open(ShopDatabase.JOURNAL_SETTINGS);
        last.discard(FaultPlan.readOnly());
        assertThrows(SchemaException.class, () -> sessions.open(ShopDatabase.JOURNAL_SETTINGS));
        set.execute("SET GLOBAL binlog_format = 'ROW'");
    }

    /** Who may not see whether it is a replica is told by read_only alone. */
    private static void findTheWriter(DataSource pool, Statement set) throws SQLException {
        WritableDataSource.builder().server("one", pool).build().getConnection().close();
        WritableDataSource another =
                WritableDataSource.builder().server("one", pool).build();
        set.execute("SET GLOBAL super_read_only = 1");
        SQLException none = assertThrows(SQLException.class, another::getConnection);
        assertEquals("no server can be written to: one: read_only is ON", none.getMessage());
        set.execute("SET GLOBAL read_only = 0");
        another.getConnection().close();
    }

    private static DataSource ofAdmin(TestDatabase database) {
        MysqlDataSource admin = new MysqlDataSource();
        admin.setUrl(database.jdbcUrl());
        admin.setUser(database.server().adminUser());
        admin.setPassword(database.server().adminPassword());
        return admin;
    }

    private static void refuseToWrite(TestDatabase database, Statement set) throws SQLException, JournalException {
        DataSource pool = database.dataSource(2);
        VerifiedSessions sessions = new VerifiedSessions(pool, new Tables("orderflow_"), false);
        RowJournal journal = new RowJournal(
                new Tables("orderflow_"), () -> sessions.open(ShopDatabase.JOURNAL_SETTINGS), Telemetry.NONE);
        OrderEntry first = OrderEntry.of(OrderRequest.of(1).line(1, 1).build());
        OrderEntry second = OrderEntry.of(OrderRequest.of(1).line(1, 2).build());
        assertEquals(List.of(JournalOutcome.WRITTEN), journal.write(List.of(first)));
        set.execute("SET GLOBAL read_only = 1");
        assertEquals(JournalException.Fate.NOTHING_WRITTEN, fateOf(() -> journal.write(List.of(second))));
        assertEquals(JournalException.Fate.NOTHING_WRITTEN, fateOf(journal::probe));
        assertThrows(StoreUnavailableException.class, () -> OrderSchema.of(pool).check());
        set.execute("SET GLOBAL read_only = 0");
        journal.probe();
        assertEquals(List.of(JournalOutcome.WRITTEN), journal.write(List.of(second)));
        journal.idle();
    }

    /** One use of the journal. */
    @FunctionalInterface
    private interface Use {
        void run() throws JournalException;
    }

    private static JournalException.Fate fateOf(Use use) {
        return assertThrows(JournalException.class, use::run).fate();
    }

    private static void assertRefused(DataSource pool, String advice) {
        SchemaException refused =
                assertThrows(SchemaException.class, () -> OrderSchema.of(pool).check());
        assertTrue(refused.getMessage().contains(advice), refused::getMessage);
    }
}
