package io.orderflow.internal.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.ExamineConfig;
import io.orderflow.FeedStart;
import io.orderflow.Finding;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.WritableDataSource;
import io.orderflow.internal.admin.Apart;
import io.orderflow.internal.sql.Dialect;
import io.orderflow.queue.InMemoryQueue;
import io.orderflow.queue.OrderQueue;
import io.orderflow.queue.QueueConsumer;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.TestDatabase;
import io.orderflow.testkit.queue.ForwardingQueue;
import java.nio.file.Path;
import java.security.Security;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.h2.tools.Server;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Faults that no server is needed for: H2, options, the virtual machine, the queue in memory, what waits. */
class EmbeddedFaultsTest {
    private static final String NAME_CACHE = "networkaddress.cache.ttl";
    private static final Duration BOUND = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    private SetUp setUp;

    @BeforeEach
    void start() {
        setUp = new SetUp(TestDatabase.h2File(folder.resolve("shop"))).withTables();
    }

    @AfterEach
    void stop() {
        setUp.heal();
        setUp.close();
    }

    @Test
    void aRightSetUpHasNoFinding() {
        assertEquals(List.of(), setUp.examine());
    }

    @TestFactory
    Stream<DynamicTest> eachFaultIsFoundAlone() {
        return Stream.of(
                        Fault.of(
                                HostFinding.JOURNAL_TIMEOUT_SHORT,
                                wrong -> wrong.options(options -> options.journalTimeout(Duration.ofSeconds(1)))),
                        Fault.of(
                                HostFinding.WEAK_QUEUE_ALLOWED,
                                wrong -> wrong.options(options -> options.allowWeakQueue(true))),
                        Fault.claim(
                                RefusedFinding.H2_TEARS_COMMITS,
                                Map.of("getDatabaseProductVersion", "2.5.252 (2026-08-01)")),
                        new Fault(
                                HostFinding.NAMES_KEPT_FOR_EVER,
                                wrong -> Security.setProperty(NAME_CACHE, "-1"),
                                wrong -> Security.setProperty(NAME_CACHE, "30")))
                .map(fault -> fault.in(setUp));
    }

    /** Each on a file of its own: an open one keeps the settings of who opened it. */
    @TestFactory
    Stream<DynamicTest> urlsOfH2() {
        return Stream.of(
                        new WrongUrl(RefusedFinding.H2_WRITE_DELAY, ";WRITE_DELAY=0", ";WRITE_DELAY=500"),
                        new WrongUrl(RefusedFinding.H2_FILE_CLOSES, "jdbc:h2:async:", "jdbc:h2:file:"),
                        new WrongUrl(RefusedFinding.H2_MODE, "MODE=MySQL", "MODE=MariaDB"))
                .map(wrong -> DynamicTest.dynamicTest(wrong.kind().id(), () -> {
                    Path file = folder.resolve(wrong.kind().id());
                    new SetUp(TestDatabase.h2File(file)).withTables().close();
                    try (SetUp other = new SetUp(TestDatabase.h2File(file))) {
                        other.url(url -> url.replace(wrong.right(), wrong.wrong()));
                        Fault.assertOnly(wrong.kind(), other.examine());
                    }
                }));
    }

    /** A piece of the URL, and what stands there instead. */
    private record WrongUrl(RefusedFinding kind, String right, String wrong) {}

    @Test
    void aDatabaseInMemoryIsFound() {
        try (SetUp memory = new SetUp(TestDatabase.h2()).withTables()) {
            Fault.assertOnly(ServerFinding.H2_IN_MEMORY, memory.examine());
        }
    }

    @Test
    void aFileThatProcessesShareIsFound() throws Exception {
        Path file = folder.resolve("shared");
        new SetUp(TestDatabase.h2File(file)).withTables().close();
        try (SetUp shared = new SetUp(TestDatabase.h2File(file))) {
            Server server = Server.createTcpServer("-tcpPort", "0").start();
            try {
                shared.url(url -> url.replace("jdbc:h2:async:", "jdbc:h2:tcp://127.0.0.1:" + server.getPort() + "/"));
                Fault.assertOnly(ServerFinding.H2_SHARED, shared.examine());
            } finally {
                server.stop();
            }
        }
    }

    @Test
    void whatWaitsIsFoundWhenItIsOld() {
        try (var pool = setUp.database().dataSource(5);
                OrderProcessor orders = OrderProcessor.builder(pool)
                        .submitTimeout(BOUND)
                        .journalTimeout(Duration.ofSeconds(25))
                        .build()
                        .start()) {
            orders.feed("shipping", FeedStart.BEGINNING);
            orders.submit(OrderRequest.of(7).line(1, 2).build());
            assertEquals(List.of(), setUp.examine(), "it is young");
            setUp.examination(examination -> examination.oldAfter(Duration.ZERO));
            Fault.assertOnly(ServerFinding.BACKLOG_OLD, setUp.examine());
        }
    }

    @Test
    void aFeedThatStandsStillIsFoundAndOneThatIsBehind() throws Exception {
        try (var pool = setUp.database().dataSource(5);
                OrderProcessor orders = OrderProcessor.builder(pool).build()) {
            orders.inventory().define(1, 100, 10, "product-1");
            setUp.asAdmin("INSERT INTO orderflow_feed (name, position) VALUES ('shipping', 0)");
            assertEquals(List.of(), setUp.examine(), "it is young");
            setUp.examination(examination -> examination.oldAfter(Duration.ZERO));
            Fault.assertOnly(ServerFinding.FEED_STANDS_STILL, setUp.examine());
            setUp.asAdmin("UPDATE orderflow_feed SET owner = x'00112233445566778899aabbccddeeff', leased_until = "
                    + Dialect.H2.utcAfter(600_000));
            Fault.assertOnly(ServerFinding.FEED_BEHIND, setUp.examine());
        }
    }

