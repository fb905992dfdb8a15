package io.orderflow.internal.codec;

/**
 * A cursor over untrusted bytes. It never reads outside its range, allocates nothing, and has no failure but
 * {@link MalformedException}. Used by one thread.
 */
final class ByteReader {
    private final byte[] bytes;
    private final int end;
    private int next;

    ByteReader(byte[] bytes, int from) {
        this.bytes = bytes;
        this.end = bytes.length;
        this.next = from;
    }

    int remaining() {
        return end - next;
    }

    /** Steps over that many bytes and returns where they start. */
    int skip(String field, int length) throws MalformedException {
        if (length > remaining()) {
            throw new MalformedException(field + " of " + length + " bytes exceeds the " + remaining()
                    + " bytes that remain at byte " + next);
        }
        int at = next;
        next += length;
        return at;
    }

    /**
     * Reads a varint. One value has one encoding only: a longer one is refused, else the same order could have two
     * forms.
     */
    long varint(String field, long smallest, long largest) throws MalformedException {
        int start = next;
        long value = 0;
        for (int shift = 0; shift < 7 * Bytes.VARINT_MOST; shift += 7) {
            if (next == end) {
                throw new MalformedException(field + " is cut off at byte " + end);
            }
            byte part = bytes[next++];
            value |= (part & 0x7fL) << shift;
            if (part >= 0) {
                return checked(field, value, smallest, largest, start, part == 0 && shift > 0);
            }
        }
        throw new MalformedException(
                field + " must have at most " + Bytes.VARINT_MOST + " bytes, but has more at byte " + start);
    }

    private static long checked(String field, long value, long smallest, long largest, int at, boolean padded)
            throws MalformedException {
        if (padded) {
            throw new MalformedException(field + " must be in its shortest form, but is padded at byte " + at);
        }
        if (value < smallest || value > largest) {
            throw new MalformedException(
                    field + " must be between " + smallest + " and " + largest + ": " + value + " at byte " + at);
        }
        return value;
    }

    void requireEnd(String what) throws MalformedException {
        if (next != end) {
            throw new MalformedException(
                    what + " must end at byte " + next + ", but has " + remaining() + " bytes more");
        }
    }
}
