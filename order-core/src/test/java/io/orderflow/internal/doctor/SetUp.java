package io.orderflow.internal.doctor;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.ExamineConfig;
import io.orderflow.Finding;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderSchema;
import io.orderflow.internal.schema.SchemaScript;
import io.orderflow.internal.sql.Tables;
import io.orderflow.testing.FaultProxy;
import io.orderflow.testing.ServerAddress;
import io.orderflow.testing.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;

/**
 * A right set-up on a database, of which one thing can be made wrong. Its time-outs are longer than those of a real
 * one, for a busy machine. Each examination has a pool of its own.
 */
final class SetUp implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(15);

    private final TestDatabase database;
    private FaultProxy way;
    private String url;
    private String user;
    private String password;
    private UnaryOperator<HikariConfig> pool = UnaryOperator.identity();
    private UnaryOperator<DataSource> around = UnaryOperator.identity();
    private UnaryOperator<OrderProcessor.Builder> options = UnaryOperator.identity();
    private UnaryOperator<ExamineConfig.Builder> examination = UnaryOperator.identity();

    SetUp(TestDatabase database) {
        this.database = database;
        this.url = database.jdbcUrl();
        this.user = database.user();
        this.password = database.password();
    }

    /**
     * With the tables, as a migration tool makes them, for a user who may see the transactions and the replicas. A
     * server that the library refuses has tables, too.
     */
    static SetUp on(ServerAddress server, TestDatabase.Kind kind) throws SQLException {
        TestDatabase database = TestDatabase.on(server, kind);
        SetUp right = new SetUp(database);
        for (String host : List.of("localhost", "%")) {
            right.asAdmin("GRANT PROCESS, REPLICATION SLAVE ON *.* TO '" + database.user() + "'@'" + host + "'");
        }
        right.asAdmin(SchemaScript.statements(new Tables("orderflow_")).toArray(String[]::new));
        return right;
    }

    SetUp withTables() {
        OrderSchema.of(database.dataSource(2)).createOrUpgrade();
        return this;
    }

    TestDatabase database() {
        return database;
    }

    SetUp url(UnaryOperator<String> other) {
        url = other.apply(database.jdbcUrl());
        return this;
    }

    SetUp user(String name, String itsPassword) {
        user = name;
        password = itsPassword;
        return this;
    }

    SetUp pool(UnaryOperator<HikariConfig> change) {
        pool = change;
        return this;
    }

    SetUp around(UnaryOperator<DataSource> wrapper) {
        around = wrapper;
        return this;
    }

    SetUp options(UnaryOperator<OrderProcessor.Builder> change) {
        options = change;
        return this;
    }

    SetUp examination(UnaryOperator<ExamineConfig.Builder> change) {
        examination = change;
        return this;
    }

    /** By way of a proxy. */
    SetUp by(Consumer<FaultProxy> wrong) {
        way = FaultProxy.to(database.server());
        wrong.accept(way);
        url = database.jdbcUrlVia(way.port());
        return this;
    }

    /** As it was before anything was made wrong. */
    void heal() {
        if (way != null) {
            way.close();
            way = null;
        }
        url = database.jdbcUrl();
        user = database.user();
        password = database.password();
        pool = UnaryOperator.identity();
        around = UnaryOperator.identity();
        options = UnaryOperator.identity();
        examination = UnaryOperator.identity();
    }

    void asAdmin(String... statements) throws SQLException {
        try (Connection connection = database.connectAsAdmin();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** The one value that a query has. */
    String ask(String query) throws SQLException {
        try (Connection connection = database.connectAsAdmin();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }

    List<Finding> examine() {
        try (HikariDataSource source = new HikariDataSource(pool.apply(pool()));
                OrderProcessor orders = options.apply(OrderProcessor.builder(around.apply(source))
                                .submitTimeout(PATIENCE.multipliedBy(3))
                                .journalTimeout(PATIENCE.plusSeconds(1)))
                        .build()) {
            return orders.examine(examination
                    .apply(ExamineConfig.builder().lookTimeout(Duration.ofMinutes(1)))
                    .build());
        }
    }

    private HikariConfig pool() {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setUsername(user);
        config.setPassword(password);
        config.setMaximumPoolSize(5);
        config.setMinimumIdle(0);
        config.setConnectionTimeout(PATIENCE.toMillis());
        config.setValidationTimeout(1_000);
        config.setInitializationFailTimeout(-1);
        if (database.kind() != TestDatabase.Kind.H2) {
            config.addDataSourceProperty("socketTimeout", "60000");
        }
        return config;
    }

    @Override
    public void close() {
        database.close();
    }
}