    @Test
    void theQueueInMemoryIsHeldAgainstTheHeap() throws Exception {
        try (InMemoryQueue large =
                InMemoryQueue.builder().capacityBytes(1L << 40).build()) {
            setUp.options(options -> options.queue(large));
            assertEquals(Set.of("queue-above-heap"), ids(setUp.examine()));
        }
        try (InMemoryQueue full = InMemoryQueue.builder().build()) {
            setUp.options(options -> options.queue(full));
            for (int i = 0; i <= 10_000; i++) {
                full.publish(new byte[] {1}, BOUND);
            }
            assertEquals(Set.of("queue-backlog"), ids(setUp.examine()));
            try (QueueConsumer worker = full.openConsumer(BOUND)) {
                assertEquals(1, worker.receive(1, BOUND).size());
                assertEquals(Set.of(), ids(setUp.examine()), "what is held waits for nobody");
            }
        }
    }

    @Test
    void ordersInJsonThatNeedNoKeyAreFoundWhereOthersCanWrite() {
        byte[] key = new byte[32];
        try (InMemoryQueue own = InMemoryQueue.builder().build();
                OrderQueue shared = new ForwardingQueue(own)) {
            setUp.options(options -> options.queue(own).acceptJson(true));
            assertEquals(List.of(), setUp.examine(), "nobody else can write to it");
            setUp.options(options -> options.queue(shared).acceptJson(true).frameKey(key));
            assertFalse(ids(setUp.examine()).contains(HostFinding.JSON_WITHOUT_KEY.id()));
            setUp.options(options -> options.queue(shared).acceptJson(true));
            assertTrue(ids(setUp.examine()).contains(HostFinding.JSON_WITHOUT_KEY.id()));
        }
    }

    private static Set<String> ids(List<Finding> findings) {
        return findings.stream().map(Finding::id).collect(Collectors.toSet());
    }

    @Test
    void eachPoolOfSeveralServersIsLookedAt() {
        try (var first = setUp.database().dataSource(5);
                var second = setUp.database().dataSource(3)) {
            WritableDataSource both = WritableDataSource.builder()
                    .server("one", first)
                    .server("two", second)
                    .build();
            try (OrderProcessor orders = OrderProcessor.builder(both).build()) {
                Fault.assertOnly(HostFinding.POOL_TOO_SMALL, orders.examine(longLooks()));
            }
        }
    }

    private static ExamineConfig longLooks() {
        return ExamineConfig.builder().lookTimeout(BOUND).build();
    }

    @Test
    void aSmallHeapIsFound() {
        FindingList findings = new FindingList();
        MachineLook.atVirtualMachine(256L << 20, findings);
        assertEquals(List.of(), findings.sorted());
        MachineLook.atVirtualMachine(100L << 20, findings);
        Fault.assertOnly(HostFinding.HEAP_SMALL, findings.sorted());
    }

    @Test
    void driversWithKnownHolesAreFoundAndThoseThatNobodyTested() {
        assertEquals(List.of(), driver("MySQL Connector/J", 9, 7, Dialect.MARIADB));
        assertEquals(List.of(), driver("MySQL Connector/J", 8, 3, Dialect.MYSQL), "the oldest of docs/versions.md");
        assertEquals(List.of(), driver("MariaDB Connector/J", 3, 5, Dialect.MARIADB));
        Fault.assertOnly(HostFinding.DRIVER_UNTESTED, driver("MySQL Connector/J", 8, 2, Dialect.MARIADB));
        Fault.assertOnly(HostFinding.DRIVER_WITH_HOLE, driver("MySQL Connector/J", 9, 2, Dialect.MYSQL));
        Fault.assertOnly(HostFinding.DRIVER_UNTESTED, driver("MariaDB Connector/J", 3, 5, Dialect.MYSQL));
        assertEquals(
                Set.of("driver-with-hole", "driver-untested"), ids(driver("MySQL Connector/J", 8, 0, Dialect.MYSQL)));
    }

    private static List<Finding> driver(String name, int major, int minor, Dialect dialect) {
        FindingList findings = new FindingList();
        PoolContact contact = new PoolContact(
                dialect, "jdbc:mysql://h/s", name, name + " " + major + "." + minor, major, minor, "8.4", 2, 60_000);
        ConnectionLook.at(contact, Map.of(), findings);
        return findings.sorted();
    }

    @Test
    void aLookThatFailsOrDoesNotEndIsAFindingAndNothingElse() {
        FindingList findings = new FindingList();
        Looks looks = new Looks(new Apart(), Duration.ofSeconds(1), findings);
        looks.run("the weather", "SELECT", own -> {
            own.add(HostFinding.HEAP_SMALL, "what was found before does not count");
            throw new SQLException("the disk is on fire", "HY000", 1);
        });
        Fault.assertOnly(HostFinding.LOOK_FAILED, findings.sorted());
        CountDownLatch end = new CountDownLatch(1);
        FindingList later = new FindingList();
        new Looks(new Apart(), Duration.ofMillis(50), later).run("the weather", "SELECT", own -> {
            Eventually.await("the end", BOUND, () -> end.getCount() == 0, () -> "not yet");
            return true;
        });
        Fault.assertOnly(HostFinding.LOOK_TOOK_TOO_LONG, later.sorted());
        end.countDown();
    }

    @Test
    void theConfigurationHasBounds() {
        assertThrows(
                IllegalArgumentException.class, () -> ExamineConfig.builder().lookTimeout(Duration.ofMillis(999)));
        assertThrows(
                IllegalArgumentException.class, () -> ExamineConfig.builder().oldAfter(Duration.ofHours(25)));
    }
}
