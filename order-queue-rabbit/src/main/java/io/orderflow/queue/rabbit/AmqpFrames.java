package io.orderflow.queue.rabbit;

import java.nio.charset.StandardCharsets;

/** The bytes of AMQP 0-9-1's frames: type, channel, length, payload, end. */
final class AmqpFrames {
    static final int METHOD = 1;
    static final int HEADER = 2;
    static final int BODY = 3;
    /** Bytes before a frame's payload, and after it. */
    static final int HEAD = 7;

    static final int TAIL = 1;

    /** The payload of the smallest frame that every side must take. */
    private static final int PIECE = 4_096 - HEAD - TAIL;

    private static final byte END = (byte) 0xCE;
    private static final int BASIC = 60;
    private static final byte[] COUNT = DeliveryCount.NAME.getBytes(StandardCharsets.US_ASCII);
    private static final int HEADERS_ONLY = 1 << 13;

    private AmqpFrames() {}

    /** The unsigned number in so many bytes, at most 8. */
    static long number(byte[] from, int at, int bytes) {
        long number = 0;
        for (int i = 0; i < bytes; i++) {
            number = number << 8 | from[at + i] & 0xff;
        }
        return number;
    }

    private static void put(byte[] to, int at, int bytes, long number) {
        for (int i = 0; i < bytes; i++) {
            to[at + i] = (byte) (number >>> 8 * (bytes - 1 - i));
        }
    }

    /** A message's header with no other property than how often it was delivered, none if never. */
    static byte[] header(int channel, long size, long delivered) {
        int table = delivered > 0 ? 1 + COUNT.length + 1 + 8 : 0;
        int payload = 14 + (table > 0 ? 4 + table : 0);
        byte[] frame = new byte[HEAD + payload + TAIL];
        begin(frame, 0, HEADER, channel, payload);
        put(frame, HEAD, 2, BASIC);
        put(frame, HEAD + 4, 8, size);
        if (table > 0) {
            put(frame, HEAD + 12, 2, HEADERS_ONLY);
            put(frame, HEAD + 14, 4, table);
            int at = HEAD + 18;
            frame[at] = (byte) COUNT.length;
            System.arraycopy(COUNT, 0, frame, at + 1, COUNT.length);
            frame[at + 1 + COUNT.length] = 'l';
            put(frame, at + 2 + COUNT.length, 8, delivered);
        }
        return frame;
    }

    /** A message's header and its body, the latter in pieces that every side takes. */
    static byte[] message(int channel, byte[] body, long delivered) {
        byte[] header = header(channel, body.length, delivered);
        int pieces = (body.length + PIECE - 1) / PIECE;
        byte[] all = new byte[header.length + body.length + pieces * (HEAD + TAIL)];
        System.arraycopy(header, 0, all, 0, header.length);
        int at = header.length;
        for (int from = 0; from < body.length; from += PIECE) {
            int length = Math.min(PIECE, body.length - from);
            begin(all, at, BODY, channel, length);
            System.arraycopy(body, from, all, at + HEAD, length);
            at += HEAD + length + TAIL;
        }
        return all;
    }

    private static void begin(byte[] frame, int at, int type, int channel, int payload) {
        frame[at] = (byte) type;
        put(frame, at + 1, 2, channel);
        put(frame, at + 3, 4, payload);
        frame[at + HEAD + payload] = END;
    }
}
