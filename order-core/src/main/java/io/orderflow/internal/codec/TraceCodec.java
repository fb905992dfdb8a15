package io.orderflow.internal.codec;

import io.orderflow.InvalidOrderException;
import io.orderflow.TraceContext;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The traces of a frame's orders, behind the orders, each for one of them. Thread-safe; all static.
 *
 * <pre>
 * 2 bytes    which order, from 0; more than the one before
 * 16 bytes   id of the trace
 * 8 bytes    id of the span
 * 1 byte     flags
 * 2 bytes    length of the state, 0 to {@link TraceContext#LONGEST_STATE}
 * then       the state, in ASCII
 * </pre>
 */
final class TraceCodec {
    private static final int LEAST_BYTES = 29;
    private static final int TRACE_ID_AT = 2;
    private static final int SPAN_ID_AT = 18;
    private static final int FLAGS_AT = 26;
    private static final int LENGTH_AT = 27;

    /** Where the parts of a {@code traceparent} begin and end. */
    private static final int[] PARTS = {3, 35, 36, 52, 53, 55};

    private static final HexFormat HEX = HexFormat.of();

    private TraceCodec() {}

    /** Bytes that an order's trace takes; none without one. */
    static int sizeOf(OrderEntry entry) {
        Optional<TraceContext> trace = entry.trace();
        return trace.isEmpty() ? 0 : LEAST_BYTES + trace.get().tracestate().length();
    }

    /** Writes the traces of all orders, up to the end of the frame. */
    static void put(byte[] frame, int start, List<OrderEntry> entries) {
        int at = start;
        for (int i = 0; i < entries.size(); i++) {
            OrderEntry entry = entries.get(i);
            if (entry.trace().isPresent()) {
                putShort(frame, at, i);
                put(frame, at, entry.trace().get());
                at += sizeOf(entry);
            }
        }
    }

    private static void put(byte[] frame, int at, TraceContext trace) {
        byte[] state = trace.tracestate().getBytes(StandardCharsets.US_ASCII);
        putPart(frame, at + TRACE_ID_AT, trace, 0);
        putPart(frame, at + SPAN_ID_AT, trace, 2);
        putPart(frame, at + FLAGS_AT, trace, 4);
        putShort(frame, at + LENGTH_AT, state.length);
        System.arraycopy(state, 0, frame, at + LEAST_BYTES, state.length);
    }

    private static void putPart(byte[] frame, int at, TraceContext trace, int part) {
        byte[] bytes = HEX.parseHex(trace.traceparent(), PARTS[part], PARTS[part + 1]);
        System.arraycopy(bytes, 0, frame, at, bytes.length);
    }

    private static void putShort(byte[] bytes, int at, int value) {
        bytes[at] = (byte) (value >> 8);
        bytes[at + 1] = (byte) value;
    }

    private static int getShort(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
    }

    /**
     * Gives the orders of a frame their traces.
     *
     * @param in behind the orders
     * @throws MalformedException if what follows is not at least one trace, or breaks a rule
     */
    static void read(byte[] frame, ByteReader in, List<OrderEntry> entries) throws MalformedException {
        int last = -1;
        do {
            int at = in.skip("trace", LEAST_BYTES);
            int order = getShort(frame, at);
            if (order <= last || order >= entries.size()) {
                throw new MalformedException(
                        "trace must be of an order from " + (last + 1) + " to " + (entries.size() - 1) + ": " + order);
            }
            int length = getShort(frame, at + LENGTH_AT);
            int state = in.skip("tracestate", length);
            entries.set(order, entries.get(order).in(trace(frame, at, state, length)));
            last = order;
        } while (in.remaining() > 0);
    }

    private static TraceContext trace(byte[] frame, int at, int state, int length) throws MalformedException {
        String parent = "00-" + HEX.formatHex(frame, at + TRACE_ID_AT, at + SPAN_ID_AT) + "-"
                + HEX.formatHex(frame, at + SPAN_ID_AT, at + FLAGS_AT) + "-"
                + HEX.formatHex(frame, at + FLAGS_AT, at + LENGTH_AT);
        try {
            return new TraceContext(parent, new String(frame, state, length, StandardCharsets.ISO_8859_1));
        } catch (InvalidOrderException e) {
            throw new MalformedException(e.getMessage());
        }
    }
}
