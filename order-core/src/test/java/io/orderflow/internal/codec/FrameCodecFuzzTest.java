package io.orderflow.internal.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.orderflow.Limits;
import io.orderflow.OrderRequest;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * Bytes that nobody would send. For each there are two outcomes: a refusal with a reason, or a frame of valid orders
 * that writes the very same bytes again. Anything else, another exception or another form of the same orders, fails.
 */
class FrameCodecFuzzTest {
    private static final UUID ID = new UUID(1, 2);

    /** What reading may allocate per byte: the smallest order, 24 bytes, becomes some 360 bytes of objects. */
    private static final int ALLOCATED_PER_BYTE = 16;

    /** For the frame, or for the refusal. A list for the 500 orders that a frame may claim would take 2 KiB. */
    private static final int ALLOCATED_ALWAYS = 1_536;

    private int accepted;
    private int refused;

    @Test
    void randomBytes() {
        Seeds.forEach(100_000, random -> {
            byte[] bytes = new byte[random.nextInt(300)];
            random.nextBytes(bytes);
            check(bytes);
        });
        assertEquals(0, accepted, "a CRC hit by chance is 1 in 4 x 10^9");
    }

    @Test
    void randomBytesBehindAGoodHeader() {
        Seeds.forEach(100_000, random -> {
            byte[] bytes = new byte[36 + random.nextInt(300)];
            random.nextBytes(bytes);
            byte[] header = {'O', 'F', 1, 0, 0, 0, 0, (byte) random.nextInt(1, 4)};
            System.arraycopy(header, 0, bytes, 0, header.length);
            check(FrameCodecTest.seal(bytes));
        });
        assertTrue(refused > 90_000, this::counts);
    }

    @Test
    void damagedFrames() {
        Seeds.forEach(50_000, random -> check(damaged(random, frame(random))));
        assertTrue(refused > 45_000, this::counts);
    }

    @Test
    void forgedFrames() {
        Seeds.forEach(100_000, random -> {
            byte[] forged = damaged(random, frame(random));
            check(forged.length < 12 ? forged : FrameCodecTest.seal(forged));
        });
        assertTrue(accepted > 5_000 && refused > 5_000, () -> "too one-sided: " + counts());
    }

    @Test
    void framesCutOffAtEveryLength() {
        Seeds.forEach(60, random -> {
            byte[] whole = frame(random);
            for (int length = 0; length < whole.length; length++) {
                check(Arrays.copyOf(whole, length));
                if (length >= 12) {
                    check(FrameCodecTest.seal(Arrays.copyOf(whole, length)));
                }
            }
        });
        assertEquals(0, accepted);
    }

    @Test
    void everyByteWithEveryValue() {
        byte[] whole = frame(new SplittableRandom(1));
        for (int at = 0; at < whole.length; at++) {
            for (int value = 0; value < 256; value++) {
                byte[] forged = whole.clone();
                forged[at] = (byte) value;
                check(FrameCodecTest.seal(forged));
            }
        }
        assertTrue(accepted > 1_000 && refused > 1_000, () -> "too one-sided: " + counts());
    }

    @Test
    void forgedJournalRows() {
        Seeds.forEach(100_000, random -> {
            byte[] request =
                    damaged(random, OrderEntry.of(RandomOrders.request(random)).request());
            checkRequest(request);
        });
        assertTrue(accepted > 5_000 && refused > 5_000, () -> "too one-sided: " + counts());
    }

    @Test
    void whatReadingAllocatesIsBoundedByTheFrameNotByWhatItClaims() {
        assertAllocatesLittle(FrameCodec.encode(Frame.NO_SHOP, Collections.nCopies(Limits.FRAME_ORDERS, smallest())));
        Seeds.forEach(20_000, random -> assertAllocatesLittle(claiming(random)));
    }

    private static OrderEntry smallest() {
        return OrderEntry.of(OrderRequest.of(0).line(0, 1).build());
    }

    private static void assertAllocatesLittle(byte[] frame) {
        // the first time may load classes
        long allocated = Math.min(allocated(frame), allocated(frame));
        assertTrue(
                allocated <= ALLOCATED_ALWAYS + (long) ALLOCATED_PER_BYTE * frame.length,
                () -> allocated + " bytes for a frame of " + frame.length + ", starting "
                        + HexFormat.of().formatHex(frame, 0, 36));
    }

