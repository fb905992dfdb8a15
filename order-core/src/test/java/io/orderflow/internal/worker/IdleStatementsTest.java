package io.orderflow.internal.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.WorkerConfig;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.engine.Step;
import io.orderflow.internal.schema.VerifiedSessions;
import io.orderflow.model.ShopDatabase;
import io.orderflow.testing.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an idle runner asks of its server, as the server counts it; the time between is the test's. */
class IdleStatementsTest {
    private static final Duration WATCHED = Duration.ofMinutes(2);
    private static final int MOST_PER_SECOND = 4;

    private long nanos;

    /** H2 does not count what a session asks. */
    @ParameterizedTest
    @EnumSource(names = "H2", mode = EnumSource.Mode.EXCLUDE)
    void anIdleRunnerMakesFewStatements(TestDatabase.Kind kind) throws Exception {
        for (boolean autoCommit : new boolean[] {true, false}) {
            try (ShopDatabase shop = ShopDatabase.open(kind);
                    HikariDataSource one = poolOfOne(shop, autoCommit)) {
                OrderEntry decided = Bench.order();
                shop.journal(List.of(decided));
                shop.decide(List.of(decided));
                ManualRunner.Steps recovery = recovery(shop, one);
                pass(recovery, Duration.ofSeconds(5));
                assertEquals(0, shop.count("orderflow_pending"), "the group's row goes with the first searches");
                long before = questions(one);
                long counting = questions(one) - before;
                pass(recovery, WATCHED);
                long asked = questions(one) - before - 2 * counting;
                assertTrue(
                        asked <= MOST_PER_SECOND * WATCHED.toSeconds(),
                        () -> asked + " statements in " + WATCHED + " with autocommit " + autoCommit);
                recovery.close();
            }
        }
    }

    private void pass(ManualRunner.Steps recovery, Duration time) throws InterruptedException {
        for (long end = nanos + time.toNanos(); nanos < end; ) {
            nanos += recovery.runOnce();
        }
    }

    /** So that the counts of its session are those of all that is asked. */
    private static HikariDataSource poolOfOne(ShopDatabase shop, boolean autoCommit) {
        HikariConfig config = new HikariConfig();
        config.setDataSource(shop.dataSource());
        config.setMaximumPoolSize(1);
        config.setAutoCommit(autoCommit);
        return new HikariDataSource(config);
    }

    private ManualRunner.Steps recovery(ShopDatabase shop, DataSource one) {
        return new ManualRunner(
                        WorkerConfig.builder().build(),
                        new ScriptedQueue(),
                        shop.tables(),
                        new VerifiedSessions(one, shop.tables(), false),
                        new RecordedEvents(),
                        new AtomicBoolean(),
                        () -> nanos,
                        new Random(1),
                        Step.Watcher.NONE)
                .recovery("recovery");
    }

    private static long questions(DataSource one) throws SQLException {
        try (Connection connection = one.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW SESSION STATUS LIKE 'Questions'")) {
            row.next();
            return row.getLong(2);
        }
    }
}
