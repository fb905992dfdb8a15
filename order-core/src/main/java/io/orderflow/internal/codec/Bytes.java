package io.orderflow.internal.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.HexFormat;

/**
 * Numbers in byte arrays. Fixed-width numbers are big-endian, so that ids compare as bytes like they do as unsigned
 * numbers. A varint is 7 bits per byte, lowest first, the top bit set on all but the last byte; the values are 0 or
 * more and so take 1 to {@link #VARINT_MOST} bytes.
 */
final class Bytes {
    static final int VARINT_MOST = 9;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final HexFormat HEX = HexFormat.of();

    private Bytes() {}

    static long getLong(byte[] bytes, int at) {
        return (long) LONG.get(bytes, at);
    }

    static void putLong(byte[] bytes, int at, long value) {
        LONG.set(bytes, at, value);
    }

    static int getInt(byte[] bytes, int at) {
        return (int) INT.get(bytes, at);
    }

    static void putInt(byte[] bytes, int at, int value) {
        INT.set(bytes, at, value);
    }

    static int varintSize(long value) {
        return (63 - Long.numberOfLeadingZeros(value | 1)) / 7 + 1;
    }

    /** Writes a value of 0 or more and returns the place after it. */
    static int putVarint(byte[] bytes, int at, long value) {
        int next = at;
        long rest = value;
        while (rest > 0x7f) {
            bytes[next++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[next++] = (byte) rest;
        return next;
    }

    static void appendHex(StringBuilder target, long high, long low) {
        target.append(HEX.toHexDigits(high)).append(HEX.toHexDigits(low));
    }
}
