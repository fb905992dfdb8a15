package io.orderflow.internal.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.DeadLetterFilter;
import io.orderflow.DeadLetterOffice;
import io.orderflow.DeadLetterReason;
import io.orderflow.DeadLetterResult;
import io.orderflow.DeadLetterResult.Refusal;
import io.orderflow.DeadLetterTally;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.model.DatabaseContract;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.FaultPlan;
import io.orderflow.testing.FaultPlan.Step;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What nobody needs goes, and no order is lost. */
class DiscardTest extends DatabaseContract {
    private static final Duration BOUND = Duration.ofSeconds(60);

    private DeadLetterOffice office;
    private LetterBox box;

    @BeforeEach
    void open() {
        office = shop().deadLetters();
        box = new LetterBox(shop()).stocked();
    }

    @Test
    void messagesAndConflictsAreDiscardedOnce() {
        OrderEntry winner = order(1, 1, 1);
        shop().decide(List.of(winner));
        OrderEntry parked = order(1, 1, 1);
        box.park(parked);
        OrderEntry stranger = order(1, 1, 1);
        discarded(Optional.empty(), box.bury(DeadLetterReason.UNDECODABLE, new byte[] {1}));
        discarded(Optional.empty(), box.bury(DeadLetterReason.UNAUTHENTICATED, LetterBox.frame(stranger)));
        discarded(
                Optional.empty(),
                box.bury(DeadLetterReason.FOREIGN_SHOP, LetterBox.frame(LetterBox.OTHER_SHOP, stranger)));
        discarded(Optional.of(winner), box.conflict(winner));
        discarded(Optional.of(parked), box.conflict(parked));
        assertEquals("1 3", box.status(winner) + " " + box.status(parked));
        assertEquals(1, LetterBox.count(office));
    }

    private void discarded(Optional<OrderEntry> about, String id) {
        assertEquals(new DeadLetterResult.Done(id, about.map(OrderEntry::id)), office.discard(id, "me"));
        assertEquals(Optional.empty(), office.find(id));
        assertEquals(new DeadLetterResult.Gone(id), office.discard(id, "me"));
    }

    @Test
    void whatIsParkedIsRefusedAlsoWhenItCannotBeRead() {
        OrderEntry readable = order(1, 1, 1);
        refused(box.park(readable));
        OrderEntry unreadable = order(1, 1, 1);
        shop().journalRows(List.of(unreadable));
        shop().execute("UPDATE orderflow_orders SET request = x'ff' WHERE status = 0");
        box.parkAgain(unreadable, DeadLetterReason.POISON, 1);
        refused(box.only(DeadLetterFilter.ALL.withOrder(unreadable.id())));
        assertEquals("3 3", box.status(readable) + " " + box.status(unreadable));
    }

    private void refused(String id) {
        DeadLetterResult.Refused result = assertInstanceOf(DeadLetterResult.Refused.class, office.discard(id, "me"));
        assertEquals(Refusal.PARKED, result.refusal());
        assertTrue(office.find(id).isPresent());
    }

    @Test
    void manyGoInPiecesAndWhatIsParkedStays() {
        for (int i = 0; i < 3; i++) {
            box.park(order(1, 1, 1));
        }
        for (int i = 0; i < 1_100; i++) {
            box.bury(
                    DeadLetterReason.UNAUTHENTICATED,
                    ByteBuffer.allocate(40).putInt(i).array());
        }
        List<Long> progress = new ArrayList<>();
        DeadLetterTally tally =
                office.discardAll(DeadLetterFilter.ALL, "me", sums -> progress.add(sums.done() + sums.allRefused()));
        assertEquals(new DeadLetterTally(1_100, 0, Map.of(Refusal.PARKED, 3L)), tally);
        assertEquals(List.of(500L, 1_000L, 1_103L), progress);
        assertEquals(3, LetterBox.count(office));
        DeadLetterFilter poison = DeadLetterFilter.ALL.withReasons(DeadLetterReason.POISON);
        assertEquals(3, office.discardAll(poison, "me", sums -> {}).allRefused());
    }

    /** An order that is parked again between the look at its row and the look at the letter would be lost. */
    @Test
    void whatIsParkedAgainMeanwhileIsNotDiscarded() throws Exception {
        OrderEntry order = order(1, 1, 1);
        String id = box.park(order);
        AtomicInteger stage = new AtomicInteger();
        shop().dataSource().setPlan((step, sql) -> {
            if (step == Step.BEFORE_EXECUTE && sql.startsWith("SELECT o.id") && stage.compareAndSet(0, 1)) {
                office.redrive(id, "somebody else");
                stage.set(2);
            } else if (step == Step.BEFORE_EXECUTE
                    && sql.startsWith("SELECT hash, order_id")
                    && stage.compareAndSet(2, 3)) {
                // it waits for the row; did it not, it would be done by then
                CompletableFuture.supplyAsync(() -> box.parkAgain(order, DeadLetterReason.POISON, 3))
                        .completeOnTimeout("", 500, TimeUnit.MILLISECONDS)
                        .join();
            }
        });
        assertEquals(new DeadLetterResult.Gone(id), office.discard(id, "me"));
        shop().dataSource().setPlan(FaultPlan.NONE);
        Eventually.await(
                "it is parked, and its connection is given back",
                BOUND,
                () -> box.status(order).equals("3") && shop().dataSource().openConnections() == 0,
                () -> box.status(order));
        assertTrue(office.find(id).isPresent());
    }
}
