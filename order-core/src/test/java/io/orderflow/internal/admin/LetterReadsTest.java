package io.orderflow.internal.admin;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.DeadLetter;
import io.orderflow.DeadLetterFilter;
import io.orderflow.DeadLetterOffice;
import io.orderflow.DeadLetterReason;
import io.orderflow.InvalidOrderException;
import io.orderflow.Limits;
import io.orderflow.OpenedDeadLetter;
import io.orderflow.Order;
import io.orderflow.OrderRequest;
import io.orderflow.OrderStatus;
import io.orderflow.Page;
import io.orderflow.PageRequest;
import io.orderflow.Payment;
import io.orderflow.internal.codec.FrameKeys;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.model.DatabaseContract;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Dead letters as a person on duty looks at them. */
class LetterReadsTest extends DatabaseContract {
    private DeadLetterOffice office;
    private LetterBox box;

    @BeforeEach
    void open() {
        office = shop().deadLetters();
        box = new LetterBox(shop());
    }

    private OpenedDeadLetter opened(String id) {
        return office.find(id).orElseThrow();
    }

    private List<String> ids(DeadLetterFilter filter) {
        return office.page(filter, PageRequest.first(PageRequest.LARGEST)).entries().stream()
                .map(DeadLetter::id)
                .toList();
    }

    @Test
    void aParkedOrderIsShownWithItsRequestAndItsStatus() {
        OrderEntry order = OrderEntry.of(OrderRequest.of(1)
                .idempotencyKey("secret-key")
                .line(1, 2, 30)
                .line(2, 3)
                .payment(Payment.EXTERNAL)
                .hostData("secret-data".getBytes(StandardCharsets.UTF_8))
                .build());
        String id = box.park(order);
        OpenedDeadLetter opened = opened(id.toUpperCase());
        DeadLetter letter = opened.letter();
        assertEquals(id, letter.id());
        assertEquals(DeadLetterReason.POISON, letter.reason());
        assertEquals("a test", letter.detail());
        assertEquals(Optional.of(order.id()), letter.orderId());
        assertEquals(Optional.of(OrderStatus.PARKED), letter.orderStatus());
        assertEquals(OptionalInt.of(3), letter.attempts());
        assertArrayEquals(LetterBox.frame(order), opened.bytes());
        assertEquals(opened.bytes().length, letter.length());
        assertTrue(letter.isWhole());
        OpenedDeadLetter.Content content = opened.contents().get(0);
        assertEquals(order.id(), content.orderId());
        assertEquals(1, content.buyer());
        assertEquals(order.lines(), content.lines());
        assertEquals(Payment.EXTERNAL, content.payment());
        assertArrayEquals(order.hostData(), content.hostData());
        assertEquals(Optional.of(OrderStatus.PARKED), opened.order().map(Order::status));
        String shown = opened + " " + opened.contents();
        assertFalse(shown.contains("secret"), shown);
        assertEquals(
                List.of(letter),
                office.page(DeadLetterFilter.ALL, PageRequest.first(10)).entries());
        byte[] changed = opened.bytes();
        changed[0]++;
        assertEquals(opened, opened(id), "what is handed out is a copy");
    }

    @Test
    void aConflictIsShownBesideTheOrderThatWon() {
        box.stocked();
        OrderEntry winner = order(1, 1, 2);
        shop().decide(List.of(winner));
        OpenedDeadLetter opened = opened(box.conflict(winner));
        assertEquals(DeadLetterReason.CONFLICT, opened.letter().reason());
        assertEquals(OptionalInt.empty(), opened.letter().attempts());
        assertEquals(Optional.of(OrderStatus.COMPLETED), opened.letter().orderStatus());
        assertEquals(2, opened.contents().get(0).buyer());
        Order won = opened.order().orElseThrow();
        assertEquals(winner.id(), won.id());
        assertEquals(1, won.buyer());
        assertEquals(20, won.total());
    }

