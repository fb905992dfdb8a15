package io.orderflow.faults;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.orderflow.Acceptance;
import io.orderflow.OrderProcessor;
import io.orderflow.SubmitResult;
import io.orderflow.WritableDataSource;
import io.orderflow.testing.Clusters;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.OutageLines;
import io.orderflow.testing.PrivateServer;
import io.orderflow.testing.ReplicatedPair;
import io.orderflow.testing.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The primary of a group is killed while orders are submitted and decided, again and again (F30). It takes minutes, so
 * it runs by {@code -Dclusters=gr} alone.
 */
@Tag("drill")
class GroupReplicationTest {
    private static final Duration ELECTION = Duration.ofMinutes(2);

    @Test
    void nothingIsLostWhenThePrimaryIsKilledAgainAndAgain() throws SQLException {
        assumeTrue(Clusters.isWanted("gr"), "it runs by -Dclusters=gr");
        try (MySqlGroup group = new MySqlGroup()) {
            PrivateServer first = group.members().get(0);
            TestDatabase database = TestDatabase.on(first.address());
            ReplicatedPair.on(
                    first,
                    "GRANT SELECT ON performance_schema.replication_group_members TO '" + database.user() + "'@'%',"
                            + " '" + database.user() + "'@'localhost'");
            WritableDataSource writable = writable(group, database);
            try (TestedShop shop = TestedShop.open(
                    database,
                    database.jdbcUrl(),
                    onThePool -> OrderProcessor.builder(writable).acceptance(Acceptance.GROUP_JOURNAL))) {
                shop.startWorkers();
                try (OutageLines log = OutageLines.hear();
                        Load load = Load.paced(shop, 1, 3, Integer.MAX_VALUE)) {
                    shop.awaitDecided(50);
                    log.taken();
                    for (int cycle = 1; cycle <= Clusters.kills("gr"); cycle++) {
                        killThePrimary(group, load, writable, cycle);
                        log.assertFewOf("the primary was killed");
                    }
                }
                group.promote(first);
                shop.settle();
            }
        }
    }

    private static WritableDataSource writable(MySqlGroup group, TestDatabase database) {
        WritableDataSource.Builder builder = WritableDataSource.builder();
        for (int i = 0; i < group.members().size(); i++) {
            String url = database.jdbcUrlVia(group.members().get(i).port());
            builder.server(name(i), database.dataSource(8, url, Duration.ofSeconds(1)));
        }
        return builder.build();
    }

    private static String name(int member) {
        return "member " + (member + 1);
    }

    private static void killThePrimary(MySqlGroup group, Load load, WritableDataSource writable, int cycle)
            throws SQLException {
        PrivateServer primary = group.members().get(group.primary().orElseThrow());
        primary.kill();
        long killed = System.nanoTime();
        Eventually.await(
                "orders are accepted at another primary",
                ELECTION,
                () -> load.answers().where(answer -> answer.start() > killed).count(SubmitResult.Accepted.class) > 20,
                () -> writable.writer() + ", primary " + group.primary() + ", " + load.answers());
        long first = load.answers()
                .where(answer -> answer.end() > killed && answer.result() instanceof SubmitResult.Accepted)
                .earliestEnd();
        Optional<String> elected = group.primary().map(GroupReplicationTest::name);
        System.out.println("kill " + cycle + ": " + primary.port() + " killed, orders at " + writable.writer()
                + " (primary " + elected + ") after " + BuyerAnswers.millis(Duration.ofNanos(first - killed)));
        group.comesBack(primary);
    }
}
