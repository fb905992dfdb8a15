package io.orderflow.internal.codec;

import io.orderflow.OrderLine;
import io.orderflow.Payment;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A hash of an order's content, which tells the same request again from another one under the same id. The first 16
 * bytes of the SHA-256 hash of the bytes below. They are an encoding of their own and never change, whatever becomes of
 * frames and journal: an order of years ago must still have the fingerprint in its row. All numbers are big-endian.
 * Whether an order is urgent is none of its content: the same request again, now urgent, is the same order.
 *
 * <pre>
 * byte 0        'F'; 'E' when the buyer's wallet does not pay; with a hold 'H', and 'G' when that does not pay
 * bytes 1-8     buyer
 * byte 9        number of lines
 * per line, in the order of the request:
 *   8 bytes     product
 *   4 bytes     quantity
 *   8 bytes     unit price in minor units; -1 when there is none
 * 2 bytes       length of the host's data
 * then          the host's data
 * 8 bytes       only with a hold: its length in milliseconds
 * </pre>
 *
 * @param high the first 8 bytes
 * @param low the last 8 bytes
 */
public record Fingerprint(long high, long low) {
    /** Bytes of a fingerprint. */
    public static final int BYTES = 16;

    // with two lines and no host data, 52 bytes: one block of the hash, which is most of the cost
    private static final int FIXED_BYTES = 1 + Long.BYTES + 1 + Short.BYTES;
    private static final int LINE_BYTES = Long.BYTES + Integer.BYTES + Long.BYTES;

    /** Of the content of a valid order. */
    public static Fingerprint of(
            long buyer, List<OrderLine> lines, Payment payment, Optional<Duration> holdFor, byte[] hostData) {
        long holdMillis = holdFor.map(Duration::toMillis).orElse(0L);
        return of(buyer, Lines.of(lines), payment, holdMillis, hostData, 0);
    }

    /**
     * Of lines and of the host's data, which is in {@code bytes} from the offset to the end.
     *
     * @param holdMillis 0 for no hold
     */
    static Fingerprint of(long buyer, Lines lines, Payment payment, long holdMillis, byte[] bytes, int offset) {
        int hostLength = bytes.length - offset;
        boolean held = holdMillis > 0;
        int size = FIXED_BYTES + LINE_BYTES * lines.count() + hostLength + (held ? Long.BYTES : 0);
        byte[] content = new byte[size];
        content[0] = (byte) (payment == Payment.EXTERNAL ? held ? 'G' : 'E' : held ? 'H' : 'F');
        Bytes.putLong(content, 1, buyer);
        content[9] = (byte) lines.count();
        int at = 10;
        for (int i = 0; i < lines.count(); i++) {
            Bytes.putLong(content, at, lines.product[i]);
            Bytes.putInt(content, at + 8, lines.quantity[i]);
            Bytes.putLong(content, at + 12, lines.unitPrice[i]);
            at += LINE_BYTES;
        }
        content[at] = (byte) (hostLength >>> 8);
        content[at + 1] = (byte) hostLength;
        System.arraycopy(bytes, offset, content, at + 2, hostLength);
        if (held) {
            Bytes.putLong(content, size - Long.BYTES, holdMillis);
        }
        return fromBytes(Sha256.hash(content), 0);
    }

    /** The 16 bytes, as they are stored. */
    public byte[] toBytes() {
        byte[] bytes = new byte[BYTES];
        Bytes.putLong(bytes, 0, high);
        Bytes.putLong(bytes, 8, low);
        return bytes;
    }

    /**
     * Reads a fingerprint from 16 bytes.
     *
     * @throws IndexOutOfBoundsException if there are fewer than 16 bytes from the offset on
     */
    public static Fingerprint fromBytes(byte[] bytes, int offset) {
        return new Fingerprint(Bytes.getLong(bytes, offset), Bytes.getLong(bytes, offset + 8));
    }

    /** Appends the 16 bytes as 32 lower-case hex digits. */
    public void appendHex(StringBuilder target) {
        Bytes.appendHex(target, high, low);
    }
}