    @Test
    void messagesAreShownAsFarAsTheyCanBeRead() {
        OrderEntry stranger = order(5, 6, 7);
        byte[] noise = {0, 1, -1};
        OpenedDeadLetter undecodable = opened(box.bury(DeadLetterReason.UNDECODABLE, noise));
        assertArrayEquals(noise, undecodable.bytes());
        assertEquals(List.of(), undecodable.contents());
        assertTrue(undecodable.unreadable().orElseThrow().contains("bytes"));
        assertEquals(Optional.empty(), undecodable.letter().orderId());
        assertEquals(Optional.empty(), undecodable.letter().orderStatus());
        assertEquals(Optional.empty(), undecodable.order());

        byte[] tagged = FrameKeys.NONE.writing(new byte[32]).toMessage(LetterBox.frame(stranger));
        OpenedDeadLetter unauthenticated = opened(box.bury(DeadLetterReason.UNAUTHENTICATED, tagged));
        assertEquals(stranger.id(), unauthenticated.contents().get(0).orderId(), "what it claims");
        assertEquals(Optional.empty(), unauthenticated.unreadable());

        OpenedDeadLetter foreign =
                opened(box.bury(DeadLetterReason.FOREIGN_SHOP, LetterBox.frame(LetterBox.OTHER_SHOP, stranger)));
        assertEquals(stranger.lines(), foreign.contents().get(0).lines());
    }

    @Test
    void whatIsCutSaysHowMuchIsKept() {
        byte[] large = new byte[Limits.FRAME_BYTES + 1];
        OpenedDeadLetter cut = opened(box.bury(DeadLetterReason.UNDECODABLE, large));
        assertEquals(Limits.FRAME_BYTES, cut.letter().kept());
        assertEquals(Limits.FRAME_BYTES, cut.bytes().length);
        assertEquals(Limits.FRAME_BYTES + 1, cut.letter().length());
        assertFalse(cut.letter().isWhole());
        assertTrue(cut.unreadable().orElseThrow().contains("262144 of its 262145 bytes"));
        OpenedDeadLetter stranger = opened(box.bury(DeadLetterReason.UNAUTHENTICATED, Arrays.copyOf(large, 300)));
        assertEquals(256, stranger.bytes().length);
    }

    @Test
    void anOrderThatCannotBeReadIsShownWithTheReason() {
        OrderEntry order = order(1, 1, 1);
        shop().journalRows(List.of(order));
        shop().execute("UPDATE orderflow_orders SET request = x'ff'");
        box.parkAgain(order, DeadLetterReason.POISON, 1);
        OpenedDeadLetter opened = opened(ids(DeadLetterFilter.ALL).get(0));
        assertEquals(List.of(), opened.contents());
        assertTrue(opened.unreadable().isPresent());
        assertEquals(17, opened.bytes().length);
        assertEquals(List.of(), opened.order().orElseThrow().lines());
    }

    @Test
    void whatIsNotThereIsNotFound() {
        assertEquals(Optional.empty(), office.find("00".repeat(32)));
        assertEquals(new Page<>(List.of(), Optional.empty()), office.page(DeadLetterFilter.ALL, PageRequest.first(1)));
    }

