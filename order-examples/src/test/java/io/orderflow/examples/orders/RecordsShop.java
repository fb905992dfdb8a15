package io.orderflow.examples.orders;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.Order;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.SubmitOutcome;
import io.orderflow.WorkerConfig;
import io.orderflow.examples.ProgramRun;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** A shop for programs that read it, whose orders are decided in this process if at all. Used by one thread. */
final class RecordsShop implements AutoCloseable {
    static final Duration BOUND = Duration.ofSeconds(120);
    static final long BUYER = 7;
    static final long PRODUCT = 1;
    private static final Set<SubmitOutcome> ACCEPTED = EnumSet.of(SubmitOutcome.ACCEPTED, SubmitOutcome.DUPLICATE);

    private final TestDatabase database;
    private final Path folder;
    final HikariDataSource pool;
    final OrderProcessor orders;

    RecordsShop(TestDatabase.Kind kind, Path folder) {
        this.database = TestDatabase.open(kind);
        this.folder = folder;
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(database.jdbcUrl());
        config.setUsername(database.user());
        config.setPassword(database.password());
        this.pool = new HikariDataSource(config);
        this.orders = OrderProcessor.builder(pool).createTables(true).build().start();
        orders.inventory().define(PRODUCT, 10, 1_000, "product of the records");
        orders.wallets().open(BUYER, 10_000, "wallet of the records");
    }

    RecordsShop withWorkers() {
        orders.workers(WorkerConfig.defaults()).start();
        return this;
    }

    /** Submits until it is taken, now or before: on a busy machine an answer may be late. */
    OrderRequest accept(OrderRequest request) {
        Eventually.await(
                "the order is taken",
                BOUND,
                () -> ACCEPTED.contains(orders.submit(request).outcome()),
                () -> orders.health().toString());
        return request;
    }

    Order decided(OrderRequest request) throws InterruptedException {
        return orders.await(accept(request).id(), BOUND).orElseThrow();
    }

    ProgramRun run(String... arguments) throws IOException {
        Path password = Files.writeString(folder.resolve("password"), database.password() + "\n");
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--db", database.jdbcUrl(), "--db-user", database.user()));
        all.addAll(List.of("--db-password-file", password.toString()));
        return ProgramRun.of(all.toArray(String[]::new));
    }

    @Override
    public void close() {
        orders.close();
        pool.close();
        database.close();
    }
}
