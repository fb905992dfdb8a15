package io.orderflow.queue.rabbit;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Finds how often a message was delivered before among properties that a stranger may have written: goes over them
 * without building anything of them, however they are nested, and never beyond their end. For one thread.
 */
final class DeliveryCount {
    static final String NAME = "x-delivery-count";

    private static final byte[] NAME_BYTES = NAME.getBytes(StandardCharsets.US_ASCII);
    private static final int CONTENT_TYPE = 1 << 15;
    private static final int CONTENT_ENCODING = 1 << 14;
    private static final int HEADERS = 1 << 13;

    private final byte[] frame;
    private final int end;
    private int at;

    private DeliveryCount(byte[] frame, int at, int end) {
        this.frame = frame;
        this.at = at;
        this.end = end;
    }

    /**
     * What the properties in that range of a frame say; 0 where they say nothing, or nothing that can be understood.
     */
    static long in(byte[] frame, int start, int end) {
        return new DeliveryCount(frame, start, end).find();
    }

    private long find() {
        int flags = (int) next(2);
        int last = flags;
        while ((last & 1) != 0) {
            last = (int) next(2);
        }
        if ((flags & CONTENT_TYPE) != 0) {
            skip(next(1));
        }
        if ((flags & CONTENT_ENCODING) != 0) {
            skip(next(1));
        }
        return (flags & HEADERS) == 0 ? 0 : inTable(next(4));
    }

    private long inTable(long length) {
        long tableEnd = Math.min(end, at + length);
        long count = 0;
        while (at < tableEnd) {
            int nameLength = (int) next(1);
            int nameAt = at;
            skip(nameLength);
            char type = (char) next(1);
            int width = width(type);
            if (width < 0) {
                return count;
            }
            boolean wanted = isName(nameAt, nameLength) && "bBsuIil".indexOf(type) >= 0;
            long value = "SxFA".indexOf(type) >= 0 ? skip(next(4)) : next(width);
            count = wanted ? value : count;
        }
        return count;
    }

    private static int width(char type) {
        return switch (type) {
            case 'V', 'S', 'x', 'F', 'A' -> 0;
            case 't', 'b', 'B' -> 1;
            case 's', 'u' -> 2;
            case 'I', 'i', 'f' -> 4;
            case 'D' -> 5;
            case 'l', 'd', 'T' -> 8;
            default -> -1;
        };
    }

    private boolean isName(int nameAt, int length) {
        return nameAt + length <= end
                && Arrays.equals(frame, nameAt, nameAt + length, NAME_BYTES, 0, NAME_BYTES.length);
    }

    private long next(int bytes) {
        if (end - at < bytes) {
            at = end;
            return 0;
        }
        at += bytes;
        return AmqpFrames.number(frame, at - bytes, bytes);
    }

    private long skip(long bytes) {
        at = (int) Math.min(end, at + bytes);
        return 0;
    }
}
