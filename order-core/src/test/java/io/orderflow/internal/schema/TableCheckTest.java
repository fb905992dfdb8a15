package io.orderflow.internal.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.OrderSchema;
import io.orderflow.OrderStatus;
import io.orderflow.PageRequest;
import io.orderflow.SchemaException;
import io.orderflow.SubmitResult;
import io.orderflow.WorkerConfig;
import io.orderflow.internal.sql.Tables;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.FaultPlan;
import io.orderflow.testing.FaultPlan.Step;
import io.orderflow.testing.FaultyDataSource;
import io.orderflow.testing.TestDatabase;
import io.orderflow.testing.TestDatabase.Kind;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Tables, rights and settings with which accepted orders would wait for ever: the check names each. */
class TableCheckTest {
    private static final Duration BOUND = Duration.ofSeconds(60);

    /** What somebody did to a table, and what the refusal must say. */
    private static final Map<String, String> CHANGES = Map.ofEntries(
            Map.entry(
                    "ALTER TABLE %sorders DROP COLUMN reason",
                    "orders is not as this release makes it: it has no column reason"),
            Map.entry(
                    "ALTER TABLE %sbatch DROP COLUMN size",
                    "batch is not as this release makes it: it has no column size"),
            Map.entry(
                    "ALTER TABLE %sorders MODIFY COLUMN created_at DATETIME NOT NULL",
                    "its column created_at is datetime"),
            Map.entry(
                    "ALTER TABLE %sorders MODIFY COLUMN request VARBINARY(100) NOT NULL", "request is varbinary(100)"),
            Map.entry(
                    "ALTER TABLE %sstock MODIFY COLUMN available INT NOT NULL", "available is int and must be bigint"),
            Map.entry(
                    "ALTER TABLE %sdead_letter MODIFY COLUMN order_id BINARY(16) NOT NULL",
                    "its column order_id must be NULL"),
            Map.entry(
                    "ALTER TABLE %sorder_line DROP PRIMARY KEY",
                    "order_line is not as this release makes it: its primary key"),
            Map.entry(
                    "ALTER TABLE %swallet ADD COLUMN shop INT NOT NULL",
                    "its column shop is not ours and must have a value"),
            Map.entry(
                    "CREATE UNIQUE INDEX %sonce ON %sorders (buyer)",
                    "its index on [buyer] is not ours and must not be unique"));

