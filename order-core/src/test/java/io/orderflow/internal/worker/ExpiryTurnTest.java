package io.orderflow.internal.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.WorkerConfig;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.engine.ExpiryTransaction.Fate;
import io.orderflow.internal.engine.HoldExpiry;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.model.DatabaseContract;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Expiry beside other processes, stepped by hand: it is one at a time, and makes room for who decides orders. */
class ExpiryTurnTest extends DatabaseContract {
    private static final int HOLDS = 1_000;

    /** Each look at the time is a millisecond later, so that whatever is done takes some. */
    private final AtomicLong time = new AtomicLong();

    /** In the order in which they expire. */
    private List<UUID> held;

    private OrderProcessor processor;
    private WorkersByHand workers;

    @BeforeEach
    void open() {
        shop().inventory().define(1, 100, 1_000_000, "define 1");
        shop().wallets().open(1, 100_000_000, "open 1");
        List<OrderEntry> orders =
                IntStream.range(0, HOLDS).mapToObj(i -> hold(1)).toList();
        for (List<OrderEntry> piece : SqlText.pieces(orders, SqlText.PIECE)) {
            shop().decide(piece);
        }
        held = orders.stream().map(OrderEntry::id).sorted(OrderIds.UNSIGNED).toList();
        shop().execute("UPDATE orderflow_hold SET deadline = '2020-01-01 00:00:00'");
        processor = OrderProcessor.builder(shop().dataSource()).build().start();
        workers = ((Workers) processor.workers(WorkerConfig.defaults()))
                .byHand(() -> time.addAndGet(Duration.ofMillis(1).toNanos()));
    }

    @AfterEach
    void close() {
        processor.close();
    }

    /** The first transaction knows of nobody, and is small; then it sees that it is alone. */
    @Test
    void aloneItExpiresInLargePiecesWithoutARest() {
        workers.expire();
        assertEquals(List.of(62), sizes());
        workers.expire();
        assertEquals(List.of(62, 62, 125, 250, 1, 500), sizes());
        assertEquals(0, shop().count("orderflow_hold"));
        assertEquals(
                List.of(String.valueOf(HOLDS)),
                shop().read("SELECT COUNT(*) FROM orderflow_order_change WHERE id = order_id"));
    }

    /** Orders that others decide are seen by their numbers alone; a rest ends each step. */
    @Test
    void besideOthersItExpiresInSmallPiecesAndRestsAfterEach() {
        for (int step = 1; step <= ExpiryPace.SHORT_ONES; step++) {
            expireBesideOthers();
            assertEquals(step, sizes().size(), () -> sizes().toString());
        }
        assertEquals(List.of(62), sizes().stream().distinct().toList());
        // all of them were short; the first window has a few left
        expireBesideOthers();
        expireBesideOthers();
        assertEquals(List.of(62, 4, 125), sizes().stream().distinct().toList());
    }

    private void expireBesideOthers() {
        shop().decide(orders(1));
        workers.expire();
    }

    /** Who has no turn leaves all to the one that has it, and takes it over when that one is gone. */
    @Test
    void oneExpiresAtATime() throws SQLException {
        try (Connection other = shop().foreign()) {
            other.createStatement().execute("SELECT * FROM orderflow_schema_version WHERE id = 3 FOR UPDATE");
            workers.expire();
            workers.expire();
            assertEquals(HOLDS, shop().count("orderflow_hold"));
            assertEquals(List.of(), sizes());
            other.rollback();
        }
        workers.expire();
        assertTrue(shop().count("orderflow_hold") < HOLDS);
    }

    /** It was read as due, and is confirmed before its piece comes. */
    @Test
    void whatIsConfirmedMeanwhileStaysConfirmed() {
        workers.expire();
        shop().changes().confirm(held.get(sizes().get(0)), "paid");
        expireAll();
        assertEquals(
                List.of("1 1", "7 " + (HOLDS - 1)),
                shop().read("SELECT status, COUNT(*) FROM orderflow_orders GROUP BY status ORDER BY status"));
        assertEquals(999_999, shop().inventory().find(1).orElseThrow().available());
    }

    /** What its buyer has of a product with a limit comes back too: the count of the updates tells of the limit. */
    @Test
    void aLimitIsFoundByTheCount() throws SQLException {
        shop().inventory().define(2, 100, 10, "define 2");
        shop().inventory().setMaxPerBuyer(2, 5, "limit");
        OrderEntry limited = hold(2);
        shop().decide(List.of(limited));
        HoldExpiry expiry = new HoldExpiry(shop().tables());
        try (Session session = shop().session()) {
            assertEquals(List.of(Fate.EXPIRED), expire(expiry, session, held.get(0)), "by reads");
            assertEquals(List.of(Fate.EXPIRED), expire(expiry, session, held.get(1)), "by counts");
            assertEquals(List.of(Fate.EXPIRED), expire(expiry, session, limited.id()));
        }
        assertEquals(List.of("0"), shop().read("SELECT pieces FROM orderflow_purchase"));
    }

    private static List<Fate> expire(HoldExpiry expiry, Session session, UUID order) throws SQLException {
        return expiry.expire(session, List.of(order)).orElseThrow().fates();
    }

    private static OrderEntry hold(long product) {
        return OrderEntry.of(OrderRequest.of(1)
                .line(product, 1)
                .holdFor(Duration.ofMinutes(10))
                .build());
    }

    /** A change by somebody else makes it rest once. */
    private void expireAll() {
        workers.expire();
        workers.expire();
        assertEquals(0, shop().count("orderflow_hold"));
    }

    private List<Integer> sizes() {
        return shop().read("SELECT size FROM orderflow_batch WHERE kind = 2 ORDER BY id").stream()
                .map(Integer::valueOf)
                .toList();
    }
}
