package io.orderflow.internal.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.Limits;
import io.orderflow.OrderRequest;
import io.orderflow.Payment;
import io.orderflow.TraceContext;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameCodecTest {
    private static final HexFormat HEX = HexFormat.of();

    // Golden frames, put together by another program from the Javadoc: two releases exchange them while a host is
    // upgraded.
    private static final String GOLDEN_SMALLEST = "4f460100" + "00000001" + "458848fc"
            + "00000000000000000000000000000000" + "000000000000000000000000000000000006010100010000";
    private static final String GOLDEN_TWO = "4f460100" + "00000002" + "bb428130"
            + "f0e1d2c3b4a5469788796a5b4c3d2e1f"
            + "0190a1b2c3d47e5f8a0b1c2d3e4f5061" + "07" + "0c" + "01020b02000c03e807020102"
            + "ffffffffffffffffffffffffffffffff" + "ffffffffffffffff7f" + "06" + "010100010000";

    private static final String GOLDEN_EXTERNAL = "4f460100" + "00000002" + "70992f80"
            + "f0e1d2c3b4a5469788796a5b4c3d2e1f"
            + "0190a1b2c3d47e5f8a0b1c2d3e4f5061" + "07" + "0c" + "81020b02000c03e807020102"
            + "ffffffffffffffffffffffffffffffff" + "ffffffffffffffff7f" + "06" + "010100010000";

    /** By the code of 08c5afd, whose processes have tables of schema version 1. */
    private static final String GOLDEN_FIRST_LAYOUT = "4f460100" + "0000019b76daa800" + "00000002" + "a345f9bf"
            + "0190a1b2c3d47e5f8a0b1c2d3e4f5061" + "07" + "0c" + "01020b02000c03e807020102"
            + "ffffffffffffffffffffffffffffffff" + "ffffffffffffffff7f" + "06" + "010100010000";

    private static final String GOLDEN_FIRST_SMALLEST = "4f460100" + "0000000000000000" + "00000001" + "83bd9b8c"
            + "000000000000000000000000000000000006010100010000";

    private static final UUID SHOP = UUID.fromString("f0e1d2c3-b4a5-4697-8879-6a5b4c3d2e1f");

    @Test
    void goldenSmallestFrame() throws MalformedException {
        OrderRequest request = OrderRequest.of(0).line(0, 1).id(new UUID(0, 0)).build();
        assertFrame(GOLDEN_SMALLEST, Frame.NO_SHOP, List.of(request));
    }

    @Test
    void goldenFramesOfTwoOrders() throws MalformedException {
        OrderRequest.Builder first = OrderRequest.of(7)
                .line(11, 2)
                .line(12, 3, 999)
                .hostData(new byte[] {1, 2})
                .id(UUID.fromString("0190a1b2-c3d4-7e5f-8a0b-1c2d3e4f5061"));
        OrderRequest second =
                OrderRequest.of(Long.MAX_VALUE).line(0, 1).id(new UUID(-1, -1)).build();
        assertFrame(GOLDEN_TWO, SHOP, List.of(first.build(), second));
        assertFrame(
                GOLDEN_EXTERNAL, SHOP, List.of(first.payment(Payment.EXTERNAL).build(), second));
    }

    /** What such a process left in a queue, or set aside, is no less an order. */
    @Test
    void framesOfTheFirstLayoutAreRead() throws MalformedException {
        OrderRequest first = OrderRequest.of(7)
                .line(11, 2)
                .line(12, 3, 999)
                .hostData(new byte[] {1, 2})
                .id(UUID.fromString("0190a1b2-c3d4-7e5f-8a0b-1c2d3e4f5061"))
                .build();
        OrderRequest second =
                OrderRequest.of(Long.MAX_VALUE).line(0, 1).id(new UUID(-1, -1)).build();
        Frame two = FrameCodec.decode(HEX.parseHex(GOLDEN_FIRST_LAYOUT));
        assertEquals(Frame.NO_SHOP, two.shop());
        assertSame(List.of(first, second), two);
        Frame smallest = FrameCodec.decode(HEX.parseHex(GOLDEN_FIRST_SMALLEST));
        assertSame(List.of(OrderRequest.of(0).line(0, 1).id(new UUID(0, 0)).build()), smallest);
    }

    @Test
    void aDamagedFrameOfTheFirstLayoutIsRefused() {
        for (int at = 0; at < GOLDEN_FIRST_LAYOUT.length() / 2; at++) {
            byte[] damaged = HEX.parseHex(GOLDEN_FIRST_LAYOUT);
            damaged[at] ^= 1;
            assertThrows(MalformedException.class, () -> FrameCodec.decode(damaged));
        }
    }

    private static void assertFrame(String hex, UUID shop, List<OrderRequest> requests) throws MalformedException {
        List<OrderEntry> entries = requests.stream().map(OrderEntry::of).toList();
        byte[] frame = FrameCodec.encode(shop, entries);
        assertEquals(hex, HEX.formatHex(frame));
        Frame decoded = FrameCodec.decode(frame);
        assertEquals(shop, decoded.shop());
        assertSame(requests, decoded);
        int size = entries.stream().mapToInt(FrameCodec::sizeOf).sum();
        assertEquals(frame.length, FrameCodec.HEADER_BYTES + size);
    }

    private static void assertSame(List<OrderRequest> requests, Frame frame) {
        assertEquals(requests.size(), frame.entries().size());
        for (int i = 0; i < requests.size(); i++) {
            OrderEntryTest.assertSame(requests.get(i), frame.entries().get(i));
        }
    }

    @Test
    void whatIsWrittenIsReadBack() {
        Seeds.forEach(2_000, random -> {
            List<OrderRequest> requests = new ArrayList<>();
            for (int i = random.nextInt(1, 30); i > 0; i--) {
                requests.add(RandomOrders.request(random));
            }
            UUID shop = new UUID(random.nextLong(), random.nextLong());
            assertFrame(HEX.formatHex(FrameCodec.encode(shop, entries(requests))), shop, requests);
        });
    }

    // by the Javadoc of FrameCodec and TraceCodec
    private static final String GOLDEN_TRACED = "4f460101" + "00000002" + "%s"
            + "f0e1d2c3b4a5469788796a5b4c3d2e1f"
            + "0190a1b2c3d47e5f8a0b1c2d3e4f5061" + "07" + "0c" + "01020b02000c03e807020102"
            + "ffffffffffffffffffffffffffffffff" + "ffffffffffffffff7f" + "06" + "010100010000"
            + "0001" + "0af7651916cd43dd8448eb211c80319c" + "b7ad6b7169203331" + "01" + "0003" + "613d31";

    private static final TraceContext TRACE =
            new TraceContext("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "a=1");

    @Test
    void tracesFollowTheOrdersThatHaveThem() throws MalformedException {
        List<OrderEntry> two = FrameCodec.decode(HEX.parseHex(GOLDEN_TWO)).entries();
        byte[] frame = FrameCodec.encode(SHOP, List.of(two.get(0), two.get(1).in(TRACE)));
        assertEquals(String.format(GOLDEN_TRACED, HEX.formatHex(frame, 8, 12)), HEX.formatHex(frame));
        List<OrderEntry> read = FrameCodec.decode(frame).entries();
        assertEquals(Optional.empty(), read.get(0).trace());
        assertEquals(Optional.of(TRACE), read.get(1).trace());
        assertEquals(two.get(1).fingerprint(), read.get(1).fingerprint());
        List<OrderEntry> untraced = read.stream().map(OrderEntry::untraced).toList();
        assertEquals(GOLDEN_TWO, HEX.formatHex(FrameCodec.encode(SHOP, untraced)), "no byte for an order without one");
    }

    @Test
    void tracesAreReadBackAndCountedInTheSize() {
        Seeds.forEach(500, random -> {
            List<OrderEntry> entries = new ArrayList<>();
            for (int i = random.nextInt(1, 30); i > 0; i--) {
                OrderEntry entry = OrderEntry.of(RandomOrders.request(random));
                String parent = String.format(
                        "00-%016x%016x-%016x-%02x",
                        random.nextLong() | 1, random.nextLong(), random.nextLong() | 1, random.nextInt(4));
                String state = random.nextBoolean() ? "" : "a=" + "v".repeat(random.nextInt(1, 257));
                entries.add(random.nextInt(3) == 0 ? entry : entry.in(new TraceContext(parent, state)));
            }
            byte[] frame = FrameCodec.encode(SHOP, entries);
            assertEquals(
                    frame.length,
                    FrameCodec.HEADER_BYTES
                            + entries.stream().mapToInt(FrameCodec::sizeOf).sum());
            assertEquals(
                    entries.stream().map(OrderEntry::trace).toList(),
                    FrameCodec.decode(frame).entries().stream()
                            .map(OrderEntry::trace)
                            .toList());
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|trace of 29 bytes exceeds the 0 bytes that remain at byte 90",
                "0000|trace of 29 bytes exceeds the 2 bytes that remain at byte 90",
                "00020af7651916cd43dd8448eb211c80319cb7ad6b7169203331010000|trace must be of an order from 0 to 1: 2",
                "00010af7651916cd43dd8448eb211c80319cb7ad6b716920333101000000010af7651916cd43dd8448eb211c80319c"
                        + "b7ad6b7169203331010000|trace must be of an order from 2 to 1: 1",
                "00010af7651916cd43dd8448eb211c80319cb7ad6b7169203331010004613d31"
                        + "|tracestate of 4 bytes exceeds the 3 bytes that remain at byte 119"
            })
    void badTracesAreRefused(String traces, String reason) {
        byte[] frame = HEX.parseHex(GOLDEN_TWO + traces);
        frame[3] = 1;
        assertEquals(reason, refusal(seal(frame)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "000100000000000000000000000000000000b7ad6b7169203331010000",
                "00010af7651916cd43dd8448eb211c80319c0000000000000000010000",
                "00010af7651916cd43dd8448eb211c80319cb7ad6b7169203331010003613d00",
                "00010af7651916cd43dd8448eb211c80319cb7ad6b71692033310100022c2c"
            })
    void tracesThatBreakARuleAreRefused(String traces) {
        byte[] frame = HEX.parseHex(GOLDEN_TWO + traces);
        frame[3] = 1;
        String reason = refusal(seal(frame));
        assertTrue(reason.contains("traceparent") || reason.contains("tracestate"), reason);
    }

    private static List<OrderEntry> entries(List<OrderRequest> requests) {
        return requests.stream().map(OrderEntry::of).toList();
    }

    @Test
    void theSameOrderMayTravelTwiceInOneFrame() throws MalformedException {
        OrderEntry entry = anEntry();
        Frame frame = FrameCodec.decode(FrameCodec.encode(SHOP, List.of(entry, entry)));
        assertEquals(entry.id(), frame.entries().get(0).id());
        assertEquals(entry.id(), frame.entries().get(1).id());
    }

    @Test
    void aFrameHoldsAtMostAsManyOrdersAsItMay() throws MalformedException {
        byte[] full = FrameCodec.encode(SHOP, Collections.nCopies(Limits.FRAME_ORDERS, anEntry()));
        assertEquals(Limits.FRAME_ORDERS, FrameCodec.decode(full).entries().size());
        List<OrderEntry> tooMany = Collections.nCopies(Limits.FRAME_ORDERS + 1, anEntry());
        assertEncodeRefused("a frame must have between 1 and 500 orders: 501", tooMany);
        assertEncodeRefused("a frame must have between 1 and 500 orders: 0", List.of());
    }

    @Test
    void aFrameHoldsAtMostAsManyBytesAsItMay() throws MalformedException {
        List<OrderEntry> entries = fullFrame(Limits.FRAME_BYTES);
        assertEquals(
                entries.size(),
                FrameCodec.decode(FrameCodec.encode(SHOP, entries)).entries().size());
        assertEncodeRefused("a frame must have at most 262144 bytes: 262145", fullFrame(Limits.FRAME_BYTES + 1));
    }

    /** Orders whose frame has exactly that many bytes. */
    private static List<OrderEntry> fullFrame(int bytes) {
        List<OrderEntry> entries = new ArrayList<>();
        int left = bytes - FrameCodec.HEADER_BYTES;
        OrderEntry big = withHostData(900);
        while (left >= 2 * FrameCodec.sizeOf(big)) {
            entries.add(big);
            left -= FrameCodec.sizeOf(big);
        }
        OrderEntry half = withHostData(left / 2 - 30);
        entries.add(half);
        left -= FrameCodec.sizeOf(half);
        entries.add(withHostData(900 + left - FrameCodec.sizeOf(big)));
        return entries;
    }

    private static OrderEntry withHostData(int length) {
        return OrderEntry.of(
                OrderRequest.of(1).line(1, 1).hostData(new byte[length]).build());
    }

    private static void assertEncodeRefused(String reason, List<OrderEntry> entries) {
        Exception refused = assertThrows(IllegalArgumentException.class, () -> FrameCodec.encode(SHOP, entries));
        assertEquals(reason, refused.getMessage());
    }

    @Test
    void aFrameOfWrongSizeIsRefused() {
        assertEquals("a frame must have between 52 and 262144 bytes: 0", refusal(new byte[0]));
        assertEquals("a frame must have between 52 and 262144 bytes: 51", refusal(new byte[51]));
        assertEquals("a frame must have between 52 and 262144 bytes: 262145", refusal(new byte[262_145]));
    }

    @Test
    void somebodyElsesBytesAreRefused() {
        byte[] json = Arrays.copyOf("{\"order\": 1}".getBytes(StandardCharsets.UTF_8), 100);
        assertEquals("a frame must start with the bytes 4f 46", refusal(json));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 255})
    void anotherVersionIsRefusedAsSuch(int version) {
        byte[] frame = HEX.parseHex(GOLDEN_TWO);
        frame[2] = (byte) version;
        assertEquals("frame version must be 1: " + version, refusal(frame));
        assertEquals("frame version must be 1: " + version, refusal(seal(frame)));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 128, 255})
    void unknownFlagsAreRefused(int flags) {
        byte[] frame = HEX.parseHex(GOLDEN_TWO);
        frame[3] = (byte) flags;
        assertEquals("frame flags must be 0 or 1: " + flags, refusal(seal(frame)));
    }

    @Test
    void anyFlippedBitIsFound() {
        byte[] frame = HEX.parseHex(GOLDEN_TWO);
        for (int bit = 0; bit < 8 * frame.length; bit++) {
            frame[bit / 8] ^= (byte) (1 << bit % 8);
            String reason = refusal(frame);
            assertTrue(bit < 32 || reason.startsWith("frame is damaged: CRC32C is "), reason);
            frame[bit / 8] ^= (byte) (1 << bit % 8);
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "3, 3", "1000000, 1000000", "501, 501", "-1, 4294967295", "-2147483648, 2147483648"})
    void aDeclaredNumberOfOrdersThatCanNotBeIsRefused(int count, String shown) {
        byte[] frame = HEX.parseHex(GOLDEN_TWO);
        Bytes.putInt(frame, 4, count);
        // two orders of 30 and 32 bytes: three do not fit, as none has fewer than 24
        assertEquals(
                "number of orders must be between 1 and 500 and fit the 62 bytes that follow: " + shown,
                refusal(seal(frame)));
    }

    @Test
    void bytesAfterTheLastOrderAreRefused() {
        byte[] more = HEX.parseHex(GOLDEN_TWO + "00");
        assertEquals("frame must end at byte 90, but has 1 bytes more", refusal(seal(more)));
        byte[] fewer = HEX.parseHex(GOLDEN_TWO);
        Bytes.putInt(fewer, 4, 1);
        assertEquals("frame must end at byte 58, but has 32 bytes more", refusal(seal(fewer)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "00|05|request length must be between 6 and 4096: 5 at byte 45",
                "00|07|request of 7 bytes exceeds the 6 bytes that remain at byte 46",
                "00|8020|request of 4096 bytes exceeds the 6 bytes that remain at byte 47",
                "00|8120|request length must be between 6 and 4096: 4097 at byte 45",
                "00|8080808008|request length must be between 6 and 4096: 2147483648 at byte 45",
                "00|ffffffffffffffff7f|request length must be between 6 and 4096: 9223372036854775807 at byte 45",
                "00|ffffffffffffffffff01|request length must have at most 9 bytes, but has more at byte 45",
                "00|8600|request length must be in its shortest form, but is padded at byte 45",
                "80808080808080808001|06|buyer must have at most 9 bytes, but has more at byte 44",
                "8000|06|buyer must be in its shortest form, but is padded at byte 44",
            })
    void aHostileOrderUnderAGoodCrcIsRefused(String buyer, String length, String reason) {
        String head = GOLDEN_SMALLEST.substring(0, 2 * (28 + 16));
        assertEquals(reason, refusal(seal(HEX.parseHex(head + buyer + length + "010100010000"))));
    }

    @Test
    void oneBadOrderRefusesTheWholeFrame() {
        byte[] frame = HEX.parseHex(GOLDEN_TWO);
        frame[frame.length - 3] = 0;
        assertEquals("quantity must be between 1 and 1000000: 0 at byte 3", refusal(seal(frame)));
    }

    @Test
    void aReadFrameDoesNotShareItsBytes() throws MalformedException {
        byte[] frame = HEX.parseHex(GOLDEN_TWO);
        OrderEntry entry = FrameCodec.decode(frame).entries().get(0);
        byte[] before = entry.request().clone();
        Arrays.fill(frame, (byte) 0);
        assertArrayEquals(before, entry.request());
    }

    @Test
    void aRefusalCarriesNoStackTrace() {
        MalformedException refused = assertThrows(MalformedException.class, () -> FrameCodec.decode(new byte[1]));
        assertEquals(0, refused.getStackTrace().length);
        assertNotEquals("", refused.getMessage());
    }

    private static OrderEntry anEntry() {
        return OrderEntry.of(OrderRequest.of(1).line(1, 1).build());
    }

    private static String refusal(byte[] frame) {
        return assertThrows(MalformedException.class, () -> FrameCodec.decode(frame))
                .getMessage();
    }

    /** Gives a frame the CRC of what it holds, as a forger would. */
    static byte[] seal(byte[] frame) {
        CRC32C crc = new CRC32C();
        crc.update(frame, 0, 8);
        crc.update(frame, 12, frame.length - 12);
        Bytes.putInt(frame, 8, (int) crc.getValue());
        return frame;
    }
}
