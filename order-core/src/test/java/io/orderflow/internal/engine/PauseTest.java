package io.orderflow.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.DecidingPause;
import io.orderflow.InvalidOrderException;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlFailure;
import io.orderflow.model.DatabaseContract;
import io.orderflow.testing.Eventually;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Deciding is paused for the whole shop: for batches under way, for those that come, and for all engines. */
class PauseTest extends DatabaseContract {
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final int ROUNDS = 10;
    private static final int DECIDERS = 4;

    @BeforeEach
    void seed() {
        shop().inventory().define(1, 1, 1_000_000, "define 1");
        shop().wallets().open(1, 1_000_000, "open 1");
    }

    @Test
    void whoPausedAndWhyIsKeptUntilSomebodyResumes() {
        assertEquals(Optional.empty(), shop().deciding().paused());
        assertEquals(Optional.empty(), shop().deciding().resume("duty"));
        DecidingPause first = shop().deciding().pause("anna", "the price of 7 is wrong: 1 € in place of 100 €");
        assertEquals("anna", first.by());
        assertEquals("the price of 7 is wrong: 1 € in place of 100 €", first.reason());
        assertEquals(first, shop().deciding().pause("ben", "a migration"), "the first one stays");
        assertEquals(Optional.of(first), shop().deciding().paused());
        assertEquals(Optional.of(first), shop().deciding().resume("ben"));
        assertEquals(Optional.empty(), shop().deciding().paused());
        assertEquals("ben", shop().deciding().pause("ben", "x".repeat(255)).by());
    }

    @Test
    void aNameOrReasonThatBreaksItsRuleChangesNothing() {
        for (String bad : List.of("", "x".repeat(256), "two\nlines", "two\u2028lines")) {
            assertThrows(InvalidOrderException.class, () -> shop().deciding().pause(bad, "why"));
            assertThrows(InvalidOrderException.class, () -> shop().deciding().pause("who", bad));
            assertThrows(InvalidOrderException.class, () -> shop().deciding().resume(bad));
        }
        assertEquals(Optional.empty(), shop().deciding().paused());
    }

    @Test
    void aPauseWaitsForTheBatchThatHasANumber() throws Exception {
        pauseWaitsFor(orders(2));
    }

    /** Its number is drawn by another statement. */
    @Test
    void aPauseWaitsForAnOrderThatIsAlone() throws Exception {
        OrderEntry order = order(1, 1, 1);
        shop().journalRows(List.of(order));
        pauseWaitsFor(List.of(order));
    }

    private void pauseWaitsFor(List<OrderEntry> batch) throws Exception {
        AtomicReference<CompletableFuture<DecidingPause>> pausing = new AtomicReference<>();
        AtomicBoolean armed = new AtomicBoolean();
        Engine engine = new Engine(shop().tables(), step -> {
            if (step == Step.NUMBERED && armed.get()) {
                pausing.set(
                        CompletableFuture.supplyAsync(() -> shop().deciding().pause("duty", "test")));
                assertThrows(TimeoutException.class, () -> pausing.get().get(300, TimeUnit.MILLISECONDS));
            }
        });
        try (Session session = shop().session()) {
            decideOne(engine, session);
            armed.set(true);
            assertEquals(batch.size(), engine.decide(session, batch).verdicts().size());
            assertEquals("duty", pausing.get().get(60, TimeUnit.SECONDS).by());
            assertThrows(DecidingPausedException.class, () -> engine.decide(session, orders(2)));
            assertThrows(DecidingPausedException.class, () -> decideOne(engine, session));
            assertThrows(DecidingPausedException.class, () -> engine.decideAround(session, orders(2)));
        }
    }

    /** So that the engine knows how such orders come. */
    private void decideOne(Engine engine, Session session) throws SQLException {
        OrderEntry order = order(1, 1, 1);
        shop().journalRows(List.of(order));
        engine.decide(session, List.of(order));
    }

    @Test
    void cancellationAndRestockGoOnInAPause() {
        OrderEntry order = order(1, 1, 1);
        shop().journal(List.of(order));
        shop().deciding().pause("duty", "test");
        shop().inventory().restock(1, 1, "more");
        shop().changes().cancel(order.id(), "not wanted");
        assertEquals(List.of("6"), shop().read("SELECT status FROM orderflow_orders"));
    }

    /** Under load, again and again: nothing is committed from the return of the pause until it is resumed. */
    @Test
    void noOrderGetsAVerdictOnceAPauseHasReturned() {
        List<Decider> deciders = new ArrayList<>();
        for (int i = 0; i < DECIDERS; i++) {
            deciders.add(new Decider(i % 2 == 0));
        }
        try {
            deciders.forEach(Decider::start);
            for (int round = 1; round <= ROUNDS; round++) {
                pauseOnce(deciders, "round " + round);
            }
        } finally {
            deciders.forEach(Decider::end);
        }
        long decided =
                deciders.stream().mapToLong(decider -> decider.decided.get()).sum();
        assertEquals(decided, shop().count("orderflow_orders WHERE status = 1"), "each once");
    }

    private void pauseOnce(List<Decider> deciders, String round) {
        deciders.forEach(decider -> decider.await(decider.decided, 3, round));
        shop().deciding().pause("duty", round);
        long verdicts = verdicts();
        deciders.forEach(decider -> decider.await(decider.refused, 3, round));
        assertEquals(verdicts, verdicts(), round);
        shop().deciding().resume("duty");
    }

    private long verdicts() {
        return shop().count("orderflow_batch WHERE kind = 1");
    }

    /** A thread with an engine of its own, as in another process. */
    private final class Decider {
        private final Engine engine = new Engine(shop().tables(), Step.Watcher.NONE);
        private final Thread thread = new Thread(this::run, "decider");
        private final AtomicLong decided = new AtomicLong();
        private final AtomicLong refused = new AtomicLong();
        private final AtomicReference<Throwable> failure = new AtomicReference<>();
        private final boolean alone;
        private volatile boolean ending;

        /**
         * Makes one.
         *
         * @param alone whether its orders come one by one, with a row each
         */
        Decider(boolean alone) {
            this.alone = alone;
        }

        void start() {
            thread.start();
        }

        private void run() {
            try (Session session = shop().session()) {
                while (!ending) {
                    List<OrderEntry> batch = alone ? orders(1) : orders(5);
                    if (alone) {
                        shop().journalRows(batch);
                    }
                    decide(session, batch);
                }
            } catch (Throwable e) {
                failure.set(e);
            }
        }

        private void decide(Session session, List<OrderEntry> batch) throws SQLException {
            while (!ending) {
                try {
                    decided.addAndGet(engine.decide(session, batch).verdicts().size());
                    return;
                } catch (DecidingPausedException e) {
                    refused.incrementAndGet();
                } catch (RetryBatchException e) {
                    // again
                } catch (SQLException e) {
                    if (SqlFailure.of(e) != SqlFailure.CONTENTION) {
                        throw e;
                    }
                }
            }
        }

        void await(AtomicLong count, int more, String round) {
            long wanted = count.get() + more;
            Eventually.await(
                    round, BOUND, () -> count.get() >= wanted || failure.get() != null, () -> "only " + count.get());
            assertEquals(null, failure.get());
        }

        void end() {
            ending = true;
            try {
                thread.join(BOUND.toMillis());
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            assertFalse(thread.isAlive(), "a decider is stuck");
            assertTrue(failure.get() == null, () -> String.valueOf(failure.get()));
        }
    }
}
