package io.orderflow;

import static io.orderflow.Refusals.assertInvalid;
import static io.orderflow.Refusals.assertNull;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.orderflow.internal.codec.OrderIds;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OrderRequestTest {
    private static final UUID ID = new UUID(1, 2);
    private static final List<OrderLine> LINES = List.of(OrderLine.of(5, 2));
    private static final byte[] NONE = {};

    @Test
    void aRequestHoldsWhatItsBuilderWasGiven() {
        OrderRequest request = OrderRequest.of(7)
                .line(5, 2)
                .line(6, 3, 999)
                .line(OrderLine.of(5, 1))
                .payment(Payment.EXTERNAL)
                .id(ID)
                .hostData(new byte[] {1, 2})
                .build();
        assertEquals(ID, request.id());
        assertEquals(7, request.buyer());
        assertEquals(List.of(OrderLine.of(5, 2), OrderLine.of(6, 3, 999), OrderLine.of(5, 1)), request.lines());
        assertEquals(Payment.EXTERNAL, request.payment());
        assertEquals(Optional.empty(), request.idempotencyKey());
        assertArrayEquals(new byte[] {1, 2}, request.hostData());
    }

    @Test
    void theWalletPaysIfNothingIsSaid() {
        assertEquals(Payment.WALLET, OrderRequest.of(7).line(5, 2).build().payment());
    }

    @Test
    void theSameBuyerAndKeyGiveTheSameId() {
        OrderRequest first = keyed(7, "cart-77").build();
        assertEquals(UUID.fromString("528adb0c-26f9-8c82-bcee-3d823f4aa8c3"), first.id());
        assertEquals(Optional.of("cart-77"), first.idempotencyKey());
        assertEquals(first.id(), keyed(7, "cart-77").line(6, 1).build().id());
        assertNotEquals(first.id(), keyed(8, "cart-77").build().id());
        assertNotEquals(first.id(), keyed(7, "cart-78").build().id());
    }

    @Test
    void withoutAKeyEachRequestIsAnotherOrder() {
        OrderRequest.Builder builder = OrderRequest.of(7).line(5, 2);
        UUID first = builder.build().id();
        UUID second = builder.build().id();
        assertEquals(7, first.version());
        assertNotEquals(first, second);
    }

    private static OrderRequest.Builder keyed(long buyer, String key) {
        return OrderRequest.of(buyer).line(5, 2).idempotencyKey(key);
    }

    @Test
    void aKeyAndAnIdOfOnesOwnExcludeEachOther() {
        String rule = "must be derived from buyer and idempotencyKey when a key is given";
        assertInvalid("id", ID, rule, () -> keyed(7, "a").id(ID).build());
        assertInvalid(
                "id",
                ID,
                rule,
                () -> new OrderRequest(ID, 7, LINES, Payment.WALLET, Optional.empty(), false, Optional.of("a"), NONE));
        UUID derived = keyed(7, "a").build().id();
        assertEquals(derived, keyed(7, "a").id(derived).build().id());
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE})
    void aBuyerIsNotNegative(long buyer) {
        assertInvalid("buyer", buyer, "must be >= 0", () -> OrderRequest.of(buyer));
        assertInvalid(
                "buyer",
                buyer,
                "must be >= 0",
                () -> new OrderRequest(
                        ID, buyer, LINES, Payment.WALLET, Optional.empty(), false, Optional.empty(), NONE));
        assertEquals(0, OrderRequest.of(0).line(1, 1).build().buyer());
        assertEquals(
                Long.MAX_VALUE,
                OrderRequest.of(Long.MAX_VALUE).line(1, 1).build().buyer());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 101})
    void anOrderHasOneToAHundredLines(int count) {
        assertInvalid("lines", count, "must have between 1 and 100 entries", () -> ofLines(count));
        assertEquals(100, ofLines(100).lines().size());
    }

    private static OrderRequest ofLines(int count) {
        return new OrderRequest(
                ID,
                7,
                Collections.nCopies(count, OrderLine.of(5, 2)),
                Payment.WALLET,
                Optional.empty(),
                false,
                Optional.empty(),
                NONE);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 256, 100_000})
    void aKeyHasOneTo255Characters(int length) {
        String rule = "must have between 1 and 255 characters";
        assertInvalid(
                "idempotencyKey",
                length + " characters",
                rule,
                () -> keyed(7, "k".repeat(length)).build());
        assertEquals(8, keyed(7, "k".repeat(255)).build().id().version());
    }

    @ParameterizedTest
    @CsvSource({
        "'\ud800', U+D800 at character 1",
        "'ab\udfff', U+DFFF at character 3",
        "'\ud83d\ude00\ud83d', U+D83D at character 3",
        "'\ude00\ud83d', U+DE00 at character 1",
        "'a\0', U+0000 at character 2"
    })
    void aKeyIsTextThatIsGivenBackAsItIs(String key, String value) {
        String rule = "must have neither unpaired surrogates nor NUL";
        assertInvalid("idempotencyKey", value, rule, () -> OrderRequest.of(7).idempotencyKey(key));
        assertInvalid(
                "idempotencyKey",
                value,
                rule,
                () -> new OrderRequest(
                        OrderIds.fromKey(7, key),
                        7,
                        LINES,
                        Payment.WALLET,
                        Optional.empty(),
                        false,
                        Optional.of(key),
                        NONE));
        assertInvalid("reference", value, rule, () -> StockAdjustment.restock(1, 1, key));
        assertInvalid("reference", value, rule, () -> WalletAdjustment.deposit(1, 1, key));
    }

    @Test
    void keysAreComparedAsTheyAre() {
        List<String> keys = List.of("a", "A", "a ", " a", "a\t", "\u00e4", "a\u0308", "\ud83d\ude00", "\ud83d\ude01");
        Set<UUID> ids = keys.stream().map(key -> keyed(7, key).build().id()).collect(Collectors.toSet());
        assertEquals(keys.size(), ids.size());
    }

    /** It could be the id of another buyer's key, whose order would then be a conflict. */
    @Test
    void theIdOfAKeyIsNotTakenWithoutTheKey() {
        UUID derived = keyed(8, "cart-77").build().id();
        String rule = "must not be of version 8, which stands for an idempotency key, without that key";
        assertInvalid(
                "id",
                derived,
                rule,
                () -> OrderRequest.of(7).line(5, 2).id(derived).build());
        assertInvalid(
                "id",
                derived,
                rule,
                () -> new OrderRequest(
                        derived, 7, LINES, Payment.WALLET, Optional.empty(), false, Optional.empty(), NONE));
        for (UUID own : List.of(UUID.randomUUID(), new UUID(0, 0), new UUID(-1, -1), new UUID(0x8000, 0))) {
            assertEquals(own, OrderRequest.of(7).line(5, 2).id(own).build().id());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1_025, 1_000_000})
    void hostDataHasAtMost1024Bytes(int length) {
        OrderRequest.Builder builder = OrderRequest.of(7).line(5, 2);
        assertInvalid(
                "hostData",
                length + " bytes",
                "must be at most 1024 bytes",
                () -> builder.hostData(new byte[length]).build());
        assertEquals(1_024, builder.hostData(new byte[1_024]).build().hostData().length);
    }

    @Test
    void theTotalOfAllPricedLinesIsLimited() {
        OrderRequest.Builder full = OrderRequest.of(7)
                .line(1, 1, Limits.AMOUNT - 6)
                .line(2, 3, 2)
                .line(3, 9, 0)
                .line(4, 1_000_000);
        assertEquals(4, full.build().lines().size());
        String rule = "must keep the order's total at or below 1000000000000000";
        assertInvalid("lines[4].unitPrice", 1, rule, () -> full.line(5, 1, 1).build());
    }

    @Test
    void aTotalThatDoesNotFitALongIsRefusedToo() {
        String rule = "must keep the order's total at or below 1000000000000000";
        OrderRequest.Builder one = OrderRequest.of(7).line(1, Limits.QUANTITY, Limits.AMOUNT);
        assertInvalid("lines[0].unitPrice", Limits.AMOUNT, rule, one::build);
        // 18,447 x 10^15 is 2^64 + 2.6 x 10^14: in wrapping arithmetic a small positive number
        OrderRequest.Builder wrapping = OrderRequest.of(7).line(1, 18_447, Limits.AMOUNT);
        assertInvalid("lines[0].unitPrice", Limits.AMOUNT, rule, wrapping::build);
    }

    @Test
    void whatWasGivenCanChangeAfterwards() {
        byte[] hostData = {1};
        List<OrderLine> lines = new ArrayList<>(LINES);
        OrderRequest request =
                new OrderRequest(ID, 7, lines, Payment.WALLET, Optional.empty(), false, Optional.empty(), hostData);
        OrderRequest.Builder builder = OrderRequest.of(7).line(5, 2).hostData(hostData);
        hostData[0] = 2;
        lines.clear();
        request.hostData()[0] = 3;
        assertArrayEquals(new byte[] {1}, request.hostData());
        assertArrayEquals(new byte[] {1}, builder.build().hostData());
        assertEquals(LINES, request.lines());
        assertThrows(UnsupportedOperationException.class, () -> request.lines().clear());
    }

    @Test
    void aBuiltRequestDoesNotFollowItsBuilder() {
        OrderRequest.Builder builder = OrderRequest.of(7).line(5, 2);
        OrderRequest request = builder.build();
        builder.line(6, 1).hostData(new byte[] {1});
        assertEquals(LINES, request.lines());
        assertEquals(0, request.hostData().length);
    }

    @Test
    void requestsWithTheSameValuesAreEqual() {
        OrderRequest request = new OrderRequest(
                ID, 7, LINES, Payment.WALLET, Optional.empty(), false, Optional.empty(), new byte[] {1});
        OrderRequest same = new OrderRequest(
                ID, 7, LINES, Payment.WALLET, Optional.empty(), false, Optional.empty(), new byte[] {1});
        assertEquals(request, same);
        assertEquals(request.hashCode(), same.hashCode());
        List<OrderLine> otherLines = List.of(OrderLine.of(5, 3));
        assertNotEquals(
                request,
                new OrderRequest(
                        new UUID(1, 3),
                        7,
                        LINES,
                        Payment.WALLET,
                        Optional.empty(),
                        false,
                        Optional.empty(),
                        new byte[] {1}));
        assertNotEquals(
                request,
                new OrderRequest(
                        ID, 8, LINES, Payment.WALLET, Optional.empty(), false, Optional.empty(), new byte[] {1}));
        assertNotEquals(
                request,
                new OrderRequest(
                        ID, 7, otherLines, Payment.WALLET, Optional.empty(), false, Optional.empty(), new byte[] {1}));
        assertNotEquals(
                request,
                new OrderRequest(
                        ID, 7, LINES, Payment.WALLET, Optional.empty(), false, Optional.empty(), new byte[] {2}));
        assertNotEquals(
                request,
                new OrderRequest(
                        ID, 7, LINES, Payment.EXTERNAL, Optional.empty(), false, Optional.empty(), new byte[] {1}));
        assertNotEquals(keyed(7, "a").build(), keyed(7, "b").build());
        assertNotEquals(keyed(7, "a").build(), keyed(7, "a").urgent().build());
        assertEquals(keyed(7, "a").build(), keyed(7, "a").urgent().urgent(false).build());
    }

    @Test
    void itsTextShowsNeitherKeyNorHostData() {
        byte[] hostData = "card 4711".getBytes(StandardCharsets.UTF_8);
        String text = keyed(7, "mail@host").hostData(hostData).build().toString();
        assertFalse(
                text.contains("mail@host") || text.contains("4711") || text.contains(Arrays.toString(hostData)), text);
        assertEquals(
                "payment=WALLET, idempotencyKey=9 characters, hostData=9 bytes]",
                text.substring(text.indexOf("payment")));
    }

    @Test
    void nullIsRefused() {
        OrderRequest.Builder builder = OrderRequest.of(7);
        assertNull("id", () -> builder.id(null));
        assertNull("idempotencyKey", () -> builder.idempotencyKey(null));
        assertNull("payment", () -> builder.payment(null));
        assertNull(
                "payment", () -> new OrderRequest(ID, 7, LINES, null, Optional.empty(), false, Optional.empty(), NONE));
        assertNull("line", () -> builder.line(null));
        assertNull(
                "id",
                () -> new OrderRequest(
                        null, 7, LINES, Payment.WALLET, Optional.empty(), false, Optional.empty(), NONE));
        assertNull(
                "idempotencyKey",
                () -> new OrderRequest(ID, 7, LINES, Payment.WALLET, Optional.empty(), false, null, NONE));
        assertThrows(NullPointerException.class, () -> builder.hostData(null));
        assertThrows(
                NullPointerException.class,
                () -> new OrderRequest(ID, 7, null, Payment.WALLET, Optional.empty(), false, Optional.empty(), NONE));
        assertThrows(
                NullPointerException.class,
                () -> new OrderRequest(ID, 7, LINES, Payment.WALLET, Optional.empty(), false, Optional.empty(), null));
    }
}
