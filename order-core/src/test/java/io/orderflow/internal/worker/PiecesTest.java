package io.orderflow.internal.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.WorkerConfig;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the threads of a runner share of the journal's backlog (S1 to S4). */
class PiecesTest {
    private static final int THREADS = 2;
    private static final int BATCH = 3;
    private static final int MOST = 1 + 4 * THREADS;

    private int wakes;
    private long nanos;
    private final Pieces pieces =
            new Pieces(WorkerConfig.builder().threads(THREADS).maxBatch(BATCH).build(), () -> nanos, () -> wakes++);

    private static List<UUID> ids(int count) {
        return Stream.generate(UUID::randomUUID).limit(count).toList();
    }

    private List<List<UUID>> takeAll() {
        List<List<UUID>> all = new ArrayList<>();
        for (Optional<List<UUID>> next = pieces.take(); next.isPresent(); next = pieces.take()) {
            all.add(next.get());
        }
        return all;
    }

    @Test
    void whatIsFoundIsCutAndTakenInItsOrder() {
        List<UUID> found = ids(7);
        pieces.found(List.of(), found, false);
        assertEquals(1, wakes);
        assertEquals(List.of(found.subList(0, 3), found.subList(3, 6), found.subList(6, 7)), takeAll());
        assertFalse(pieces.areForWorkers());
    }

    @Test
    void nobodyIsWokenForNothing() {
        pieces.found(List.of(), List.of(), false);
        assertEquals(0, wakes);
    }

    @Test
    void theNextSearchComesBeforeThePiecesAreUsedUp() {
        assertEquals(MOST * BATCH, pieces.room());
        pieces.found(List.of(), ids(MOST * BATCH), true);
        assertEquals(BATCH, pieces.room(), "a search that comes all the same has room");
        for (int left = MOST - 1; left > MOST / 2; left--) {
            pieces.takeForWorker();
            assertFalse(pieces.isMoreWanted());
        }
        pieces.takeForWorker();
        assertTrue(pieces.isMoreWanted());
        assertEquals((MOST - MOST / 2) * BATCH, pieces.room());
    }

    @Test
    void urgentOrdersAreLookedForWhenFewOfThemAreLeft() {
        assertEquals(MOST * BATCH, pieces.urgentRoom());
        assertTrue(pieces.isUrgentWanted());
        pieces.foundUrgent(ids((MOST / 2) * BATCH));
        assertTrue(pieces.isUrgentWanted());
        pieces.foundUrgent(ids(BATCH));
        assertFalse(pieces.isUrgentWanted());
        assertEquals((MOST - MOST / 2 - 1) * BATCH, pieces.urgentRoom());
        pieces.takeForWorker();
        assertTrue(pieces.isUrgentWanted());
    }

    @Test
    void whatFailsKeepsNoUrgentOrderWaitingUntilItIsMuch() {
        for (int failed = 0; failed <= 3 * MOST; failed++) {
            assertTrue(pieces.isUrgentWanted());
            pieces.foundUrgent(ids(BATCH));
            // every second time it would be the turn of what failed
            pieces.leave(pieces.takeForWorker().or(pieces::takeForWorker).orElseThrow(), false);
        }
        assertFalse(pieces.isUrgentWanted());
    }

    @Test
    void anUrgentPieceIsHiddenUntilItsEnd() {
        List<UUID> found = ids(BATCH);
        pieces.foundUrgent(found);
        assertEquals(Set.copyOf(found), pieces.hidden());
        List<UUID> piece = pieces.takeUrgent(false).orElseThrow();
        assertEquals(Set.copyOf(found), pieces.hidden());
        pieces.ended(List.of(piece));
        assertEquals(Set.of(), pieces.hidden());
    }

    @Test
    void whatFailedHasItsTurnAfterAnUrgentPiece() {
        pieces.foundUrgent(ids(3 * BATCH));
        pieces.leave(pieces.takeForWorker().orElseThrow(), false);
        assertEquals(Optional.empty(), pieces.takeUrgent(false));
        assertTrue(pieces.takeUrgent(false).isPresent());
    }

    @Test
    void afterTheEndWasFoundNothingMoreIsWanted() {
        pieces.found(List.of(), ids(BATCH), false);
        assertFalse(pieces.isMoreWanted());
        takeAll();
        assertFalse(pieces.isMoreWanted());
    }

    @Test
    void placedOrdersAndOthersAreTakenInTurns() {
        List<UUID> placed = ids(2 * BATCH);
        List<UUID> overdue = ids(3 * BATCH);
        pieces.found(placed, overdue, false);
        assertEquals(
                List.of(
                        placed.subList(0, 3),
                        overdue.subList(0, 3),
                        placed.subList(3, 6),
                        overdue.subList(3, 6),
                        overdue.subList(6, 9)),
                takeAll());
    }

