package io.orderflow.faults;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.orderflow.Acceptance;
import io.orderflow.OrderProcessor;
import io.orderflow.WritableDataSource;
import io.orderflow.testing.Clusters;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.Haproxy;
import io.orderflow.testing.OutageLines;
import io.orderflow.testing.PrivateServer;
import io.orderflow.testing.ReplicatedPair;
import io.orderflow.testing.TestDatabase;
import io.orderflow.testkit.MachineLag;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.UnaryOperator;
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

    /** By then HAProxy has asked each server three times. */
    private static final Duration CHECKED = Duration.ofSeconds(5);

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
            try (Haproxy proxy = Haproxy.start(
                            "replicas", pair.first().port(), pair.second().port());
                    TestedShop shop = open(pair.database(), proxy, UnaryOperator.identity())) {
                run(shop, proxy, 4, "change", () -> {
                    pair.changePlaces();
                    return Optional.empty();
                });
                pair.catchUp();
                shop.settle();
            }
        }
    }

    @Test
    void ordersFollowThePrimaryOfAGroup() throws SQLException {
        try (MySqlGroup group = new MySqlGroup()) {
            PrivateServer first = group.members().get(0);
            ReplicatedPair.on(
                    first, USER, "GRANT SELECT ON performance_schema.replication_group_members TO 'haproxy'@'%'");
            TestDatabase database = TestDatabase.on(first.address());
            group.showMembersTo(database);
            Integer[] ports = group.members().stream().map(PrivateServer::port).toArray(Integer[]::new);
            try (Haproxy proxy = Haproxy.start("group", ports);
                    TestedShop shop =
                            open(database, proxy, onThePool -> OrderProcessor.builder(writable(database, proxy)))) {
                Kills kills = new Kills(group);
                run(shop, proxy, Clusters.kills("haproxy"), "kill", kills);
                kills.bringBack();
                group.promote(first);
                shop.settle();
            }
        }
    }

    /** While there is no primary the proxy leads to a server that can be read alone. */
    private static WritableDataSource writable(TestDatabase database, Haproxy proxy) {
        String url = database.jdbcUrlVia(proxy.port());
        return WritableDataSource.builder()
                .server("group", database.dataSource(8, url, Duration.ofSeconds(2)))
                .build();
    }

    /** Something that changes which server is written to. */
    private interface Change {
        /** Returns how long the database itself took to have another one; empty if it is not waited for. */
        Optional<Duration> make() throws SQLException;
    }

    /** Kills the primary, each time with all members there. */
    private static final class Kills implements Change {
        private final MySqlGroup group;
        private Optional<PrivateServer> dead = Optional.empty();

        Kills(MySqlGroup group) {
            this.group = group;
        }

        @Override
        public Optional<Duration> make() throws SQLException {
            bringBack();
            PrivateServer primary = group.members().get(group.primary().orElseThrow());
            dead = Optional.of(primary);
            primary.kill();
            return Optional.of(group.awaitPrimary(System.nanoTime()));
        }

        private void bringBack() throws SQLException {
            if (dead.isPresent()) {
                group.comesBack(dead.get());
                dead = Optional.empty();
            }
        }
    }

    private static TestedShop open(
            TestDatabase database, Haproxy proxy, UnaryOperator<OrderProcessor.Builder> settings) {
        awaitServer(database, proxy);
        return TestedShop.open(
                database,
                database.jdbcUrlVia(proxy.port()),
                onThePool -> settings.apply(onThePool).acceptance(Acceptance.GROUP_JOURNAL));
    }

    /** Has orders while the server changes. */
    private static void run(TestedShop shop, Haproxy proxy, int times, String what, Change change) throws SQLException {
        shop.startWorkers();
        try (OutageLines log = OutageLines.hear();
                MachineLag lag = MachineLag.watch();
                Load load = Load.paced(shop, 1, 3, Integer.MAX_VALUE)) {
            shop.awaitDecided(50);
            log.taken();
            for (int i = 1; i <= times; i++) {
                String which = what + " " + i;
                long begin = System.nanoTime();
                Optional<Duration> engine = change.make();
                awaitOrders(load, proxy);
                if (engine.isPresent()) {
                    OrderPauses.check(which, load, begin, engine.get(), lag);
                } else {
                    System.out.println(which + ": a pause of " + BuyerAnswers.millis(OrderPauses.longest(load, begin)));
                }
                log.assertFewLinesOf(which);
            }
        }
    }

    private static void awaitServer(TestDatabase database, Haproxy proxy) {
        try (Contact contact = new Contact(database, database.jdbcUrlVia(proxy.port()))) {
            Eventually.await("HAProxy has found the server", BOUND, contact::lasts, proxy::log);
        }
    }

    /** A connection that HAProxy does not end: it may lead elsewhere until its first checks are done. */
    private static final class Contact implements AutoCloseable {
        private final TestDatabase database;
        private final String url;
        private Optional<Connection> connection = Optional.empty();
        private long since;

        Contact(TestDatabase database, String url) {
            this.database = database;
            this.url = url;
        }

        boolean lasts() {
            try {
                if (connection.isEmpty() || !connection.get().isValid(1)) {
                    close();
                    since = System.nanoTime();
                    connection = Optional.of(DriverManager.getConnection(url, database.user(), database.password()));
                }
            } catch (SQLException notYet) {
                return false;
            }
            return System.nanoTime() - since > CHECKED.toNanos();
        }

        @Override
        public void close() {
            try {
                if (connection.isPresent()) {
                    connection.get().close();
                }
            } catch (SQLException ended) {
                // by HAProxy
            }
            connection = Optional.empty();
        }
    }

    private static void awaitOrders(Load load, Haproxy proxy) {
        OrderPauses.awaitOrders(load, System.nanoTime() + TAKES_TURNS.toNanos(), 20, BOUND, proxy::log);
    }
}
