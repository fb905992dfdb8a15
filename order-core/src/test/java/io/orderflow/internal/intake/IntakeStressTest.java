package io.orderflow.internal.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.Acceptance;
import io.orderflow.OrderRequest;
import io.orderflow.SubmitResult;
import io.orderflow.queue.Durability;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Eight submitters against places that fail at random; afterwards every answer is checked against what the places hold.
 */
class IntakeStressTest {
    private static final int SUBMITTERS = 8;
    private static final int ROUNDS = 400;
    private static final int MOST_ATTEMPTS = 500;
    /** Futures have as much room again. */
    private static final int MORE_THAN_ROOM = 3 * 64;

    private static final long SEED = Long.getLong("intake.seed", System.nanoTime());
    private static final IntakeSettings SETTINGS = new IntakeSettings(
            Acceptance.ROW_JOURNAL,
            false,
            Duration.ofMillis(200),
            64,
            20,
            Duration.ZERO,
            Duration.ofMillis(60),
            Duration.ofMillis(40),
            Rig.FRAMES);

    private final FakeJournal journal = new FakeJournal(false);
    private final FakeQueue queue = new FakeQueue(false);
    private final AnswerLedger ledger = new AnswerLedger();
    private volatile CountDownLatch standing = new CountDownLatch(0);

    @ParameterizedTest
    @EnumSource(Acceptance.class)
    void everyAnswerIsTrue(Acceptance acceptance) throws Exception {
        String run = "seed " + SEED;
        fail();
        Intake intake = Rig.threaded(changed(acceptance), journal, queue);
        intake.start();
        ExecutorService submitters = Executors.newFixedThreadPool(SUBMITTERS);
        CountDownLatch gate = new CountDownLatch(1);
        List<Future<Integer>> ends = new ArrayList<>();
        for (int i = 0; i < SUBMITTERS; i++) {
            Random random = new Random(SEED + i + 1);
            ends.add(submitters.submit(() -> submitter(intake, gate, random)));
        }
        gate.countDown();
        int submitted = 0;
        for (Future<Integer> end : ends) {
            submitted += end.get(2, TimeUnit.MINUTES);
        }
        submitted += fillBuffer(intake, run);
        intake.close();
        submitters.shutdownNow();
        assertEquals(0, intake.health().waiting(), run);
        assertEquals(submitted, ledger.size(), run);
        ledger.verify(journal, queue, run);
        assertTrue(ledger.counts().size() >= 4, () -> run + ": the run met too little: " + ledger.counts());
    }

    /** The submitters of a busy machine may have been too slow for that, so it is done again while the places stand. */
    private int fillBuffer(Intake intake, String run) {
        Random random = new Random(SEED);
        int submitted = 0;
        for (int attempt = 0; !ledger.counts().containsKey(AnswerLedger.Kind.OVERLOADED); attempt++) {
            assertTrue(attempt < MOST_ATTEMPTS, () -> run + ": the buffer was never full: " + ledger.counts());
            standing = new CountDownLatch(1);
            List<OrderRequest> requests = requests(MORE_THAN_ROOM, random);
            List<CompletableFuture<SubmitResult>> answers =
                    requests.stream().map(intake::submitAsync).toList();
            standing.countDown();
            submitted += note(requests, answers);
            // a place that was given up is tried again meanwhile
            LockSupport.parkNanos(SETTINGS.journalTimeout().toNanos());
        }
        return submitted;
    }

    private static IntakeSettings changed(Acceptance acceptance) {
        return new IntakeSettings(
                acceptance,
                SETTINGS.allowWeakQueue(),
                SETTINGS.submitTimeout(),
                SETTINGS.bufferCapacity(),
                SETTINGS.maxGroup(),
                SETTINGS.groupWait(),
                SETTINGS.journalTimeout(),
                SETTINGS.publishTimeout(),
                Rig.FRAMES);
    }

