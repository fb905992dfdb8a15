package io.orderflow.internal.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.DeadLetterFilter;
import io.orderflow.DeadLetterOffice;
import io.orderflow.DeadLetterReason;
import io.orderflow.DeadLetterResult;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.engine.DeadLetters;
import io.orderflow.internal.engine.Engine;
import io.orderflow.internal.engine.RetryBatchException;
import io.orderflow.internal.engine.Step;
import io.orderflow.internal.journal.PendingOrders;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlFailure;
import io.orderflow.model.RulesContract;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * An order is brought back while its frame is delivered again: whoever is first, it is decided once.
 * {@code -Dredrive.rounds=1000} tries longer.
 */
class RedriveRaceTest extends RulesContract {
    private static final int ROUNDS = Integer.getInteger("redrive.rounds", 20);

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private DeadLetterOffice office;
    private LetterBox box;

    @BeforeEach
    void open() {
        office = shop().deadLetters();
        box = new LetterBox(shop()).stocked();
    }

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    /** All begin at once; returns how many verdicts they reached. */
    @SafeVarargs
    private int together(Callable<Integer>... all) throws Exception {
        CyclicBarrier start = new CyclicBarrier(all.length);
        List<Future<Integer>> running = new ArrayList<>();
        for (Callable<Integer> one : all) {
            running.add(threads.submit(() -> {
                start.await();
                return one.call();
            }));
        }
        int verdicts = 0;
        for (Future<Integer> one : running) {
            verdicts += one.get(120, TimeUnit.SECONDS);
        }
        return verdicts;
    }

    /** Work that is tried again when it lost, as workers do. */
    private int untilDone(LetterBox.Work<Integer> work) {
        try (Session session = shop().session()) {
            while (true) {
                try {
                    return work.in(session);
                } catch (RetryBatchException e) {
                    // again
                } catch (SQLException e) {
                    SqlFailure kind = SqlFailure.of(e);
                    assertTrue(kind == SqlFailure.DUPLICATE_KEY || kind == SqlFailure.CONTENTION, e::toString);
                }
            }
        }
    }

    private int deliver(List<OrderEntry> frame) {
        return untilDone(session -> new Engine(shop().tables(), Step.Watcher.NONE)
                .decide(session, frame)
                .verdicts()
                .size());
    }

    private int recoverOnce() {
        return untilDone(session -> {
            List<UUID> found = new PendingOrders(shop().tables()).placed(session, id -> false, 500);
            return found.isEmpty()
                    ? 0
                    : new Engine(shop().tables(), Step.Watcher.NONE)
                            .recover(session, found)
                            .verdicts()
                            .size();
        });
    }

    @Test
    void ofRedriveAndRedelivery() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            List<OrderEntry> frame = orders(5);
            List<String> letters = frame.stream().map(box::park).toList();
            int verdicts = together(
                    () -> redriveEach(letters),
                    () -> deliver(frame),
                    () -> deliver(frame) + deliver(frame),
                    () -> recoverOnce() + recoverOnce());
            verdicts += recoverOnce();
            assertEquals(5, verdicts, "verdicts of round " + round);
        }
        assertEquals(0, LetterBox.count(office));
        assertEquals(
                List.of("1 " + 5 * ROUNDS),
                shop().read("SELECT status, COUNT(*) FROM orderflow_orders GROUP BY status"));
        assertEquals(
                1_000_000 - 10 * 5 * ROUNDS,
                shop().wallets().find(1).orElseThrow().balance());
    }

    private int redriveEach(List<String> letters) {
        letters.forEach(letter -> office.redrive(letter, "me"));
        return 0;
    }

    /** Two who bring back the same, one of them all at once, and a discard that may come before, between or after. */
    @Test
    void ofRedrivesAndDiscards() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            List<OrderEntry> frame = orders(20);
            List<String> letters = frame.stream().map(box::park).toList();
            String conflict = box.conflict(frame.get(0));
            int done = together(
                    () -> doneOf(letters),
                    () -> (int) office.redriveAll(DeadLetterFilter.ALL, "me", tally -> {})
                            .done(),
                    () -> (int) office.discardAll(DeadLetterFilter.ALL, "me", tally -> {})
                            .done(),
                    () -> office.discard(conflict, "me") instanceof DeadLetterResult.Done ? 1 : 0);
            assertEquals(21, done, "each letter goes once, in round " + round);
            assertEquals(20, recoverOnce());
        }
    }

    private int doneOf(List<String> letters) {
        return (int) letters.stream()
                .map(letter -> office.redrive(letter, "me"))
                .filter(DeadLetterResult.Done.class::isInstance)
                .count();
    }

    private static int verdictsOf(Object parked) {
        return 0;
    }

    /** A worker that gives up an order while it is brought back: it is parked in the end, or decided. */
    @Test
    void ofRedriveAndParking() throws Exception {
        DeadLetters letters = new DeadLetters(shop().tables());
        DeadLetters.Parking why = new DeadLetters.Parking(DeadLetterReason.POISON, "a test", 3);
        for (int round = 0; round < ROUNDS; round++) {
            OrderEntry order = order(1, 1, 1);
            String letter = box.park(order);
            int verdicts = together(
                    () -> redriveEach(List.of(letter)),
                    () -> untilDone(session -> verdictsOf(letters.park(session, order, why))),
                    () -> untilDone(session -> verdictsOf(letters.park(session, order.id(), why))),
                    () -> deliver(List.of(order)));
            assertTrue(shop().audit().ok(), () -> shop().audit().toString());
            redriveEach(List.of(letter));
            assertEquals(1, verdicts + recoverOnce(), "verdicts of round " + round);
        }
    }
}
