package io.orderflow.internal.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.Acceptance;
import io.orderflow.OrderRequest;
import io.orderflow.SubmitResult;
import io.orderflow.queue.Durability;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Thousands of short lives of an intake on one thread, each from a seed: random order of all steps, places that refuse,
 * hang, lose answers before, amid and after the commit, throw, turn weak, lock rows. After each life every answer is
 * checked against what the places hold.
 */
class IntakeSimulationTest {
    private static final int SEEDS = 2_000;
    private static final int STEPS = 150;

    @Test
    void everyAnswerIsTrueInEveryLife() {
        Map<AnswerLedger.Kind, Integer> met = new EnumMap<>(AnswerLedger.Kind.class);
        LongStream.range(0, SEEDS).forEach(seed -> {
            try {
                new Life(seed).run().forEach((kind, count) -> met.merge(kind, count, Integer::sum));
            } catch (InterruptedException | RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed + ": " + e, e);
            }
        });
        for (AnswerLedger.Kind kind : AnswerLedger.Kind.values()) {
            assertTrue(met.getOrDefault(kind, 0) > SEEDS / 10, () -> "the lives met too little: " + met);
        }
    }

    private static final class Life {
        private final long seed;
        private final SplittableRandom random;
        private final Rig rig;
        private final AnswerLedger ledger = new AnswerLedger();
        private final List<OrderRequest> requests = new ArrayList<>();
        private final List<CompletableFuture<SubmitResult>> answers = new ArrayList<>();
        private final double faults;
        private int depth;
        private boolean calm;
        private boolean inJournal;
        private boolean inQueue;

        private Life(long seed) {
            this.seed = seed;
            // not Random: its first numbers of neighbouring seeds are nearly the same
            this.random = new SplittableRandom(seed);
            this.faults = random.nextDouble() * 0.7;
            Acceptance acceptance = random.nextInt(4) == 0 ? Acceptance.QUEUE_ONLY : Acceptance.ROW_JOURNAL;
            Duration groupWait = Duration.ofMillis(random.nextInt(3) * 2L);
            this.rig =
                    new Rig(Rig.changed(acceptance, false, 1 + random.nextInt(30), 1 + random.nextInt(20), groupWait));
            rig.journal.mood = () -> aside(true, journalMood());
            rig.journal.beforeTheAnswer = () -> aside(true, FakeJournal.Mood.WORKS);
            rig.queue.mood = () -> aside(false, queueMood());
            rig.queue.level = () -> calm || random.nextInt(5) > 0 ? Durability.Level.DURABLE : Durability.Level.WEAK;
        }

        private Map<AnswerLedger.Kind, Integer> run() throws InterruptedException {
            for (int i = 0; i < STEPS; i++) {
                anything();
            }
            calm = true;
            rig.journal.locked.clear();
            if (random.nextBoolean()) {
                rig.intake.close(Duration.ZERO);
            } else {
                bothPlacesComeBack();
            }
            rig.live(Duration.ofMillis(2_020));
            assertEquals(0, rig.intake.health().waiting(), "room that is not free again");
            for (int i = 0; i < requests.size(); i++) {
                assertTrue(answers.get(i).isDone(), "without an answer after its deadline: " + requests.get(i));
                ledger.note(requests.get(i), answers.get(i).join());
            }
            ledger.verify(rig.journal, rig.queue, "seed " + seed);
            return ledger.counts();
        }

        private void bothPlacesComeBack() throws InterruptedException {
            for (int i = 0; i < 30; i++) {
                submit(Rig.order());
                rig.live(Duration.ofMillis(100));
            }
            assertFalse(rig.intake.health().journal().away()
                    && rig.intake.health().queue().away());
            submit(Rig.order());
            CompletableFuture<SubmitResult> last = answers.get(answers.size() - 1);
            rig.live(Duration.ofMillis(10));
            assertTrue(Rig.now(last) instanceof SubmitResult.Accepted, () -> "after all faults: " + last);
        }

        private void anything() throws InterruptedException {
            switch (random.nextInt(10)) {
                case 0, 1, 2 -> submit(next());
                case 3, 4 -> stepJournal();
                case 5, 6 -> stepPublisher();
                case 7 -> rig.intake.stepWatchdog();
                case 8 -> rig.advance(Duration.ofMillis(random.nextInt(4) == 0 ? 300 : 7));
                default -> lockOrUnlock();
            }
        }

        private void submit(OrderRequest request) {
            requests.add(request);
            answers.add(rig.submit(request));
        }

        /** Mostly new orders; else one of a few keys with one of two contents. */
        private OrderRequest next() {
            if (random.nextInt(3) > 0) {
                return OrderRequest.of(1)
                        .line(1, 1)
                        .id(new UUID(seed, requests.size()))
                        .build();
            }
            return OrderRequest.of(1)
                    .line(1, 1 + random.nextInt(2))
                    .idempotencyKey("key-" + random.nextInt(4))
                    .build();
        }

        private void lockOrUnlock() {
            if (random.nextInt(3) > 0 || requests.isEmpty()) {
                rig.journal.locked.clear();
            } else {
                rig.journal.locked.add(
                        requests.get(random.nextInt(requests.size())).id());
            }
        }

        private void stepJournal() {
            if (inJournal) {
                return;
            }
            inJournal = true;
            try {
                rig.intake.stepJournal();
            } catch (IllegalStateException e) {
                // the bug that was injected, which the loop would log
            } finally {
                inJournal = false;
            }
        }

        private void stepPublisher() throws InterruptedException {
            if (inQueue) {
                return;
            }
            inQueue = true;
            try {
                rig.intake.stepPublisher();
            } finally {
                inQueue = false;
            }
        }

        /** While a place is asked, the rest of the world goes on. */
        private <M> M aside(boolean journal, M then) {
            boolean before = journal ? inJournal : inQueue;
            inJournal |= journal;
            inQueue |= !journal;
            depth++;
            try {
                int events = calm || depth > 2 || random.nextInt(3) > 0 ? 0 : random.nextInt(12);
                for (int i = 0; i < events; i++) {
                    anything();
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            } finally {
                depth--;
                inJournal = journal ? before : inJournal;
                inQueue = journal ? inQueue : before;
            }
            return then;
        }

        private FakeJournal.Mood journalMood() {
            boolean fault = !calm && random.nextDouble() < faults;
            FakeJournal.Mood[] moods = FakeJournal.Mood.values();
            return fault ? moods[random.nextInt(moods.length)] : FakeJournal.Mood.WORKS;
        }

        private FakeQueue.Mood queueMood() {
            boolean fault = !calm && random.nextDouble() < faults;
            FakeQueue.Mood[] moods = FakeQueue.Mood.values();
            return fault ? moods[random.nextInt(moods.length)] : FakeQueue.Mood.WORKS;
        }
    }
}
