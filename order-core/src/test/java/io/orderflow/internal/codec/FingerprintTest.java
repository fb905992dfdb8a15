package io.orderflow.internal.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.Limits;
import io.orderflow.OrderLine;
import io.orderflow.OrderRequest;
import io.orderflow.Payment;
import java.time.Duration;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FingerprintTest {
    private static final byte[] NONE = {};

    // The golden values were computed by another program from the Javadoc. They must never change: the rows of all
    // orders
    // hold such values, and with others every repeated request would be called a conflict.
    @Test
    void goldenSmallestOrder() {
        assertHex("35ead30bf036aac5e4594ac6c0c83adc", fingerprint(0, List.of(OrderLine.of(0, 1)), NONE));
    }

    @Test
    void goldenOrderWithPriceAndHostData() {
        List<OrderLine> lines = List.of(OrderLine.of(11, 2), OrderLine.of(12, 3, 999));
        assertHex("fde8e3b060fafa0710a4419fab4ee8a3", fingerprint(7, lines, new byte[] {1, 2}));
    }

    @Test
    void goldenOrderAtTheLimits() {
        List<OrderLine> lines = List.of(
                OrderLine.of(Long.MAX_VALUE, Limits.QUANTITY, 0), OrderLine.of(Long.MAX_VALUE, 1, Limits.AMOUNT));
        byte[] hostData = new byte[Limits.HOST_DATA];
        for (int i = 0; i < hostData.length; i++) {
            hostData[i] = (byte) i;
        }
        assertHex("0ae693f70f2db9e1c794de62abc3009d", fingerprint(Long.MAX_VALUE, lines, hostData));
    }

    @Test
    void goldenOrderOfAHundredLines() {
        List<OrderLine> lines = IntStream.range(0, Limits.LINES)
                .mapToObj(i -> i == 0 ? OrderLine.of(0, 1) : OrderLine.of(i, i + 1, i - 1))
                .toList();
        assertHex("b0d0357264f39613d313b1af24f95c55", fingerprint(42, lines, NONE));
    }

    @Test
    void goldenOrdersThatNoWalletPays() {
        assertHex(
                "b67d3563e447400eaf992be92a4ddc86",
                Fingerprint.of(0, List.of(OrderLine.of(0, 1)), Payment.EXTERNAL, Optional.empty(), NONE));
        List<OrderLine> lines = List.of(OrderLine.of(11, 2), OrderLine.of(12, 3, 999));
        assertHex(
                "7172529439973397eb364eef58079f57",
                Fingerprint.of(7, lines, Payment.EXTERNAL, Optional.empty(), new byte[] {1, 2}));
    }

    @Test
    void goldenOrdersThatHoldWhatTheyTake() {
        assertHex(
                "e0e91980699377a64aa05816735f3c95",
                Fingerprint.of(
                        0, List.of(OrderLine.of(0, 1)), Payment.WALLET, Optional.of(Duration.ofSeconds(1)), NONE));
        List<OrderLine> lines = List.of(OrderLine.of(11, 2), OrderLine.of(12, 3, 999));
        byte[] hostData = {1, 2};
        assertHex(
                "d779c9425d1a6411062c1cf1cff471a0",
                Fingerprint.of(7, lines, Payment.EXTERNAL, Optional.of(Duration.ofMinutes(15)), hostData));
        assertHex(
                "caca1d711b5981d60dd9254207b84341",
                Fingerprint.of(7, lines, Payment.WALLET, Optional.of(Duration.ofDays(90)), hostData));
    }

    @Test
    void everyPartOfTheContentCounts() {
        List<Fingerprint> all = List.of(
                fingerprint(1, List.of(OrderLine.of(5, 6)), NONE),
                fingerprint(2, List.of(OrderLine.of(5, 6)), NONE),
                fingerprint(1, List.of(OrderLine.of(6, 6)), NONE),
                fingerprint(1, List.of(OrderLine.of(5, 7)), NONE),
                fingerprint(1, List.of(OrderLine.of(5, 6, 0)), NONE),
                fingerprint(1, List.of(OrderLine.of(5, 6, 1)), NONE),
                fingerprint(1, List.of(OrderLine.of(5, 6)), new byte[1]),
                fingerprint(1, List.of(OrderLine.of(5, 6)), new byte[2]),
                fingerprint(1, List.of(OrderLine.of(5, 6), OrderLine.of(5, 6)), NONE),
                fingerprint(1, List.of(OrderLine.of(5, 12)), NONE),
                Fingerprint.of(1, List.of(OrderLine.of(5, 6)), Payment.EXTERNAL, Optional.empty(), NONE),
                fingerprint(1, List.of(OrderLine.of(5, 6), OrderLine.of(7, 8)), NONE),
                fingerprint(1, List.of(OrderLine.of(7, 8), OrderLine.of(5, 6)), NONE));
        Set<Fingerprint> different = new HashSet<>(all);
        assertEquals(all.size(), different.size());
    }

    @Test
    void theIdAndTheKeyDoNotCount() {
        OrderRequest.Builder keyed = OrderRequest.of(1).line(5, 6).idempotencyKey("a");
        OrderRequest.Builder named = OrderRequest.of(1).line(5, 6).id(new UUID(1, 2));
        assertEquals(
                OrderEntry.of(keyed.build()).fingerprint(),
                OrderEntry.of(named.build()).fingerprint());
    }

    @Test
    void anEntryHasTheFingerprintOfItsContent() {
        Seeds.forEach(2_000, random -> {
            OrderRequest request = RandomOrders.request(random);
            assertEquals(
                    Fingerprint.of(
                            request.buyer(), request.lines(), request.payment(), request.holdFor(), request.hostData()),
                    OrderEntry.of(request).fingerprint());
        });
    }

    @Test
    void bytesAndHexAreTheSame() {
        Fingerprint fingerprint = new Fingerprint(0x0102030405060708L, 0xfffefdfcfbfaf9f8L);
        assertHex("0102030405060708fffefdfcfbfaf9f8", fingerprint);
        byte[] among = new byte[18];
        System.arraycopy(fingerprint.toBytes(), 0, among, 1, 16);
        assertEquals(fingerprint, Fingerprint.fromBytes(among, 1));
        assertThrows(IndexOutOfBoundsException.class, () -> Fingerprint.fromBytes(among, 3));
    }

    private static Fingerprint fingerprint(long buyer, List<OrderLine> lines, byte[] hostData) {
        return Fingerprint.of(buyer, lines, Payment.WALLET, Optional.empty(), hostData);
    }

    private static void assertHex(String hex, Fingerprint fingerprint) {
        StringBuilder target = new StringBuilder();
        fingerprint.appendHex(target);
        assertEquals(hex, target.toString());
        assertEquals(hex, HexFormat.of().formatHex(fingerprint.toBytes()));
        assertTrue(hex.length() == 2 * Fingerprint.BYTES);
    }
}