    @ParameterizedTest
    @EnumSource
    void eachMissingTableIsNamedAndMadeAgain(Kind kind) throws SQLException {
        try (TestDatabase database = TestDatabase.open(kind)) {
            DataSource pool = database.dataSource(2);
            OrderSchema schema = OrderSchema.of(pool);
            schema.createOrUpgrade();
            for (TableShape table : TableShape.of(new Tables("orderflow_"))) {
                execute(database, "DROP TABLE " + table.name());
                SchemaException refused = assertThrows(SchemaException.class, schema::check);
                String lack = table.name().endsWith("schema_version") ? " cannot be read" : " is missing";
                assertTrue(refused.getMessage().contains("the table " + table.name() + lack), refused::getMessage);
                assertThrows(SchemaException.class, schema::checkForReading);
                schema.createOrUpgrade();
            }
            schema.check();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aTableThatSomebodyChangedIsNamed(Kind kind) throws SQLException {
        try (TestDatabase database = TestDatabase.open(kind)) {
            DataSource pool = database.dataSource(2);
            int number = 0;
            for (Map.Entry<String, String> change : CHANGES.entrySet()) {
                String prefix = "p" + number++ + "_";
                OrderSchema schema = OrderSchema.of(pool, prefix);
                schema.createOrUpgrade();
                execute(database, change.getKey().replace("%s", prefix));
                SchemaException refused =
                        assertThrows(SchemaException.class, schema::check, () -> "after " + change.getKey());
                assertTrue(refused.getMessage().contains(change.getValue()), refused::getMessage);
                assertThrows(SchemaException.class, schema::createOrUpgrade);
            }
            OrderSchema missing = OrderSchema.of(pool, "q_");
            missing.createOrUpgrade();
            execute(database, "DROP INDEX q_pending_created" + (kind == Kind.H2 ? "" : " ON q_pending"));
            SchemaException refused = assertThrows(SchemaException.class, missing::check);
            assertTrue(refused.getMessage().contains("no index on [kind, created_at]"), refused::getMessage);
        }
    }

    /** H2 has one character set. */
    @ParameterizedTest
    @EnumSource(names = "H2", mode = EnumSource.Mode.EXCLUDE)
    void textInAnotherCharacterSetIsNamed(Kind kind) throws SQLException {
        try (TestDatabase database = TestDatabase.open(kind)) {
            OrderSchema schema = OrderSchema.of(database.dataSource(1));
            schema.createOrUpgrade();
            execute(
                    database,
                    "ALTER TABLE orderflow_adjustment MODIFY reference VARCHAR(255) CHARACTER SET latin1 NOT NULL");
            SchemaException refused = assertThrows(SchemaException.class, schema::check);
            assertTrue(
                    refused.getMessage().contains("its column reference is in latin1 and must be in utf8mb4"),
                    refused::getMessage);
        }
    }

    /** More than the library needs is the host's own affair. */
    @ParameterizedTest
    @EnumSource
    void columnsAndIndexesOfTheHostAreNoMatter(Kind kind) throws SQLException {
        try (TestDatabase database = TestDatabase.open(kind)) {
            OrderSchema schema = OrderSchema.of(database.dataSource(1));
            schema.createOrUpgrade();
            execute(database, "ALTER TABLE orderflow_orders ADD COLUMN note VARCHAR(20)");
            execute(database, "ALTER TABLE orderflow_orders ADD COLUMN kind INT NOT NULL DEFAULT 7");
            execute(database, "CREATE INDEX orderflow_mine ON orderflow_orders (batch_id)");
            execute(database, "ALTER TABLE orderflow_orders MODIFY COLUMN request VARBINARY(8192) NOT NULL");
            schema.check();
        }
    }

    @ParameterizedTest
    @EnumSource
    void tablesOfANewerReleaseAreLeftAlone(Kind kind) throws SQLException {
        try (TestDatabase database = TestDatabase.open(kind)) {
            List<String> made = new ArrayList<>();
            FaultyDataSource pool = new FaultyDataSource(database.dataSource(1), FaultPlan.NONE);
            OrderSchema schema = OrderSchema.of(pool);
            schema.createOrUpgrade();
            execute(database, "UPDATE orderflow_schema_version SET version = 7 WHERE id = 1");
            pool.setPlan((step, sql) -> {
                if (step == Step.BEFORE_EXECUTE && !sql.startsWith("S")) {
                    made.add(sql);
                }
            });
            for (var call : List.<Runnable>of(schema::check, schema::checkForReading, schema::createOrUpgrade)) {
                SchemaException refused = assertThrows(SchemaException.class, call::run);
                assertTrue(
                        refused.getMessage().contains("a newer release of the library made them"), refused::getMessage);
                assertEquals(List.of(), made);
            }
        }
    }

    /** As most hosts run: one user migrates, another one works. */
    @ParameterizedTest
    @EnumSource
    void aUserWithoutTheRightToMakeTablesUsesWhatIsThere(Kind kind) throws Exception {
        try (TestDatabase database = TestDatabase.open(kind);
                TableUser user = TableUser.of(database)) {
            SchemaException none = assertThrows(
                    SchemaException.class, () -> OrderSchema.of(user.pool()).createOrUpgrade());
            assertTrue(none.getMessage().contains("this user cannot make them"), none::getMessage);
            OrderSchema.of(database.dataSource(1)).createOrUpgrade();
            user.grant("SELECT, INSERT, UPDATE, DELETE");
            DataSource pool = user.pool();
            OrderSchema.of(pool).createOrUpgrade();
            try (OrderProcessor orders =
                    OrderProcessor.builder(pool).createTables(true).build().start()) {
                assertWorks(orders);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aReaderAudits(Kind kind) throws Exception {
        try (TestDatabase database = TestDatabase.open(kind);
                TableUser reader = TableUser.of(database)) {
            OrderSchema.of(database.dataSource(1)).createOrUpgrade();
            UUID id;
            try (OrderProcessor orders =
                    OrderProcessor.builder(database.dataSource(6)).build().start()) {
                id = assertWorks(orders);
            }
            reader.grant("SELECT");
            DataSource pool = reader.pool();
            OrderSchema.of(pool).checkForReading();
            OrderProcessor orders = OrderProcessor.builder(pool).build();
            assertEquals(OrderStatus.COMPLETED, orders.find(id).orElseThrow().status());
            assertEquals(1, orders.ordersOf(1, PageRequest.first(10)).entries().size());
            assertTrue(orders.audit().ok());
        }
    }

    static Stream<Arguments> settings() {
        Map<String, String> refused = Map.of(
                "sql_safe_updates=1", "set sql_safe_updates=0",
                "sql_select_limit=1000", "set sql_select_limit=DEFAULT",
                "max_join_size=1000", "set sql_big_selects=1",
                "completion_type=2", "set completion_type=NO_CHAIN",
                "sql_mode='NO_ENGINE_SUBSTITUTION'", "add STRICT_TRANS_TABLES");
        return Stream.of(Kind.MARIADB, Kind.MARIADB_CONNECTOR, Kind.MYSQL)
                .flatMap(kind -> refused.entrySet().stream()
                        .map(setting -> Arguments.of(kind, setting.getKey(), setting.getValue())));
    }

    @ParameterizedTest
    @MethodSource("settings")
    void aSessionThatChangesWhatStatementsMeanIsRefused(Kind kind, String setting, String advice) throws SQLException {
        try (TestDatabase database = TestDatabase.open(kind)) {
            String url = database.jdbcUrl() + "&jdbcCompliantTruncation=false&sessionVariables=" + setting;
            SchemaException refused = assertThrows(
                    SchemaException.class,
                    () -> OrderSchema.of(database.dataSource(1, url)).createOrUpgrade());
            assertTrue(refused.getMessage().contains(advice), refused::getMessage);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"MARIADB", "MYSQL"})
    void aConnectionThatLosesLettersIsRefused(Kind kind) {
        try (TestDatabase database = TestDatabase.open(kind)) {
            for (String charset : List.of("latin1", "US-ASCII")) {
                String url = database.jdbcUrl().replace("characterEncoding=utf8", "characterEncoding=" + charset);
                SchemaException refused = assertThrows(
                        SchemaException.class,
                        () -> OrderSchema.of(database.dataSource(1, url)).createOrUpgrade());
                assertTrue(refused.getMessage().contains("make it utf8mb4"), refused::getMessage);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = "MARIADB_CONNECTOR")
    void aDriverThatRepeatsTransactionsIsRefused(Kind kind) {
        try (TestDatabase database = TestDatabase.open(kind)) {
            DataSource pool = database.dataSource(1, database.jdbcUrl() + "&transactionReplay=true");
            SchemaException refused = assertThrows(
                    SchemaException.class, () -> OrderSchema.of(pool).createOrUpgrade());
            assertTrue(refused.getMessage().contains("remove transactionReplay"), refused::getMessage);
        }
    }

    @ParameterizedTest
    @EnumSource(names = "H2", mode = EnumSource.Mode.EXCLUDE)
    void otherWaysToWriteTextAreNoMatter(Kind kind) throws Exception {
        try (TestDatabase database = TestDatabase.open(kind)) {
            String mode = "sql_mode='ANSI_QUOTES,NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT,IGNORE_SPACE,STRICT_ALL_TABLES'";
            DataSource pool = database.dataSource(6, database.jdbcUrl() + "&sessionVariables=" + mode);
            OrderSchema.of(pool).createOrUpgrade();
            try (OrderProcessor orders = OrderProcessor.builder(pool).build().start()) {
                assertWorks(orders);
            }
        }
    }

    /** Hosts that start before their database has tables, or can be reached, several at a time. */
    @ParameterizedTest
    @EnumSource
    void theTablesAreMadeAtTheFirstContact(Kind kind) throws Exception {
        try (TestDatabase database = TestDatabase.open(kind)) {
            FaultyDataSource away = new FaultyDataSource(database.dataSource(8), TableCheckTest::away);
            List<OrderProcessor> hosts = new ArrayList<>();
            try {
                for (int i = 0; i < 3; i++) {
                    hosts.add(OrderProcessor.builder(away)
                            .createTables(true)
                            .build()
                            .start());
                }
                SubmitResult result =
                        hosts.get(0).submit(OrderRequest.of(1).line(1, 1).build());
                assertTrue(result instanceof SubmitResult.Unavailable, result::toString);
                away.setPlan(FaultPlan.NONE);
                for (OrderProcessor host : hosts) {
                    Eventually.await(
                            "tables",
                            BOUND,
                            () -> accepts(host),
                            () -> host.health().toString());
                }
                assertWorks(hosts.get(1));
                OrderSchema.of(away).check();
            } finally {
                hosts.forEach(OrderProcessor::close);
            }
        }
    }

    private static void away(Step step, String sql) throws SQLException {
        if (step == Step.GET_CONNECTION) {
            throw FaultPlan.lost(step);
        }
    }

    private static boolean accepts(OrderProcessor host) {
        return host.submit(OrderRequest.of(9).line(9, 1).build()) instanceof SubmitResult.Accepted;
    }

    private static UUID assertWorks(OrderProcessor orders) throws InterruptedException {
        orders.workers(WorkerConfig.defaults()).start();
        orders.inventory().define(1, 5, 10, "it's a \\ \"product\"");
        orders.wallets().open(1, 100, "wallet \u20ac");
        OrderRequest request = OrderRequest.of(1).line(1, 2).idempotencyKey("k").build();
        assertTrue(orders.submit(request) instanceof SubmitResult.Accepted);
        assertEquals(
                OrderStatus.COMPLETED,
                orders.await(request.id(), BOUND).orElseThrow().status());
        assertTrue(orders.audit().ok());
        return request.id();
    }

    private static void execute(TestDatabase database, String sql) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
