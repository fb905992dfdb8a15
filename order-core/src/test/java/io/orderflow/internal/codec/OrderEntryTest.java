package io.orderflow.internal.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.InvalidOrderException;
import io.orderflow.Limits;
import io.orderflow.OrderLine;
import io.orderflow.OrderRequest;
import io.orderflow.Payment;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OrderEntryTest {
    private static final UUID ID = new UUID(1, 2);
    private static final HexFormat HEX = HexFormat.of();

    // Golden bytes, put together by another program from RequestCodec's Javadoc: the journal's rows hold them for
    // years.
    @Test
    void goldenRequests() throws MalformedException {
        assertRequest("010100010000", OrderRequest.of(0).line(0, 1));
        OrderRequest.Builder two =
                OrderRequest.of(7).line(11, 2).line(12, 3, 999).hostData(new byte[] {1, 2});
        assertRequest("01020b02000c03e807020102", two);
        assertRequest("81020b02000c03e807020102", two.payment(Payment.EXTERNAL));
        assertRequest("c1a0f736020b02000c03e807020102", two.holdFor(Duration.ofMinutes(15)));
        assertRequest("41e8070100010000", OrderRequest.of(0).line(0, 1).holdFor(Duration.ofSeconds(1)));
    }

    private static void assertRequest(String hex, OrderRequest.Builder builder) throws MalformedException {
        OrderRequest request = builder.id(ID).build();
        assertEquals(hex, HEX.formatHex(OrderEntry.of(request).request()));
        assertSame(request, OrderEntry.decode(ID, request.buyer(), HEX.parseHex(hex)));
    }

    @Test
    void whatIsWrittenIsReadBack() {
        Seeds.forEach(20_000, random -> {
            OrderRequest request = RandomOrders.request(random);
            OrderEntry written = OrderEntry.of(request);
            assertSame(request, written);
            OrderEntry read = OrderEntry.decode(request.id(), request.buyer(), written.request());
            assertSame(request, read);
            assertEquals(written.fingerprint(), read.fingerprint());
        });
    }

    static void assertSame(OrderRequest expected, OrderEntry actual) {
        assertEquals(expected.id(), actual.id());
        assertEquals(expected.buyer(), actual.buyer());
        assertEquals(expected.lines(), actual.lines());
        assertEquals(expected.payment(), actual.payment());
        assertEquals(expected.payment() == Payment.WALLET, actual.needsWallet());
        assertEquals(expected.holdFor(), actual.holdFor());
        assertEquals(expected.urgent(), actual.isUrgent());
        assertArrayEquals(expected.hostData(), actual.hostData());
        assertEquals(expected.lines().size(), actual.lineCount());
        for (int i = 0; i < actual.lineCount(); i++) {
            OrderLine line = expected.lines().get(i);
            assertEquals(line.product(), actual.product(i));
            assertEquals(line.quantity(), actual.quantity(i));
            assertEquals(line.unitPrice().orElse(OrderEntry.NO_PRICE), actual.unitPrice(i));
        }
    }

    @Test
    void theLargestOrderFitsTheJournal() throws MalformedException {
        OrderRequest.Builder builder = OrderRequest.of(Long.MAX_VALUE)
                .hostData(new byte[Limits.HOST_DATA])
                .holdFor(Limits.LONGEST_HOLD);
        for (int i = 0; i < Limits.LINES; i++) {
            builder.line(Long.MAX_VALUE, i == 0 ? 1 : Limits.QUANTITY, i == 0 ? Limits.AMOUNT : 0);
        }
        byte[] largest = OrderEntry.of(builder.build()).request();
        assertEquals(1 + 5 + 1 + (9 + 1 + 8) + 99 * (9 + 3 + 1) + 2 + 1_024, largest.length);
        assertEquals(100, OrderEntry.decode(ID, 0, largest).lineCount());
    }

    /** In the journal, in frames and in dead letters; SQL tells payment and hold by the same byte. */
    @Test
    void urgencyCostsNoByteAndChangesNothingElse() throws MalformedException {
        for (Payment payment : Payment.values()) {
            for (Optional<Duration> hold : List.of(Optional.<Duration>empty(), Optional.of(Limits.LONGEST_HOLD))) {
                OrderRequest.Builder builder =
                        OrderRequest.of(7).id(ID).line(1, 2).payment(payment);
                hold.ifPresent(builder::holdFor);
                OrderEntry ordinary = OrderEntry.of(builder.build());
                OrderEntry urgent = OrderEntry.of(builder.urgent().build());
                assertEquals(ordinary.request().length, urgent.request().length);
                assertEquals(ordinary.fingerprint(), urgent.fingerprint());
                assertTrue(OrderEntry.decode(ID, 7, urgent.request()).isUrgent());
                assertFalse(OrderEntry.decode(ID, 7, ordinary.request()).isUrgent());
                assertSame(builder.build(), OrderEntry.decode(ID, 7, urgent.request()));
                assertArrayEquals(ordinary.request(), urgent.ordinary().request());
                assertEquals(ordinary.fingerprint(), urgent.ordinary().fingerprint());
                assertTrue(urgent.isUrgent(), "the same bytes as before");
            }
        }
    }

    @Test
    void anEntryKeepsItsHostDataFromItsReaders() {
        OrderEntry entry = OrderEntry.of(
                OrderRequest.of(1).line(1, 1).hostData(new byte[] {7}).build());
        entry.hostData()[0] = 8;
        assertArrayEquals(new byte[] {7}, entry.hostData());
    }

    @Test
    void itsTextShowsNoContent() {
        OrderEntry entry = OrderEntry.of(OrderRequest.of(4_711)
                .id(ID)
                .line(815, 3, 777)
                .hostData("secret".getBytes(StandardCharsets.UTF_8))
                .build());
        assertEquals("OrderEntry[id=" + ID + ", lines=1, request=14 bytes]", entry.toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|request must have between 6 and 4096 bytes: 0",
                "0101000100|request must have between 6 and 4096 bytes: 5",
                "000100010000|request version must be 1: 0",
                "020100010000|request version must be 1: 2",
                "800100010000|request version must be 1: 0",
                "910100010000|request version must be 1: 17",
                "ff0100010000|request version must be 1: 31",
                "410101000100|hold in ms must be between 1000 and 7776000000: 1 at byte 1",
                "010000010000|number of lines must be between 1 and 100: 0 at byte 1",
                "016500010000|number of lines must be between 1 and 100: 101 at byte 1",
                "01ffffffffffffffff7f00|number of lines must be between 1 and 100: 9223372036854775807 at byte 1",
                "016400010000|request of 100 lines must have at least 300 bytes more, but has 4",
                "010100000000|quantity must be between 1 and 1000000: 0 at byte 3",
                "010100c1843d0000|quantity must be between 1 and 1000000: 1000001 at byte 3",
                "0101000182809aa6eaafe30100|unitPrice + 1 must be between 0 and 1000000000000001: "
                        + "1000000000000002 at byte 4",
                "0101000281809aa6eaafe30100|total must be at most 1000000000000000: exceeded by line 0",
                "0101000100810800|hostData length must be between 0 and 1024: 1025 at byte 5",
                "01010001000201|hostData of 2 bytes exceeds the 1 bytes that remain at byte 6",
                "01010001000000|request must end at byte 6, but has 1 bytes more",
                "0101800001000000|product must be in its shortest form, but is padded at byte 2",
                "01018080808080808080800100|product must have at most 9 bytes, but has more at byte 2",
                "010180808080808080|product is cut off at byte 9",
            })
    void aBrokenRequestIsRefusedWithItsReason(String hex, String reason) {
        byte[] request = HEX.parseHex(hex);
        assertEquals(reason, refusal(0, request));
    }

    @Test
    void aNegativeBuyerIsRefused() {
        assertEquals("buyer must be >= 0: -1", refusal(-1, HEX.parseHex("010100010000")));
    }

    @Test
    void aRequestOverItsLargestSizeIsRefused() {
        byte[] request = Arrays.copyOf(HEX.parseHex("010100010000"), 4_097);
        assertEquals("request must have between 6 and 4096 bytes: 4097", refusal(0, request));
    }

    @Test
    void aRequestCutOffAnywhereIsRefused() {
        byte[] whole = OrderEntry.of(OrderRequest.of(7)
                        .line(11, 2_000)
                        .line(12, 3, 999)
                        .hostData(new byte[200])
                        .build())
                .request();
        for (int length = 0; length < whole.length; length++) {
            assertFalse(refusal(7, Arrays.copyOf(whole, length)).isEmpty());
        }
    }

    private static String refusal(long buyer, byte[] request) {
        return assertThrows(MalformedException.class, () -> OrderEntry.decode(ID, buyer, request))
                .getMessage();
    }

    /** What the API refuses the wire must refuse, and nothing else: both check the same limits in code of their own. */
    @Test
    void theWireAndTheApiHaveTheSameRules() {
        int[] accepted = {0, 0};
        Seeds.forEach(20_000, random -> {
            Lines lines = anyLines(random);
            byte[] hostData = new byte[pick(random, 0, 0, 1, Limits.HOST_DATA, Limits.HOST_DATA + 1)];
            boolean wire = wireAccepts(lines, hostData);
            assertEquals(
                    apiAccepts(lines, hostData),
                    wire,
                    () -> HEX.formatHex(RequestCodec.encode(lines, Payment.WALLET, 0, false, hostData)));
            accepted[wire ? 1 : 0]++;
        });
        assertFalse(accepted[0] < 1_000 || accepted[1] < 1_000, () -> "too one-sided: " + Arrays.toString(accepted));
    }

    private static Lines anyLines(SplittableRandom random) {
        Lines lines = new Lines(pick(random, 0, 1, 1, 1, 2, 2, 3, Limits.LINES, Limits.LINES + 1));
        for (int i = 0; i < lines.count(); i++) {
            lines.product[i] = RandomOrders.number(random, Long.MAX_VALUE);
            lines.quantity[i] = random.nextInt(20) == 0
                    ? pick(random, 0, Limits.QUANTITY + 1)
                    : pick(random, 1, 2, Limits.QUANTITY);
            lines.unitPrice[i] = anyPrice(random, lines.quantity[i]);
        }
        return lines;
    }

    private static long anyPrice(SplittableRandom random, int quantity) {
        return switch (random.nextInt(20)) {
            case 0 -> Limits.AMOUNT + random.nextInt(2);
            case 1, 2 -> Limits.AMOUNT / Math.max(1, quantity) + random.nextInt(2);
            case 3, 4 -> Limits.AMOUNT / 2 / Math.max(1, quantity) + random.nextInt(2);
            case 5, 6, 7 -> random.nextInt(1_000);
            default -> OrderEntry.NO_PRICE;
        };
    }

    private static int pick(SplittableRandom random, int... values) {
        return values[random.nextInt(values.length)];
    }

    private static boolean wireAccepts(Lines lines, byte[] hostData) {
        try {
            OrderEntry.decode(ID, 0, RequestCodec.encode(lines, Payment.WALLET, 0, false, hostData));
            return true;
        } catch (MalformedException refused) {
            return false;
        }
    }

    private static boolean apiAccepts(Lines lines, byte[] hostData) {
        try {
            List<OrderLine> list = new ArrayList<>();
            for (int i = 0; i < lines.count(); i++) {
                OptionalLong price = lines.unitPrice[i] == OrderEntry.NO_PRICE
                        ? OptionalLong.empty()
                        : OptionalLong.of(lines.unitPrice[i]);
                list.add(new OrderLine(lines.product[i], lines.quantity[i], price));
            }
            new OrderRequest(ID, 0, list, Payment.WALLET, Optional.empty(), false, Optional.empty(), hostData);
            return true;
        } catch (InvalidOrderException refused) {
            return false;
        }
    }
}