    @Test
    void urgentOrdersComeFirstAndEverySecondPieceIsOneOfTheOthers() {
        List<UUID> urgent = ids(4 * BATCH);
        List<UUID> others = ids(2 * BATCH);
        pieces.found(List.of(), others, false);
        pieces.foundUrgent(urgent);
        List<List<UUID>> taken = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            taken.add(pieces.takeForWorker().orElseThrow());
        }
        assertEquals(
                List.of(
                        urgent.subList(0, 3),
                        others.subList(0, 3),
                        urgent.subList(3, 6),
                        others.subList(3, 6),
                        urgent.subList(6, 9),
                        urgent.subList(9, 12)),
                taken);
        assertEquals(Optional.empty(), pieces.takeForWorker());
        assertEquals(6 * BATCH, pieces.hidden().size());
    }

    /** Recovery may have other work that is no piece here any more. */
    @Test
    void whoeverHasOtherWorkTakesNoTwoUrgentPiecesInARow() {
        pieces.foundUrgent(ids(2 * BATCH));
        assertEquals(1, wakes, "the second one is for the others");
        assertTrue(pieces.takeUrgent(true).isPresent());
        assertEquals(Optional.empty(), pieces.takeUrgent(true));
        assertTrue(pieces.takeUrgent(true).isPresent());
        assertEquals(Optional.empty(), pieces.takeUrgent(true));
        pieces.foundUrgent(ids(BATCH));
        assertEquals(1, wakes, "it is for the one who found it");
    }

    @Test
    void whatWaitsOrIsInWorkIsHiddenUntilItIsDecided() {
        List<UUID> found = ids(2 * BATCH);
        pieces.found(List.of(), found, false);
        List<UUID> piece = pieces.takeForWorker().orElseThrow();
        assertEquals(Set.copyOf(found), pieces.hidden());
        pieces.decided(piece, List.of());
        assertEquals(Set.copyOf(found.subList(3, 6)), pieces.hidden());
        List<UUID> mine = pieces.take().orElseThrow();
        assertEquals(Set.copyOf(found.subList(3, 6)), pieces.hidden());
        assertFalse(pieces.areOver());
        pieces.ended(List.of(mine));
        assertEquals(Set.of(), pieces.hidden());
        assertTrue(pieces.areOver());
    }

    @Test
    void whatDidNotFitIntoABatchIsNext() {
        List<UUID> placed = ids(BATCH);
        List<UUID> overdue = ids(BATCH);
        pieces.found(placed, overdue, false);
        List<UUID> piece = pieces.takeForWorker().orElseThrow();
        assertEquals(placed, piece);
        pieces.decided(piece, piece.subList(2, 3));
        assertEquals(Optional.of(overdue), pieces.takeForWorker());
        assertEquals(Optional.of(placed.subList(2, 3)), pieces.takeForWorker());
    }

    @Test
    void whatAWorkerCouldNotDecideIsRecoverysAlone() {
        List<UUID> found = ids(BATCH);
        pieces.found(List.of(), found, false);
        List<UUID> piece = pieces.takeForWorker().orElseThrow();
        assertTrue(pieces.leave(piece, false));
        assertEquals(Optional.empty(), pieces.takeForWorker());
        assertTrue(pieces.areForRecovery());
        assertEquals(Set.copyOf(found), pieces.hidden());
        assertEquals(Optional.of(piece), pieces.takeFailed());
        pieces.ended(List.of(piece));
        assertEquals(Set.of(), pieces.hidden());
    }

    @Test
    void inBadTimesWorkersTakeNothingUntilRecoveryDecidedAPiece() {
        pieces.found(List.of(), ids(3 * BATCH), false);
        pieces.leave(pieces.takeForWorker().orElseThrow(), true);
        assertFalse(pieces.areForWorkers());
        assertEquals(Optional.empty(), pieces.takeForWorker());
        assertTrue(pieces.take().isPresent());
        pieces.badTimes();
        pieces.found(List.of(), ids(BATCH), false);
        assertEquals(1, wakes, "nobody is woken in vain");
        pieces.goodTimes();
        assertEquals(2, wakes);
        assertTrue(pieces.takeForWorker().isPresent());
        pieces.goodTimes();
        assertEquals(2, wakes, "they are awake");
    }

    @Test
    void afterTheEndWorkersTakeNothingAndSeeThemselvesToWhatTheyBegan() {
        pieces.found(List.of(), ids(3 * BATCH), false);
        List<UUID> piece = pieces.takeForWorker().orElseThrow();
        assertFalse(pieces.close(), "nothing failed");
        assertFalse(pieces.areForWorkers());
        assertEquals(Optional.empty(), pieces.takeForWorker());
        assertFalse(pieces.leave(piece, false));
    }

    @Test
    void recoveryKnowsAtItsEndThatSomethingFailed() {
        pieces.found(List.of(), ids(BATCH), false);
        pieces.leave(pieces.takeForWorker().orElseThrow(), false);
        assertTrue(pieces.close());
    }

    @Test
    void whatIsPassedOverIsHiddenForASecond() {
        List<UUID> held = ids(3_000);
        pieces.passOver(held);
        Set<UUID> hidden = pieces.hidden();
        assertEquals(new HashSet<>(held), hidden);
        nanos += 1_000_000_000L;
        assertEquals(Set.of(), pieces.hidden());
    }
}