    /**
     * Places change their mood in phases, so that breakers open and close; now and then a call hangs beyond its
     * time-out.
     */
    private void fail() {
        // one source of random numbers for each place's only thread
        Random ofJournal = new Random(SEED);
        Random ofQueue = new Random(~SEED);
        FakeJournal.Mood[] journalMoods = FakeJournal.Mood.values();
        FakeQueue.Mood[] queueMoods = FakeQueue.Mood.values();
        journal.mood = () -> {
            linger(ofJournal, SETTINGS.journalTimeout());
            return isBad(ofJournal, 0) ? journalMoods[ofJournal.nextInt(journalMoods.length)] : FakeJournal.Mood.WORKS;
        };
        queue.mood = () -> {
            linger(ofQueue, SETTINGS.publishTimeout());
            return isBad(ofQueue, 1) ? queueMoods[ofQueue.nextInt(queueMoods.length)] : FakeQueue.Mood.WORKS;
        };
        queue.level = () -> badPhase(2) ? Durability.Level.WEAK : Durability.Level.DURABLE;
    }

    private static boolean isBad(Random random, int phase) {
        return badPhase(phase) && random.nextInt(3) > 0 || random.nextInt(200) == 0;
    }

    /** Of six phases of 100 ms one is bad for the journal, one for the queue, one for its durability, one for all. */
    private static boolean badPhase(int which) {
        long phase = System.nanoTime() / 100_000_000L % 6;
        return phase == which || phase == 3;
    }

    private void linger(Random random, Duration timeout) {
        long nanos = random.nextInt(60) == 0 ? timeout.multipliedBy(2).toNanos() : random.nextInt(500_000);
        LockSupport.parkNanos(nanos);
        try {
            standing.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private int submitter(Intake intake, CountDownLatch gate, Random random) throws InterruptedException {
        gate.await();
        int submitted = 0;
        for (int round = 0; round < ROUNDS; round++) {
            switch (random.nextInt(3)) {
                case 0 -> submitted += one(intake, next(random));
                case 1 -> submitted += together(intake, random);
                default -> submitted += futures(intake, several(random));
            }
            if (random.nextInt(20) == 0) {
                journal.locked.clear();
            }
        }
        return submitted;
    }

    private int one(Intake intake, OrderRequest request) {
        SubmitResult result = intake.submit(request);
        note(request, result);
        return 1;
    }

    private int together(Intake intake, Random random) {
        List<OrderRequest> requests = several(random);
        List<SubmitResult> results = intake.submitAll(requests);
        for (int i = 0; i < results.size(); i++) {
            note(requests.get(i), results.get(i));
        }
        return requests.size();
    }

    private int futures(Intake intake, List<OrderRequest> requests) {
        return note(requests, requests.stream().map(intake::submitAsync).toList());
    }

    private int note(List<OrderRequest> requests, List<CompletableFuture<SubmitResult>> answers) {
        for (int i = 0; i < requests.size(); i++) {
            // far above the deadline: a machine may be busy, but no answer may be missing
            ledger.note(
                    requests.get(i),
                    answers.get(i).orTimeout(30, TimeUnit.SECONDS).join());
        }
        return requests.size();
    }

    private void note(OrderRequest request, SubmitResult result) {
        ledger.note(request, result);
        if (result instanceof SubmitResult.Unavailable) {
            // as a host would, or the run is over before the places are back
            LockSupport.parkNanos(1_000_000);
        }
    }

    private List<OrderRequest> several(Random random) {
        return requests(1 + random.nextInt(20), random);
    }

    private List<OrderRequest> requests(int count, Random random) {
        List<OrderRequest> requests = new ArrayList<>();
        for (int i = count; i > 0; i--) {
            requests.add(next(random));
        }
        return requests;
    }

    private OrderRequest next(Random random) {
        if (random.nextInt(10) > 0) {
            OrderRequest request = OrderRequest.of(1)
                    .line(1, 1)
                    .id(new UUID(random.nextLong(), random.nextLong() >>> 1))
                    .build();
            if (random.nextInt(200) == 0) {
                journal.locked.add(request.id());
            }
            return request;
        }
        return OrderRequest.of(1)
                .line(1, 1 + random.nextInt(2))
                .idempotencyKey("key-" + random.nextInt(50))
                .build();
    }

    /** The check itself must be able to fail. */
    @Test
    void theLedgerCatchesAnAcceptedOrderThatIsNowhere() {
        OrderRequest request = Rig.order();
        ledger.note(request, new SubmitResult.Accepted(request.id()));
        assertThrows(AssertionError.class, () -> ledger.verify(journal, queue, "self-test"));
    }
}
