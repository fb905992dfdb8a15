package io.orderflow.internal.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.ExamineConfig;
import io.orderflow.Finding;
import io.orderflow.WorkerConfig;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.Tables;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.ForwardingDataSource;
import io.orderflow.testing.Ports;
import io.orderflow.testing.PrivateServer;
import io.orderflow.testing.ServerKind;
import io.orderflow.testing.TestDatabase;
import java.sql.Connection;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/** A right set-up on a server of the test's own has no finding, and each fault that is planted has its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ServerFaultsContract {
    private static final String PASSWORD = "Secret_of_tests_7";

    private final ServerKind kind;
    private final TestDatabase.Kind driver;
    private PrivateServer server;
    private SetUp setUp;

    ServerFaultsContract(ServerKind kind, TestDatabase.Kind driver) {
        this.kind = kind;
        this.driver = driver;
    }

    @BeforeAll
    void start() throws Exception {
        server = PrivateServer.start(kind);
        setUp = SetUp.on(server.address(), driver);
    }

    @AfterAll
    void stop() {
        // none where the tests are skipped
        if (server != null) {
            if (setUp != null) {
                setUp.close();
            }
            server.close();
        }
    }

    /** What only this server, or this driver, can have. */
    abstract List<Fault> more();

    /** Options of the server's command line, each with what is found then. */
    abstract Stream<Started> startedWith();

    /** A server that was started so. */
    record Started(FindingKind finding, String option) {}

    @Test
    void aRightSetUpHasNoFinding() {
        assertEquals(List.of(), setUp.examine());
    }

    @TestFactory
    Stream<DynamicTest> eachFaultIsFoundAlone() {
        List<Fault> faults = new ArrayList<>(settings());
        faults.addAll(sessions());
        faults.addAll(pools());
        faults.addAll(tables());
        faults.add(Fault.disguised(RefusedFinding.LOOK_ALIKE, "version_comment", ServerFaultsContract::tidb));
        faults.addAll(more());
        return faults.stream().map(fault -> fault.in(setUp));
    }

    private static List<Fault> settings() {
        return List.of(
                Fault.global(ServerFinding.INNODB_FLUSH_LOG, "innodb_flush_log_at_trx_commit", "2", "1"),
                Fault.global(ServerFinding.INNODB_DEADLOCK_DETECT, "innodb_deadlock_detect", "OFF", "ON"),
                Fault.global(ServerFinding.GENERAL_LOG, "general_log", "ON", "OFF"),
                Fault.global(ServerFinding.MAX_CONNECTIONS, "max_connections", "14", "200"),
                Fault.global(ServerFinding.SERVER_NOT_WRITABLE, "read_only", "ON", "OFF"),
                Fault.global(HostFinding.POOL_OUTLIVES_SERVER, "wait_timeout", "60", "28800"),
                Fault.global(RefusedFinding.MAX_ALLOWED_PACKET, "max_allowed_packet", "1048576", "67108864"));
    }

    private static List<Fault> sessions() {
        return List.of(
                Fault.session(RefusedFinding.SQL_MODE_NOT_STRICT, "SET SESSION sql_mode = ''"),
                Fault.session(RefusedFinding.SQL_SAFE_UPDATES, "SET SESSION sql_safe_updates = 1"),
                Fault.session(RefusedFinding.SQL_SELECT_LIMIT, "SET SESSION sql_select_limit = 10000"),
                Fault.session(RefusedFinding.SQL_BIG_SELECTS, "SET SESSION sql_big_selects = 0"),
                Fault.session(RefusedFinding.COMPLETION_TYPE, "SET SESSION completion_type = 'CHAIN'"),
                Fault.session(RefusedFinding.CONNECTION_CHARSET, "SET NAMES latin1"),
                Fault.driver(HostFinding.AUTO_RECONNECT, "autoReconnect", "true"),
                Fault.driver(HostFinding.NO_SOCKET_TIMEOUT, "socketTimeout", "0"),
                Fault.of(RefusedFinding.TRANSACTION_REPLAY, setUp -> setUp.url(url -> with(url, "transactionReplay"))));
    }

    static String with(String url, String property) {
        return url + (url.contains("?") ? "&" : "?") + property + "=true";
    }

    private static Fault pool(FindingKind kind, Consumer<HikariConfig> change) {
        return Fault.of(
                kind,
                setUp -> setUp.pool(config -> {
                    change.accept(config);
                    return config;
                }));
    }

    private static List<Fault> pools() {
        return List.of(
                pool(HostFinding.POOL_TOO_SMALL, config -> config.setMaximumPoolSize(4)),
                pool(HostFinding.POOL_WAITS_LONG, config -> config.setConnectionTimeout(30_000)),
                pool(HostFinding.POOL_VALIDATES_LONG, config -> config.setValidationTimeout(20_000)),
                pool(HostFinding.POOL_FAILS_AT_START, config -> config.setInitializationFailTimeout(1)),
                pool(
                        HostFinding.ISOLATION_READ_UNCOMMITTED,
                        config -> config.setTransactionIsolation("TRANSACTION_READ_UNCOMMITTED")),
                pool(
                        HostFinding.ISOLATION_SERIALIZABLE,
                        config -> config.setTransactionIsolation("TRANSACTION_SERIALIZABLE")),
                Fault.claim(
                        HostFinding.DRIVER_WITH_HOLE,
                        Map.of(
                                "getDriverMajorVersion",
                                9,
                                "getDriverMinorVersion",
                                2,
                                "getDriverVersion",
                                "mysql-connector-j-9.2.0")),
                Fault.of(HostFinding.POOL_UNKNOWN, setUp -> setUp.around(pool -> ForwardingDataSource.to(() -> pool))),
                Fault.of(
                        HostFinding.WEAK_QUEUE_ALLOWED,
                        setUp -> setUp.options(options -> options.allowWeakQueue(true))),
                Fault.of(HostFinding.LEASE_SHORT, setUp -> setUp.examination(ServerFaultsContract::shortLease)),
                Fault.of(
                        ServerFinding.CLOCK_SKEW,
                        setUp -> setUp.options(
                                options -> options.clock(Clock.offset(Clock.systemUTC(), Duration.ofHours(-1))))));
    }

    /** What TiDB says there, and as long. */
    private static String tidb(String comment) {
        return "TiDB Server (Apache License 2.0) Community Edition, MySQL 8.0 compatible"
                .substring(0, comment.length());
    }

    private static ExamineConfig.Builder shortLease(ExamineConfig.Builder examination) {
        return examination.workers(
                WorkerConfig.builder().lease(Duration.ofSeconds(3)).build());
    }

    private static Fault old(FindingKind kind, String plant, String... heal) {
        return new Fault(
                kind,
                setUp -> {
                    setUp.asAdmin(plant.split("; "));
                    setUp.examination(examination -> examination.oldAfter(Duration.ofMinutes(5)));
                },
                setUp -> setUp.asAdmin(heal));
    }

    private List<Fault> tables() {
        String ago = "UTC_TIMESTAMP(6) - INTERVAL 1 HOUR";
        return List.of(
                Fault.of(RefusedFinding.TABLES_MISSING, setUp -> setUp.options(options -> options.tablePrefix("no_"))),
                Fault.sql(
                        RefusedFinding.TABLES_OF_OTHER_RELEASE,
                        "UPDATE orderflow_schema_version SET version = 99 WHERE id = 1",
                        "UPDATE orderflow_schema_version SET version = 2 WHERE id = 1"),
                Fault.sql(
                        RefusedFinding.TABLES_DIFFER,
                        "ALTER TABLE orderflow_stock ADD COLUMN other INT NOT NULL",
                        "ALTER TABLE orderflow_stock DROP COLUMN other"),
                old(
                        ServerFinding.DEAD_LETTERS,
                        "INSERT INTO orderflow_dead_letter (hash, reason, detail, length, body, created_at, attempts)"
                                + " VALUES (REPEAT('x', 32), 1, 'planted', 1, 'x', UTC_TIMESTAMP(6), 0)",
                        "DELETE FROM orderflow_dead_letter"),
                old(
                        ServerFinding.HOLDS_OVERDUE,
                        "INSERT INTO orderflow_hold (order_id, deadline) VALUES (REPEAT('x', 16), " + ago + ")",
                        "DELETE FROM orderflow_hold"),
                new Fault(
                        RefusedFinding.RIGHTS_MISSING,
                        setUp -> user(setUp, "SELECT", true),
                        ServerFaultsContract::dropUser),
                new Fault(
                        HostFinding.LOOK_NOT_ALLOWED,
                        setUp -> user(setUp, "ALL", false),
                        ServerFaultsContract::dropUser),
                Fault.of(
                        ServerFinding.DATABASE_AWAY,
                        setUp -> setUp.url(url -> url.replace(":" + server.port() + "/", ":" + Ports.free() + "/"))));
    }

    private static void user(SetUp setUp, String rights, boolean process) throws Exception {
        for (String host : List.of("localhost", "%")) {
            String user = "'somebody'@'" + host + "'";
            setUp.asAdmin(
                    "CREATE USER " + user + " IDENTIFIED BY '" + PASSWORD + "'",
                    "GRANT " + rights + " ON " + setUp.database().name() + ".* TO " + user);
            if (process) {
                setUp.asAdmin("GRANT PROCESS, REPLICATION SLAVE ON *.* TO " + user);
            }
        }
        setUp.user("somebody", PASSWORD);
    }

    private static void dropUser(SetUp setUp) throws Exception {
        setUp.asAdmin("DROP USER 'somebody'@'localhost', 'somebody'@'%'");
    }

    @Test
    void noFindingShowsThePassword() throws Exception {
        String secret = "P4ss_of_nobody";
        setUp.user("nobody", secret);
        try {
            List<Finding> findings = setUp.examine();
            Fault.assertOnly(ServerFinding.DATABASE_AWAY, findings);
            assertFalse(findings.toString().contains(secret), findings::toString);
        } finally {
            setUp.heal();
        }
    }

    @Test
    void anOldSnapshotIsFoundWithItsConnection() throws Exception {
        setUp.examination(examination -> examination.oldAfter(Duration.ZERO));
        try (Connection connection = setUp.database().connect()) {
            connection.setAutoCommit(false);
            connection
                    .createStatement()
                    .executeQuery("SELECT COUNT(*) FROM orderflow_orders")
                    .close();
            Eventually.await(
                    "the snapshot is a second old",
                    Duration.ofSeconds(60),
                    () -> !setUp.examine().isEmpty(),
                    () -> "nothing");
            Fault.assertOnly(ServerFinding.OLD_SNAPSHOT, setUp.examine());
            connection.rollback();
        } finally {
            setUp.heal();
        }
    }

    /** As on a server with that little memory. */
    @Test
    void tablesThatOutgrowTheMemoryAreFound() throws Exception {
        Session.Settings settings = new Session.Settings(true, SetUp.PATIENCE, SetUp.PATIENCE, SetUp.PATIENCE);
        try (HikariDataSource pool = setUp.database().dataSource(1);
                Session session = Session.on(pool.getConnection(), settings)) {
            StorageLook look = new StorageLook(new Tables("orderflow_"), Duration.ZERO);
            FindingList findings = new FindingList();
            look.atSize(session, Map.of("innodb_buffer_pool_size", "1073741824"), findings);
            assertEquals(List.of(), findings.sorted());
            look.atSize(session, Map.of("innodb_buffer_pool_size", "65536"), findings);
            Fault.assertOnly(ServerFinding.TABLES_OUTGROW_MEMORY, findings.sorted());
        }
    }

    @Test
    void aLockedTableIsFoundInTime() throws Exception {
        setUp.examination(examination -> examination.lookTimeout(Duration.ofSeconds(10)));
        try (Connection connection = setUp.database().connectAsAdmin()) {
            connection.createStatement().execute("LOCK TABLES orderflow_hold WRITE");
            List<Finding> findings = setUp.examine();
            Fault.assertOnly(HostFinding.LOOK_TOOK_TOO_LONG, findings);
            connection.createStatement().execute("UNLOCK TABLES");
        } finally {
            setUp.heal();
        }
    }

    @Test
    void nothingIsMadeOrChanged() throws Exception {
        setUp.options(options -> options.tablePrefix("made_").createTables(true));
        try (Connection connection = setUp.database().connect()) {
            Fault.assertOnly(RefusedFinding.TABLES_MISSING, setUp.examine());
            var tables = connection.getMetaData().getTables(setUp.database().name(), null, "made\\_%", null);
            Assertions.assertFalse(tables.next());
            setUp.heal();
            setUp.examine();
            var shop =
                    connection.createStatement().executeQuery("SELECT shop FROM orderflow_schema_version WHERE id = 1");
            assertTrue(shop.next());
            assertEquals(null, shop.getBytes(1), "the shop's id is drawn by who works");
        } finally {
            setUp.heal();
        }
    }

    @TestFactory
    Stream<DynamicTest> whatTheServerWasStartedWith() {
        return startedWith()
                .map(started -> DynamicTest.dynamicTest(started.option(), () -> {
                    try (PrivateServer own = PrivateServer.start(kind, List.of(started.option()));
                            SetUp wrong = SetUp.on(own.address(), driver)) {
                        Fault.assertOnly(started.finding(), wrong.examine());
                    }
                }));
    }
}
