package io.orderflow.internal.codec;

import static java.util.Objects.requireNonNull;

import io.orderflow.Limits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * The bytes of a queue message. Thread-safe; all static. Numbers of fixed width are big-endian.
 *
 * <pre>
 * bytes 0-1     'O' 'F'
 * byte 2        version, 1
 * byte 3        flags: 1 when traces follow the orders, else 0
 * bytes 4-7     number of orders, 1 to {@link Limits#FRAME_ORDERS}
 * bytes 8-11    CRC32C of all bytes of the frame but these four
 * bytes 12-27   the id of the shop that sent it; zeros when the sender had not reached its database yet
 * per order:
 *   16 bytes    id
 *   varint      buyer, 0 or more
 *   varint      length of the request
 *   then        the request, see {@link RequestCodec}
 * then          only with the flag: the traces of those orders that have one, see {@link TraceCodec}
 * </pre>
 *
 * <p>Varints are those of {@link Bytes}, in their shortest form only. A frame has at most {@link Limits#FRAME_BYTES}
 * and ends with its last order or trace. The CRC finds damage; it does not stop a forger, so every value is checked as
 * if it were hostile. Frames of the {@link FirstLayout} are read too.
 */
public final class FrameCodec {
    /** Bytes of a frame beside its orders; with {@link #sizeOf} of each order they are the frame's size. */
    public static final int HEADER_BYTES = 28;

    /** Bytes for the orders of a frame that leave room for a tag, see {@link FrameKeys}. */
    public static final int ROOM = Limits.FRAME_BYTES - HEADER_BYTES - FrameKeys.TAG_BYTES;

    static final byte MAGIC_0 = 'O';
    static final byte MAGIC_1 = 'F';
    static final byte VERSION = 1;
    static final byte FLAGS = 0;
    private static final byte TRACES = 1;
    private static final int COUNT_AT = 4;
    private static final int CRC_AT = 8;
    private static final int AFTER_CRC = 12;
    private static final int SHOP_AT = 12;

    static final int ENTRY_LEAST_BYTES = OrderIds.BYTES + 1 + 1 + RequestCodec.LEAST_BYTES;

    private FrameCodec() {}

    /** Bytes that an order takes in a frame. */
    public static int sizeOf(OrderEntry entry) {
        int length = entry.request().length;
        return OrderIds.BYTES
                + Bytes.varintSize(entry.buyer())
                + Bytes.varintSize(length)
                + length
                + TraceCodec.sizeOf(entry);
    }

    /**
     * Writes a frame.
     *
     * @param shop the sender's shop, or {@link Frame#NO_SHOP}
     * @param entries 1 to {@link Limits#FRAME_ORDERS} orders of at most {@link Limits#FRAME_BYTES} together with the
     *     header
     * @throws IllegalArgumentException if there is no order, or there are too many
     */
    public static byte[] encode(UUID shop, List<OrderEntry> entries) {
        byte[] frame = new byte[checkedSize(entries)];
        frame[0] = MAGIC_0;
        frame[1] = MAGIC_1;
        frame[2] = VERSION;
        frame[3] = FLAGS;
        Bytes.putInt(frame, COUNT_AT, entries.size());
        OrderIds.put(frame, SHOP_AT, shop);
        int at = HEADER_BYTES;
        for (OrderEntry entry : entries) {
            at = put(frame, at, entry);
        }
        if (at < frame.length) {
            frame[3] = TRACES;
            TraceCodec.put(frame, at, entries);
        }
        Bytes.putInt(frame, CRC_AT, crc(frame));
        return frame;
    }

    private static int checkedSize(List<OrderEntry> entries) {
        if (entries.isEmpty() || entries.size() > Limits.FRAME_ORDERS) {
            throw new IllegalArgumentException(
                    "a frame must have between 1 and " + Limits.FRAME_ORDERS + " orders: " + entries.size());
        }
        int size = HEADER_BYTES;
        for (OrderEntry entry : entries) {
            size += sizeOf(entry);
        }
        if (size > Limits.FRAME_BYTES) {
            throw new IllegalArgumentException("a frame must have at most " + Limits.FRAME_BYTES + " bytes: " + size);
        }
        return size;
    }

    private static int put(byte[] frame, int start, OrderEntry entry) {
        byte[] request = entry.request();
        OrderIds.put(frame, start, entry.id());
        int at = Bytes.putVarint(frame, start + OrderIds.BYTES, entry.buyer());
        at = Bytes.putVarint(frame, at, request.length);
        System.arraycopy(request, 0, frame, at, request.length);
        return at + request.length;
    }

    /**
     * Reads a frame. Whatever the bytes are, there are two outcomes, and what is allocated is bounded by the frame's
     * length.
     *
     * @throws MalformedException if the bytes are not a frame of a version that this release reads, are damaged, or
     *     hold an order that breaks a rule; one bad order refuses the whole frame, since no honest sender makes one
     */
    public static Frame decode(byte[] frame) throws MalformedException {
        try {
            checkHeader(requireNonNull(frame, "frame"));
        } catch (MalformedException e) {
            if (!FirstLayout.isOf(frame)) {
                throw e;
            }
            return new Frame(Frame.NO_SHOP, entries(frame, FirstLayout.HEADER_BYTES, FirstLayout.COUNT_AT));
        }
        return new Frame(OrderIds.fromBytes(frame, SHOP_AT), entries(frame, HEADER_BYTES, COUNT_AT));
    }

    private static List<OrderEntry> entries(byte[] frame, int start, int countAt) throws MalformedException {
        ByteReader in = new ByteReader(frame, start);
        int count = Bytes.getInt(frame, countAt);
        // before the list is allocated: a declared number is a claim, the bytes that are there are a fact
        if (count < 1 || count > Limits.FRAME_ORDERS || count * ENTRY_LEAST_BYTES > in.remaining()) {
            throw new MalformedException("number of orders must be between 1 and " + Limits.FRAME_ORDERS
                    + " and fit the " + in.remaining() + " bytes that follow: " + Integer.toUnsignedString(count));
        }
        List<OrderEntry> entries = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            entries.add(entry(frame, in));
        }
        if (frame[3] == TRACES) {
            TraceCodec.read(frame, in, entries);
        }
        in.requireEnd("frame");
        return entries;
    }

    private static void checkHeader(byte[] frame) throws MalformedException {
        if (frame.length < HEADER_BYTES + ENTRY_LEAST_BYTES || frame.length > Limits.FRAME_BYTES) {
            throw new MalformedException("a frame must have between " + (HEADER_BYTES + ENTRY_LEAST_BYTES) + " and "
                    + Limits.FRAME_BYTES + " bytes: " + frame.length);
        }
        if (frame[0] != MAGIC_0 || frame[1] != MAGIC_1) {
            throw new MalformedException("a frame must start with the bytes 4f 46");
        }
        // before the CRC: another version may keep its CRC elsewhere, and "other version" says what to do, "damaged"
        // does not
        if (frame[2] != VERSION) {
            throw new MalformedException("frame version must be " + VERSION + ": " + (frame[2] & 0xff));
        }
        if (frame[3] != FLAGS && frame[3] != TRACES) {
            throw new MalformedException("frame flags must be 0 or 1: " + (frame[3] & 0xff));
        }
        int declared = Bytes.getInt(frame, CRC_AT);
        int actual = crc(frame);
        if (declared != actual) {
            throw new MalformedException("frame is damaged: CRC32C is " + Integer.toHexString(actual)
                    + ", the frame says " + Integer.toHexString(declared));
        }
    }

    private static OrderEntry entry(byte[] frame, ByteReader in) throws MalformedException {
        UUID id = OrderIds.fromBytes(frame, in.skip("id", OrderIds.BYTES));
        long buyer = in.varint("buyer", 0, Long.MAX_VALUE);
        int length = (int) in.varint("request length", RequestCodec.LEAST_BYTES, RequestCodec.MOST_BYTES);
        int start = in.skip("request", length);
        return RequestCodec.decode(id, buyer, Arrays.copyOfRange(frame, start, start + length));
    }

    private static int crc(byte[] frame) {
        CRC32C crc = new CRC32C();
        crc.update(frame, 0, CRC_AT);
        crc.update(frame, AFTER_CRC, frame.length - AFTER_CRC);
        return (int) crc.getValue();
    }
}
