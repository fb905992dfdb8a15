package io.orderflow.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.Acceptance;
import io.orderflow.OrderProcessor;
import io.orderflow.SubmitResult;
import io.orderflow.WritableDataSource;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.OutageLines;
import io.orderflow.testing.ReplicatedPair;
import io.orderflow.testing.TestDatabase;
import io.orderflow.testkit.MachineLag;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Two servers that change places while orders are submitted and decided (F30). */
class ChangingWriterTest {
    private static final int CHANGES = 4;
    private static final Duration PAUSE = Duration.ofSeconds(5);

    /** Servers that are written to in turns more quickly are named by the audit. */
    private static final Duration TURN = Duration.ofSeconds(6);

    @Test
    void ordersGoOnAtTheServerThatIsWrittenToNow() throws SQLException {
        try (MachineLag lag = MachineLag.watch();
                ReplicatedPair pair = new ReplicatedPair()) {
            TestDatabase database = pair.database();
            WritableDataSource writable = writable(pair);
            try (TestedShop shop = TestedShop.open(
                    database,
                    database.jdbcUrl(),
                    onThePool -> OrderProcessor.builder(writable).acceptance(Acceptance.GROUP_JOURNAL))) {
                shop.startWorkers();
                try (OutageLines log = OutageLines.hear();
                        Load load = new Load(shop, 1, 3)) {
                    shop.awaitDecided(100);
                    for (int change = 1; change <= CHANGES; change++) {
                        String expected = change % 2 == 1 ? "second" : "first";
                        if (change > 1) {
                            awaitTurn(load);
                        }
                        log.taken();
                        pair.changePlaces();
                        awaitOrders(load, writable, expected, lag);
                        log.assertFewLinesOf("a change of places");
                    }
                }
                shop.settle();
                pair.catchUp();
            }
        }
    }

    private static WritableDataSource writable(ReplicatedPair pair) {
        return WritableDataSource.builder()
                .server("first", pool(pair, pair.database().jdbcUrl()))
                .server("second", pool(pair, pair.secondUrl()))
                .build();
    }

    private static HikariDataSource pool(ReplicatedPair pair, String url) {
        return pair.database().dataSource(8, url, Duration.ofSeconds(1));
    }

    private static void awaitOrders(Load load, WritableDataSource writable, String expected, MachineLag lag) {
        long changed = System.nanoTime();
        Eventually.await(
                "orders are accepted at the other server",
                TestedShop.BOUND,
                () -> writable.writer().equals(Optional.of(expected)) && after(load, changed) > 20,
                () -> writable + ", " + writable.writer() + ", " + load.answers());
        long first = load.answers()
                .where(answer -> answer.end() > changed && answer.result() instanceof SubmitResult.Accepted)
                .earliestEnd();
        Duration pause = Duration.ofNanos(first - changed);
        System.out.println("written to at " + expected + " after " + BuyerAnswers.millis(pause) + ", " + lag);
        assertTrue(pause.compareTo(lag.extend(PAUSE)) < 0, () -> pause + ", " + lag);
        assertEquals(Optional.of(expected), writable.writer());
    }

    /**
     * Waits until the audit takes the next change for a fail-over, and not for two servers that are both written to.
     */
    private static void awaitTurn(Load load) {
        long turn = System.nanoTime() + TURN.toNanos();
        Eventually.await(
                "orders are accepted here for a while",
                TestedShop.BOUND,
                () -> after(load, turn) > 0,
                () -> load.answers().toString());
    }

    private static long after(Load load, long moment) {
        return load.answers().where(answer -> answer.start() > moment).count(SubmitResult.Accepted.class);
    }
}
