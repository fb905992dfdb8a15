package io.orderflow.internal.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.SchemaException;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.Tables;
import io.orderflow.model.ShopDatabase;
import io.orderflow.testing.FaultPlan;
import io.orderflow.testing.FaultyDataSource;
import io.orderflow.testing.ForwardingDataSource;
import io.orderflow.testing.TestDatabase;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/**
 * Another server answers, as behind a proxy or a data source that follows the writer, and nothing has failed before.
 */
class ChangedServerTest {
    @Test
    void eachServerIsVerifiedOnce() throws SQLException {
        try (ShopDatabase shop = ShopDatabase.open(TestDatabase.Kind.MARIADB);
                TestDatabase empty = TestDatabase.open(TestDatabase.Kind.MYSQL)) {
            AtomicInteger statements = new AtomicInteger();
            DataSource counted = new FaultyDataSource(shop.dataSource(), (step, sql) -> {
                if (step == FaultPlan.Step.BEFORE_EXECUTE) {
                    statements.incrementAndGet();
                }
            });
            AtomicReference<DataSource> now = new AtomicReference<>(counted);
            VerifiedSessions sessions =
                    new VerifiedSessions(ForwardingDataSource.to(now::get), new Tables("orderflow_"), false);
            sessions.open(ShopDatabase.JOURNAL_SETTINGS).close();
            try (HikariDataSource other = empty.dataSource(2)) {
                now.set(other);
                assertThrows(SchemaException.class, () -> sessions.open(ShopDatabase.JOURNAL_SETTINGS), "no tables");
            }
            now.set(counted);
            sessions.open(ShopDatabase.JOURNAL_SETTINGS).close();
            int before = statements.get();
            sessions.open(ShopDatabase.JOURNAL_SETTINGS).close();
            int plain = statements.get() - before;
            sessions.open(ShopDatabase.JOURNAL_SETTINGS).close();
            assertEquals(before + 2 * plain, statements.get(), "it is not verified again");
        }
    }

    @Test
    void aSessionKnowsItsServer() throws SQLException {
        try (ShopDatabase one = ShopDatabase.open(TestDatabase.Kind.MARIADB);
                ShopDatabase two = ShopDatabase.open(TestDatabase.Kind.MARIADB);
                Session first = one.session();
                Session second = two.session()) {
            assertEquals(first.server(), second.server());
        }
    }
}