    private static long allocated(byte[] frame) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        boolean read = isFrame(frame);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue(allocated > 0 || !read, "this JVM does not count what a thread allocates");
        return allocated;
    }

    /** A frame under a good CRC that claims more orders, lines or bytes than it has. */
    private static byte[] claiming(SplittableRandom random) {
        byte[] frame = frame(random);
        int start = FrameCodec.HEADER_BYTES + OrderIds.BYTES;
        switch (random.nextInt(3)) {
            case 0 ->
                Bytes.putInt(
                        frame,
                        4,
                        pick(random, 500, 499, 501, 4_096, 1_000_000, Integer.MAX_VALUE, Integer.MIN_VALUE, -1));
            case 1 -> Bytes.putVarint(frame, start, random.nextLong() >>> random.nextInt(1, 64) & 0xff_ffff);
            default -> frame[random.nextInt(start, frame.length)] = (byte) pick(random, 100, 127, -1);
        }
        return FrameCodecTest.seal(frame);
    }

    private static int pick(SplittableRandom random, int... values) {
        return values[random.nextInt(values.length)];
    }

    static byte[] frame(SplittableRandom random) {
        List<OrderEntry> entries = new ArrayList<>();
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            OrderRequest.Builder small = OrderRequest.of(RandomOrders.number(random, Long.MAX_VALUE))
                    .id(new UUID(random.nextLong(), random.nextLong() >>> 1))
                    .hostData(new byte[random.nextInt(4)]);
            for (int line = random.nextInt(1, 4); line > 0; line--) {
                small.line(
                        RandomOrders.number(random, Long.MAX_VALUE), random.nextInt(1, 200), random.nextInt(100_000));
            }
            entries.add(OrderEntry.of(small.build()));
        }
        return FrameCodec.encode(new UUID(random.nextLong(), random.nextLong()), entries);
    }

    /** One to three bytes changed, taken out, put in, doubled, or the end cut off. */
    static byte[] damaged(SplittableRandom random, byte[] whole) {
        byte[] bytes = whole;
        for (int i = random.nextInt(1, 4); i > 0 && bytes.length > 0; i--) {
            int at = random.nextInt(bytes.length);
            bytes = switch (random.nextInt(8)) {
                case 0 -> without(bytes, at, 1 + random.nextInt(bytes.length - at));
                case 1 -> with(bytes, at, new byte[] {(byte) random.nextInt()});
                case 2 -> with(bytes, at, Arrays.copyOfRange(bytes, at, at + random.nextInt(bytes.length - at)));
                case 3 -> Arrays.copyOf(bytes, at);
                case 4 -> changed(bytes, at, pick(random, 0, 1, 0x7f, 0x80, 0xff));
                default -> changed(bytes, at, bytes[at] ^ 1 << random.nextInt(8));
            };
        }
        return bytes;
    }

    private static byte[] without(byte[] bytes, int at, int length) {
        byte[] result = Arrays.copyOf(bytes, bytes.length - length);
        System.arraycopy(bytes, at + length, result, at, bytes.length - at - length);
        return result;
    }

    private static byte[] with(byte[] bytes, int at, byte[] more) {
        byte[] result = Arrays.copyOf(bytes, bytes.length + more.length);
        System.arraycopy(more, 0, result, at, more.length);
        System.arraycopy(bytes, at, result, at + more.length, bytes.length - at);
        return result;
    }

    private static byte[] changed(byte[] bytes, int at, int value) {
        byte[] result = bytes.clone();
        result[at] = (byte) value;
        return result;
    }

    private void check(byte[] bytes) {
        Frame frame;
        try {
            frame = FrameCodec.decode(bytes);
        } catch (MalformedException e) {
            refused(e);
            return;
        }
        accepted++;
        List<OrderEntry> again =
                frame.entries().stream().map(FrameCodecFuzzTest::again).toList();
        assertArrayEquals(bytes, FrameCodec.encode(frame.shop(), again));
    }

    private void checkRequest(byte[] request) {
        OrderEntry entry;
        try {
            entry = OrderEntry.decode(ID, 7, request);
        } catch (MalformedException e) {
            refused(e);
            return;
        }
        accepted++;
        OrderEntry again = again(entry);
        assertArrayEquals(request, again.request());
        assertEquals(entry.fingerprint(), again.fingerprint());
    }

    /**
     * Through the API's checks, which an entry from the wire must pass as well; its id may be that of a key, which is
     * not there.
     */
    private static OrderEntry again(OrderEntry entry) {
        OrderRequest request = new OrderRequest(
                ID,
                entry.buyer(),
                entry.lines(),
                entry.payment(),
                entry.holdFor(),
                entry.isUrgent(),
                Optional.empty(),
                entry.hostData());
        try {
            return OrderEntry.decode(
                    entry.id(), entry.buyer(), OrderEntry.of(request).request());
        } catch (MalformedException e) {
            throw new AssertionError(entry.toString(), e);
        }
    }

    private void refused(MalformedException e) {
        refused++;
        // a reason is for a log line and a column of 500 characters, and never holds the payload
        assertTrue(e.getMessage().length() < 200, e::getMessage);
    }

    private static boolean isFrame(byte[] bytes) {
        try {
            return !FrameCodec.decode(bytes).entries().isEmpty();
        } catch (MalformedException e) {
            return false;
        }
    }

    private String counts() {
        return accepted + " accepted, " + refused + " refused";
    }
}
