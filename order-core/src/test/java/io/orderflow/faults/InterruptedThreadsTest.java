package io.orderflow.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.OrderSchema;
import io.orderflow.PageRequest;
import io.orderflow.SchemaException;
import io.orderflow.SubmitResult;
import io.orderflow.WorkerConfig;
import io.orderflow.testing.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Threads of the host that are interrupted while they use the embedded database: it stays open for all others. */
class InterruptedThreadsTest {
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final int ORDERS = 2_000;

    @TempDir
    private Path folder;

    @Test
    void interruptedThreadsDoNotCloseTheDatabase() throws Exception {
        try (TestDatabase database = TestDatabase.h2File(folder.resolve("shop"))) {
            // so small a cache that each read goes to the file
            HikariDataSource pool = database.dataSource(8, database.jdbcUrl() + ";CACHE_SIZE=64");
            OrderSchema.of(pool).createOrUpgrade();
            try (OrderProcessor orders = OrderProcessor.builder(pool).build().start()) {
                orders.workers(WorkerConfig.defaults()).start();
                orders.inventory().define(1, 1, 1_000_000, "product");
                orders.wallets().open(1, 1_000_000, "wallet");
                List<OrderRequest> requests =
                        IntStream.range(0, ORDERS).mapToObj(i -> order()).toList();
                orders.submitAll(requests);
                UUID last = requests.get(ORDERS - 1).id();
                orders.await(last, BOUND);
                for (int i = 0; i < 15; i++) {
                    String reference = "deposit-" + i;
                    interrupted(() -> orders.ordersOf(1, PageRequest.first(500)));
                    interrupted(() -> orders.find(last));
                    interrupted(() -> orders.await(last, BOUND));
                    interrupted(() -> orders.wallets().deposit(1, 1, reference));
                    interrupted(() -> orders.submit(order()));
                    interrupted(() -> orders.submitAsync(order()));
                    interrupted(() -> orders.wallets().history(1, PageRequest.first(500)));
                    interrupted(orders::audit);
                }
                for (int i = 0; i < 15; i++) {
                    assertInstanceOf(SubmitResult.Accepted.class, orders.submit(order()), "submission " + i);
                }
                assertTrue(orders.audit().ok());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:", "", "nio:"})
    void otherWaysToAFileAreRefused(String way) {
        JdbcDataSource source = new JdbcDataSource();
        source.setUrl("jdbc:h2:" + way + folder.resolve("other")
                + ";MODE=MySQL;DATABASE_TO_LOWER=TRUE;CASE_INSENSITIVE_IDENTIFIERS=TRUE;WRITE_DELAY=0");
        source.setUser("sa");
        source.setPassword("");
        DataSource asGiven = source;
        SchemaException refused = assertThrows(
                SchemaException.class, () -> OrderSchema.of(asGiven).createOrUpgrade());
        assertTrue(refused.getMessage().contains("write jdbc:h2:async:"), refused::getMessage);
    }

    private static OrderRequest order() {
        return OrderRequest.of(1).line(1, 1).hostData(new byte[500]).build();
    }

    /** What an interrupted caller hears is its own affair. */
    private static void interrupted(Callable<?> call) throws InterruptedException {
        Thread thread = new Thread(() -> {
            Thread.currentThread().interrupt();
            try {
                call.call();
            } catch (Exception heard) {
                // an interrupted wait, or a read that was broken off
            }
        });
        thread.start();
        thread.join(BOUND.toMillis());
        assertEquals(Thread.State.TERMINATED, thread.getState());
    }
}
