package io.orderflow.internal.sql;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.Acceptance;
import io.orderflow.DeadLetterFilter;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.OrderSchema;
import io.orderflow.OrderStatus;
import io.orderflow.SubmitResult;
import io.orderflow.WorkerConfig;
import io.orderflow.queue.InMemoryQueue;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.FaultPlan.Step;
import io.orderflow.testing.FaultyDataSource;
import io.orderflow.testing.TestDatabase;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** On a file of H2 no thread of the library writes, locks or commits what it wrote out of its turn. */
class FileTurnWritersTest {
    private static final Duration BOUND = Duration.ofSeconds(60);

    /** What begins a transaction that H2 would have to undo. */
    private static final Pattern WRITE = Pattern.compile(
            "(CREATE TABLE|INSERT|UPDATE|DELETE|MERGE|ALTER|SELECT.* FOR UPDATE)(?: IF NOT EXISTS| INTO| FROM)* ?(\\w*).*",
            Pattern.DOTALL);

    /** The check of the rights to write, which finds no row. */
    private static final String RIGHT_CHECK = "WHERE 1 = 0";

    @TempDir
    private Path folder;

    private final Set<String> seen = new ConcurrentSkipListSet<>();
    private final Set<String> outOfTurn = new ConcurrentSkipListSet<>();
    private final ThreadLocal<Boolean> wrote = ThreadLocal.withInitial(() -> false);

    @ParameterizedTest
    @EnumSource
    void allThatWritesHasTheTurn(Acceptance acceptance) throws Exception {
        try (TestDatabase database = TestDatabase.h2File(folder.resolve("orders"));
                HikariDataSource pool = database.dataSource(8)) {
            FaultyDataSource watched = new FaultyDataSource(pool, (step, sql) -> note(step, sql));
            OrderSchema.of(watched, "other_").createOrUpgrade();
            OrderRequest left = OrderRequest.of(1).line(1, 1).build();
            try (OrderProcessor before =
                    processor(watched, acceptance, InMemoryQueue.builder().build())) {
                assertInstanceOf(SubmitResult.Accepted.class, before.submit(left));
            }
            InMemoryQueue queue = InMemoryQueue.builder().build();
            try (OrderProcessor orders = processor(watched, acceptance, queue)) {
                orders.inventory().define(1, 5, 10, "product");
                orders.wallets().open(1, 100, "wallet");
                orders.workers(WorkerConfig.defaults()).start();
                acceptTwiceAndDecide(orders);
                assertTrue(orders.await(left.id(), BOUND).orElseThrow().status().isVerdict(), "found by recovery");
                queue.publish("from a stranger".getBytes(UTF_8), BOUND);
                Eventually.await(
                        "it is set aside and discarded",
                        BOUND,
                        () -> orders.deadLetters()
                                        .discardAll(DeadLetterFilter.ALL, "a test", tally -> {})
                                        .done()
                                == 1,
                        seen::toString);
                Set<String> all = Set.of(
                        "CREATE TABLE other_orders",
                        "CREATE TABLE orderflow_orders",
                        "INSERT orderflow_schema_version",
                        "UPDATE orderflow_schema_version",
                        "INSERT orderflow_orders",
                        "UPDATE orderflow_orders",
                        "INSERT orderflow_pending",
                        "DELETE orderflow_pending",
                        "INSERT orderflow_attempt",
                        "DELETE orderflow_attempt",
                        "INSERT orderflow_dead_letter",
                        "DELETE orderflow_dead_letter",
                        "lock orderflow_dead_letter",
                        "INSERT orderflow_adjustment",
                        "UPDATE orderflow_wallet",
                        "lock orderflow_orders",
                        "lock orderflow_schema_version");
                Eventually.await("all kinds of statement", BOUND, () -> seen.containsAll(all), seen::toString);
            }
        }
        assertEquals(Set.of(), outOfTurn);
    }

    private static OrderProcessor processor(DataSource pool, Acceptance acceptance, InMemoryQueue queue) {
        return OrderProcessor.builder(pool)
                .queue(queue)
                .acceptance(acceptance)
                .createTables(true)
                .build()
                .start();
    }

    private void note(Step step, String sql) throws SQLException {
        Matcher write = WRITE.matcher(sql);
        if (step == Step.BEFORE_EXECUTE && write.matches() && !sql.contains(RIGHT_CHECK)) {
            wrote.set(true);
            String what = write.group(1).startsWith("SELECT")
                    ? "lock " + sql.replaceFirst("(?s).*? FROM (\\w+).*", "$1")
                    : write.group(1) + " " + write.group(2);
            seen.add(what);
            checkTurn(what);
        }
        if (step == Step.BEFORE_COMMIT && wrote.get()) {
            checkTurn("COMMIT");
            wrote.set(false);
        }
    }

    private void checkTurn(String what) {
        boolean has = Arrays.stream(Thread.currentThread().getStackTrace())
                .anyMatch(frame -> frame.getClassName().equals(FileTurn.class.getName())
                        && frame.getMethodName().equals("holding"));
        if (!has) {
            outOfTurn.add(what + " by " + Thread.currentThread().getName());
        }
    }

    private static void acceptTwiceAndDecide(OrderProcessor orders) throws InterruptedException {
        OrderRequest request =
                OrderRequest.of(1).line(1, 2).idempotencyKey("twice").build();
        assertInstanceOf(SubmitResult.Accepted.class, orders.submit(request));
        assertEquals(
                OrderStatus.COMPLETED,
                orders.await(request.id(), BOUND).orElseThrow().status());
        assertInstanceOf(SubmitResult.Duplicate.class, orders.submit(request));
        assertTrue(orders.audit().ok());
    }
}
