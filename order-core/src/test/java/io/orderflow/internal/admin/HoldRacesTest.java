package io.orderflow.internal.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.ConfirmOutcome;
import io.orderflow.ConfirmResult;
import io.orderflow.OrderChanges;
import io.orderflow.OrderRequest;
import io.orderflow.OrderStatus;
import io.orderflow.ReleaseOutcome;
import io.orderflow.ReleaseResult;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.engine.ExpiryTransaction.Fate;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.model.DatabaseContract;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Two end one hold at the same moment: one of them wins, the other is told, and the row says the same. The audit is
 * clean afterwards and the replay agrees. {@code -Dhold.rounds=10000} tries longer.
 */
class HoldRacesTest extends DatabaseContract {
    private static final int ROUNDS = Integer.getInteger("hold.rounds", 300);
    private static final int PIECE = 100;
    private static final long MOMENT = 2_000_000;

    private final Random random = new Random(11);
    private final CyclicBarrier gate = new CyclicBarrier(2);
    private OrderChanges changes;

    @BeforeEach
    void open() {
        changes = shop().changes();
        shop().inventory().define(1, 100, 1_000_000, "define 1");
        shop().wallets().open(7, 100_000_000, "open 7");
    }

    @Test
    void confirmAgainstExpiry() throws Exception {
        race(
                order -> changes.confirm(order.id(), "a"),
                order -> shop().expire(List.of(order)).get(0),
                (confirmed, expired, status) -> {
                    boolean wins = confirmed.outcome() == ConfirmOutcome.CONFIRMED;
                    assertEquals(wins ? Fate.LEFT : Fate.EXPIRED, expired);
                    assertEquals(wins ? "1" : "7", status);
                    assertTrue(wins || confirmed.outcome() == ConfirmOutcome.EXPIRED, confirmed::toString);
                    return wins;
                });
    }

    @Test
    void confirmAgainstRelease() throws Exception {
        race(
                order -> changes.confirm(order.id(), "a"),
                order -> changes.release(order.id(), "b"),
                (confirmed, released, status) -> {
                    boolean wins = confirmed.outcome() == ConfirmOutcome.CONFIRMED;
                    assertEquals(wins ? "1" : "9", status);
                    assertEquals(wins ? ReleaseOutcome.NOT_RESERVED : ReleaseOutcome.RELEASED, released.outcome());
                    OrderStatus told = wins
                            ? ((ReleaseResult.NotReserved) released).order().status()
                            : ((ConfirmResult.NotReserved) confirmed).order().status();
                    assertEquals(wins ? OrderStatus.COMPLETED : OrderStatus.CANCELLED, told);
                    return wins;
                });
    }

    @Test
    void releaseAgainstExpiry() throws Exception {
        race(
                order -> changes.release(order.id(), "a"),
                order -> shop().expire(List.of(order)).get(0),
                (released, expired, status) -> {
                    boolean wins = released.outcome() == ReleaseOutcome.RELEASED;
                    assertEquals(wins ? Fate.LEFT : Fate.EXPIRED, expired);
                    assertEquals(wins ? "9" : "7", status);
                    assertTrue(wins || released.outcome() == ReleaseOutcome.EXPIRED, released::toString);
                    return wins;
                });
        assertEquals(100_000_000, shop().wallets().find(7).orElseThrow().balance());
    }

    /** What one of the two does. */
    @FunctionalInterface
    private interface End<T> {
        T of(OrderEntry order);
    }

    /** Looks at what both were told, and says whether the first one won. */
    @FunctionalInterface
    private interface Look<A, B> {
        boolean at(A one, B other, String status);
    }

    private <A, B> void race(End<A> one, End<B> other, Look<A, B> look) throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            for (int round = 0; round < ROUNDS; round += PIECE) {
                for (OrderEntry order : reserve(PIECE)) {
                    Future<B> there = thread.submit(late(() -> other.of(order)));
                    A here = late(() -> one.of(order)).call();
                    look.at(here, there.get(), status(order));
                }
            }
        } finally {
            thread.shutdownNow();
        }
        // on a busy machine one of the two may win each race, and both must have been seen to win
        OrderEntry early = reserve(1).get(0);
        A here = one.of(early);
        assertTrue(look.at(here, other.of(early), status(early)));
        OrderEntry late = reserve(1).get(0);
        B there = other.of(late);
        assertFalse(look.at(one.of(late), there, status(late)));
    }

    private <T> Callable<T> late(Callable<T> end) {
        long pause = (long) (random.nextDouble() * MOMENT);
        return () -> {
            gate.await();
            LockSupport.parkNanos(pause);
            return end.call();
        };
    }

    private List<OrderEntry> reserve(int count) {
        List<OrderEntry> orders = orders(count).stream()
                .map(any -> OrderEntry.of(OrderRequest.of(7)
                        .line(1, 1)
                        .holdFor(Duration.ofMinutes(1))
                        .build()))
                .toList();
        shop().decide(orders);
        return orders;
    }

    private String status(OrderEntry order) {
        return shop().read("SELECT status FROM orderflow_orders WHERE id = " + SqlText.id(order.id()))
                .get(0);
    }
}