    @Test
    void aFilterLeavesOutWhatBreaksOneOfItsConditions() {
        OrderEntry order = order(1, 1, 1);
        String poison = box.park(order);
        String conflict = box.conflict(order);
        String crashed = box.park(order(1, 1, 1));
        shop().execute("UPDATE orderflow_dead_letter SET reason = 3 WHERE hash = x'" + crashed + "'");
        String noise = box.bury(DeadLetterReason.UNDECODABLE, new byte[] {1});
        List<String> oldestFirst = List.of(poison, conflict, crashed, noise);
        for (int i = 0; i < oldestFirst.size(); i++) {
            box.age(oldestFirst.get(i), Duration.ofHours(10 - i).toMillis());
        }
        assertEquals(List.of(noise, crashed, conflict, poison), ids(DeadLetterFilter.ALL), "newest first");
        assertEquals(
                List.of(noise, crashed),
                ids(DeadLetterFilter.ALL.withReasons(DeadLetterReason.UNDECODABLE, DeadLetterReason.CRASHED_WORKER)));
        assertEquals(List.of(conflict, poison), ids(DeadLetterFilter.ALL.withOrder(order.id())));
        assertEquals(List.of(), ids(DeadLetterFilter.ALL.withOrder(UUID.randomUUID())));
        Instant second = opened(conflict).letter().createdAt();
        assertEquals(List.of(poison), ids(DeadLetterFilter.ALL.withBefore(second)));
        assertEquals(List.of(conflict, poison), ids(DeadLetterFilter.ALL.withBefore(second.plusNanos(1))));
        assertEquals(List.of(noise, crashed, conflict), ids(DeadLetterFilter.ALL.withFrom(second)));
        assertEquals(List.of(noise, crashed), ids(DeadLetterFilter.ALL.withFrom(second.plusNanos(1))));
        assertEquals(
                List.of(conflict),
                ids(DeadLetterFilter.ALL
                        .withFrom(second)
                        .withBefore(second.plusSeconds(1))
                        .withReasons(DeadLetterReason.CONFLICT)
                        .withOrder(order.id())));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 500})
    void pagesTogetherHaveEachOnceAlsoOfOneTime(int size) {
        IntStream.range(0, 7).forEach(i -> box.bury(DeadLetterReason.UNDECODABLE, new byte[] {(byte) i}));
        shop().execute("UPDATE orderflow_dead_letter SET created_at = '2026-01-02 03:04:05.678901'");
        List<DeadLetter> all = new ArrayList<>();
        Optional<String> next = Optional.empty();
        do {
            Page<DeadLetter> page = office.page(DeadLetterFilter.ALL, new PageRequest(size, next));
            assertTrue(page.entries().size() <= size);
            all.addAll(page.entries());
            next = page.next();
        } while (next.isPresent());
        assertEquals(7, all.size());
        assertEquals(7, all.stream().map(DeadLetter::id).distinct().count());
        assertEquals(Instant.parse("2026-01-02T03:04:05.678901Z"), all.get(0).createdAt());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "1", "_", "1_00", "x_", "9999999999999999999_aa", "999999999999999999_" + ZEROS, "' OR 1"})
    void whatIsNotTheNextOfAPageIsRefused(String after) {
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class, () -> office.page(DeadLetterFilter.ALL, PageRequest.after(after, 10)));
        assertTrue(refused.getMessage().contains("after"), refused::getMessage);
    }

    private static final String ZEROS = "0000000000000000000000000000000000000000000000000000000000000000";

    @ParameterizedTest
    @ValueSource(strings = {"", "0", ZEROS + "0", "g000000000000000000000000000000000000000000000000000000000000000"})
    void whatIsNoIdIsRefused(String id) {
        for (Runnable asked : List.<Runnable>of(
                () -> office.find(id), () -> office.redrive(id, "me"), () -> office.discard(id, "me"))) {
            InvalidOrderException refused = assertThrows(InvalidOrderException.class, asked::run);
            assertEquals("id", refused.field());
        }
    }

    @Test
    void timesOutsideTheColumnsAndIntervalsThatEndBeforeTheyBeginAreRefused() {
        Instant now = Instant.parse("2026-01-02T03:04:05Z");
        for (Instant far : List.of(Instant.MIN, Instant.MAX, Instant.parse("0999-12-31T23:59:59Z"))) {
            assertThrows(InvalidOrderException.class, () -> DeadLetterFilter.ALL.withFrom(far));
            assertThrows(InvalidOrderException.class, () -> DeadLetterFilter.ALL.withBefore(far));
        }
        DeadLetterFilter from = DeadLetterFilter.ALL.withFrom(now);
        InvalidOrderException refused = assertThrows(InvalidOrderException.class, () -> from.withBefore(now));
        assertEquals("before", refused.field());
        assertEquals(List.of(), ids(from.withBefore(Instant.parse("9999-12-31T23:59:59.999999Z"))));
    }
}
