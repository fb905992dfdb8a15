package io.orderflow.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.Acceptance;
import io.orderflow.Health;
import io.orderflow.OrderListener;
import io.orderflow.OrderProcessor;
import io.orderflow.SubmitResult;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.FaultProxy;
import io.orderflow.testing.PrivateServer;
import io.orderflow.testing.ServerKind;
import io.orderflow.testing.TestDatabase;
import io.orderflow.testkit.MachineLag;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A database that is dead, frozen or out of reach while orders are submitted and decided (F4, F10, F11). The queue is
 * in memory, so with the database away nothing can be accepted (P6).
 */
class DatabaseOutageTest {
    private static final Duration DEADLINE = Duration.ofSeconds(2);
    private static final Duration AT_ONCE = Duration.ofMillis(100);
    private static final Duration LATENESS = Duration.ofMillis(250);

    /** How a database goes away, and comes back. */
    enum Outage {
        KILLED {
            @Override
            void begin(PrivateServer server, FaultProxy proxy) {
                server.kill();
            }

            @Override
            void end(PrivateServer server, FaultProxy proxy) {
                server.restart();
            }
        },
        FROZEN {
            @Override
            void begin(PrivateServer server, FaultProxy proxy) {
                server.freeze();
            }

            @Override
            void end(PrivateServer server, FaultProxy proxy) {
                server.thaw();
            }
        },
        BLACK_HOLED {
            @Override
            void begin(PrivateServer server, FaultProxy proxy) {
                proxy.blackHole();
            }

            @Override
            void end(PrivateServer server, FaultProxy proxy) {
                proxy.pass();
            }
        };

        abstract void begin(PrivateServer server, FaultProxy proxy);

        abstract void end(PrivateServer server, FaultProxy proxy);
    }

    /** Counts the pauses and resumptions that a host is told of. */
    private static final class Ear implements OrderListener {
        private final AtomicInteger pauses = new AtomicInteger();
        private final AtomicInteger resumptions = new AtomicInteger();

        @Override
        public void paused(String worker, String cause) {
            pauses.incrementAndGet();
        }

        @Override
        public void resumed(String worker) {
            resumptions.incrementAndGet();
        }

        @Override
        public String toString() {
            return pauses + " pauses, " + resumptions + " resumptions";
        }
    }

    @ParameterizedTest
    @CsvSource({
        "MARIADB, KILLED",
        "MARIADB, FROZEN",
        "MARIADB, BLACK_HOLED",
        "MARIADB_CONNECTOR, KILLED",
        "MARIADB_CONNECTOR, FROZEN",
        "MARIADB_CONNECTOR, BLACK_HOLED",
        "MYSQL, KILLED",
        "MYSQL, FROZEN",
        "MYSQL, BLACK_HOLED"
    })
    void ordersAreRefusedInTimeAndEverythingGoesOnByItself(TestDatabase.Kind kind, Outage outage) {
        PrivateServer server = Victims.get(kind == TestDatabase.Kind.MYSQL ? ServerKind.MYSQL : ServerKind.MARIADB);
        Ear ear = new Ear();
        Acceptance acceptance = Journals.inTurn(kind.ordinal() + outage.ordinal());
        TestDatabase database = TestDatabase.on(server.address(), kind);
        try (MachineLag lag = MachineLag.watch();
                FaultProxy proxy = FaultProxy.to(server.address());
                TestedShop shop = TestedShop.open(
                        database,
                        database.jdbcUrlVia(proxy.port()),
                        builder -> impatient(builder.acceptance(acceptance), ear))) {
            shop.pool().setConnectionTimeout(1_000);
            shop.startWorkers();
            try (Load load = new Load(shop, 1, 3)) {
                shop.awaitDecided(100);
                outage.begin(server, proxy);
                try {
                    BuyerAnswers later = watchTheOutage(shop, load, ear);
                    report(kind + ", " + acceptance + ", database " + outage, load, later, lag);
                } finally {
                    outage.end(server, proxy);
                }
                watchTheReturn(shop, load, ear);
            }
            shop.settle();
        }
    }

    private static OrderProcessor.Builder impatient(OrderProcessor.Builder builder, OrderListener listener) {
        return builder.submitTimeout(DEADLINE)
                .journalTimeout(Duration.ofMillis(1_500))
                .listener(listener);
    }

    /** Waits until intake and workers know; returns the answers to what was submitted from then on. */
    private static BuyerAnswers watchTheOutage(TestedShop shop, Load load, Ear ear) {
        awaitJournal(shop, true);
        long known = System.nanoTime();
        int before = load.answers().size();
        Eventually.await(
                "intake is down and the workers pause",
                TestedShop.BOUND,
                () -> shop.orders().health().status() == Health.Status.DOWN && ear.pauses.get() > 0,
                () -> shop.orders().health() + ", " + ear);
        Eventually.await(
                "300 answers in the outage",
                TestedShop.BOUND,
                () -> load.answers().size() > before + 300,
                () -> load.answers().toString());
        return load.answers().where(answer -> answer.start() > known);
    }

    private static void awaitJournal(TestedShop shop, boolean away) {
        Eventually.await(
                "the journal is " + (away ? "away" : "back"),
                TestedShop.BOUND,
                () -> shop.orders().health().checks().stream()
                                .anyMatch(check -> check.name().equals("journal"))
                        == away,
                () -> shop.orders().health().toString());
    }

    private static void report(String what, Load load, BuyerAnswers later, MachineLag lag) {
        BuyerAnswers all = load.answers().where(answer -> true);
        System.out.println(what + ": all " + all);
        System.out.println(what + ": when the outage was known " + later);
        Duration latest = lag.extend(DEADLINE.plus(LATENESS));
        assertTrue(all.longest().compareTo(latest) < 0, () -> "by their deadline: " + all + "; " + lag);
        assertTrue(later.percentile(99).compareTo(lag.extend(AT_ONCE)) < 0, () -> "at once: " + later + "; " + lag);
        assertEquals(0, later.count(SubmitResult.Accepted.class), later::toString);
    }

    private static void watchTheReturn(TestedShop shop, Load load, Ear ear) {
        Instant back = Instant.now();
        long acceptedBefore = load.accepted();
        awaitJournal(shop, false);
        Eventually.await(
                "orders are accepted again",
                TestedShop.BOUND,
                () -> load.accepted() > acceptedBefore + 50,
                () -> load.answers().toString());
        Eventually.await(
                "workers poll and commit again",
                TestedShop.BOUND,
                () -> isAfter(shop.orders().health().lastPoll(), back)
                        && isAfter(shop.orders().health().lastCommit(), back)
                        && shop.orders().health().status() == Health.Status.UP,
                () -> shop.orders().health() + ", " + ear);
        Eventually.await(
                "every pause is over",
                TestedShop.BOUND,
                () -> ear.pauses.get() == ear.resumptions.get(),
                ear::toString);
    }

    private static boolean isAfter(Optional<Instant> time, Instant moment) {
        return time.isPresent() && time.get().isAfter(moment);
    }
}
