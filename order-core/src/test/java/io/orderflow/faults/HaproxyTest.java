package io.orderflow.faults;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.orderflow.Acceptance;
import io.orderflow.SubmitResult;
import io.orderflow.testing.Clusters;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.Haproxy;
import io.orderflow.testing.OutageLines;
import io.orderflow.testing.PrivateServer;
import io.orderflow.testing.ReplicatedPair;
import io.orderflow.testing.TestDatabase;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The examples for databases of {@code docs/clusters-haproxy.md}: orders follow the server that is written to. It takes
 * minutes, so it runs by {@code -Dclusters=haproxy} alone.
 */
@Tag("drill")
class HaproxyTest {
    private static final Duration BOUND = Duration.ofMinutes(2);
    /** Servers that are written to in turns more quickly are named by the audit. */
    private static final Duration TAKES_TURNS = Duration.ofSeconds(6);

    private static final String USER = "CREATE USER 'haproxy'@'%' IDENTIFIED BY 'SECRET'";

    @BeforeAll
    static void isWanted() {
        assumeTrue(Clusters.isWanted("haproxy"), "it runs by -Dclusters=haproxy");
        assumeTrue(Haproxy.program().isPresent(), "no program haproxy");
    }

    @Test
    void theExamplesAreOneConfiguration() {
        Haproxy.check();
    }

    @Test
    void ordersFollowTheServerThatIsNotReadOnly() throws SQLException {
        try (ReplicatedPair pair = new ReplicatedPair()) {
            ReplicatedPair.on(pair.first(), USER);
            pair.catchUp();
            try (Haproxy proxy =
                    Haproxy.start("replicas", pair.first().port(), pair.second().port())) {
                run(pair.database(), proxy, 4, "change", pair::changePlaces, () -> {});
                pair.catchUp();
            }
        }
    }

    @Test
    void ordersFollowThePrimaryOfAGroup() throws SQLException {
        try (MySqlGroup group = new MySqlGroup()) {
            PrivateServer first = group.members().get(0);
            ReplicatedPair.on(
                    first, USER, "GRANT SELECT ON performance_schema.replication_group_members TO 'haproxy'@'%'");
            Integer[] ports = group.members().stream().map(PrivateServer::port).toArray(Integer[]::new);
            try (Haproxy proxy = Haproxy.start("group", ports)) {
                Runnable last = () -> promote(group, first);
                run(
                        TestDatabase.on(first.address()),
                        proxy,
                        Clusters.kills("haproxy"),
                        "kill",
                        () -> kill(group),
                        last);
            }
        }
    }

    private static void kill(MySqlGroup group) throws SQLException {
        PrivateServer primary = group.members().get(group.primary().orElseThrow());
        primary.kill();
        Eventually.await("another primary", BOUND, () -> group.primary().isPresent(), () -> "there is none");
        group.comesBack(primary);
    }

    /** Something that changes which server is written to. */
    private interface Change {
        void make() throws SQLException;
    }

    private static void promote(MySqlGroup group, PrivateServer member) {
        try {
            group.promote(member);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /**
     * Has orders while the server changes.
     *
     * @param last what makes the first server the one that is written to again
     */
    private static void run(TestDatabase database, Haproxy proxy, int times, String what, Change change, Runnable last)
            throws SQLException {
        awaitServer(database, proxy);
        try (TestedShop shop = TestedShop.open(
                database, database.jdbcUrlVia(proxy.port()), builder -> builder.acceptance(Acceptance.GROUP_JOURNAL))) {
            shop.startWorkers();
            try (OutageLines log = OutageLines.hear();
                    Load load = Load.paced(shop, 1, 3, Integer.MAX_VALUE)) {
                shop.awaitDecided(50);
                log.taken();
                for (int i = 1; i <= times; i++) {
                    long begin = System.nanoTime();
                    change.make();
                    awaitOrders(load, proxy, begin, what + " " + i);
                    log.assertFewOf(what + " " + i);
                }
            }
            last.run();
            shop.settle();
        }
    }

    private static void awaitServer(TestDatabase database, Haproxy proxy) {
        Eventually.await(
                "HAProxy has found the server",
                BOUND,
                () -> isReached(database, database.jdbcUrlVia(proxy.port())),
                proxy::log);
    }

    private static boolean isReached(TestDatabase database, String url) {
        try {
            DriverManager.getConnection(url, database.user(), database.password())
                    .close();
            return true;
        } catch (SQLException notYet) {
            return false;
        }
    }

    private static void awaitOrders(Load load, Haproxy proxy, long begin, String what) {
        long since = System.nanoTime() + TAKES_TURNS.toNanos();
        Eventually.await(
                "orders are accepted again",
                BOUND,
                () -> load.answers().where(answer -> answer.start() > since).count(SubmitResult.Accepted.class) > 20,
                () -> load.answers() + ", " + proxy.log());
        Duration pause = load.answers()
                .where(answer -> answer.end() > begin && answer.result() instanceof SubmitResult.Accepted)
                .longestGap(begin);
        System.out.println(what + ": a pause of " + BuyerAnswers.millis(pause));
    }
}
