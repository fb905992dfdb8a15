package io.orderflow.internal.codec;

import io.orderflow.Limits;
import io.orderflow.Payment;
import java.util.UUID;

/**
 * The content of an order as compact bytes, the same in frames and in the journal's rows. Id and buyer stand beside
 * them, since tables and frames need them apart. Thread-safe; all static.
 *
 * <pre>
 * 1 byte    version, 1; the top bit is set when the buyer's wallet does not pay, the next one when a hold follows, the
 *           one after that when the order is urgent
 * varint    only with a hold: its length in milliseconds, {@link Limits#SHORTEST_HOLD} to {@link Limits#LONGEST_HOLD}
 * varint    number of lines, 1 to {@link Limits#LINES}
 * per line:
 *   varint  product, 0 or more
 *   varint  quantity, 1 to {@link Limits#QUANTITY}
 *   varint  0 when there is no unit price, else the price in minor units + 1
 * varint    length of the host's data, 0 to {@link Limits#HOST_DATA}
 * then      the host's data, to the end
 * </pre>
 *
 * <p>Varints are those of {@link Bytes}, in their shortest form only. The largest valid order, 100 lines of 20 bytes, a
 * hold and 1 KiB of host data, takes 3,033 bytes.
 */
final class RequestCodec {
    /** What the journal's column holds; some room is left for what later versions add. */
    static final int MOST_BYTES = 4_096;

    /** One line with numbers of one byte each, no host data. */
    static final int LEAST_BYTES = 6;

    private static final byte VERSION = 1;

    /** Foremost, where SQL finds it without decoding: see {@link Codes#walletPays}. */
    private static final int EXTERNAL = 0x80;

    private static final int HOLD = 0x40;

    private static final int URGENT = 0x20;

    private static final long SHORTEST_HOLD = Limits.SHORTEST_HOLD.toMillis();
    private static final long LONGEST_HOLD = Limits.LONGEST_HOLD.toMillis();

    private static final int LINE_LEAST_BYTES = 3;

    private RequestCodec() {}

    /**
     * Encodes valid content.
     *
     * @param holdMillis 0 for no hold
     */
    static byte[] encode(Lines lines, Payment payment, long holdMillis, boolean urgent, byte[] hostData) {
        byte[] bytes = new byte[size(lines, hostData) + (holdMillis == 0 ? 0 : Bytes.varintSize(holdMillis))];
        bytes[0] = (byte) (payment == Payment.EXTERNAL ? EXTERNAL | VERSION : VERSION);
        int at = 1;
        if (urgent) {
            bytes[0] |= URGENT;
        }
        if (holdMillis > 0) {
            bytes[0] |= HOLD;
            at = Bytes.putVarint(bytes, at, holdMillis);
        }
        at = Bytes.putVarint(bytes, at, lines.count());
        for (int i = 0; i < lines.count(); i++) {
            at = Bytes.putVarint(bytes, at, lines.product[i]);
            at = Bytes.putVarint(bytes, at, lines.quantity[i]);
            at = Bytes.putVarint(bytes, at, lines.unitPrice[i] + 1);
        }
        at = Bytes.putVarint(bytes, at, hostData.length);
        System.arraycopy(hostData, 0, bytes, at, hostData.length);
        return bytes;
    }

    static Payment payment(byte[] request) {
        return (request[0] & EXTERNAL) == 0 ? Payment.WALLET : Payment.EXTERNAL;
    }

    static boolean isUrgent(byte[] request) {
        return (request[0] & URGENT) != 0;
    }

    /** The same content, not urgent; a copy. */
    static byte[] ordinary(byte[] request) {
        byte[] ordinary = request.clone();
        ordinary[0] &= ~URGENT;
        return ordinary;
    }

    private static int size(Lines lines, byte[] hostData) {
        int size = 1 + Bytes.varintSize(lines.count()) + Bytes.varintSize(hostData.length) + hostData.length;
        for (int i = 0; i < lines.count(); i++) {
            size += Bytes.varintSize(lines.product[i])
                    + Bytes.varintSize(lines.quantity[i])
                    + Bytes.varintSize(lines.unitPrice[i] + 1);
        }
        return size;
    }

    static OrderEntry decode(UUID id, long buyer, byte[] request) throws MalformedException {
        if (buyer < 0) {
            throw new MalformedException("buyer must be >= 0: " + buyer);
        }
        if (request.length < LEAST_BYTES || request.length > MOST_BYTES) {
            throw new MalformedException(
                    "request must have between " + LEAST_BYTES + " and " + MOST_BYTES + " bytes: " + request.length);
        }
        int version = request[0] & ~EXTERNAL & ~HOLD & ~URGENT & 0xff;
        if (version != VERSION) {
            throw new MalformedException("request version must be " + VERSION + ": " + version);
        }
        ByteReader in = new ByteReader(request, 1);
        long holdMillis = (request[0] & HOLD) == 0 ? 0 : in.varint("hold in ms", SHORTEST_HOLD, LONGEST_HOLD);
        Lines lines = lines(in);
        int hostLength = (int) in.varint("hostData length", 0, Limits.HOST_DATA);
        int hostOffset = in.skip("hostData", hostLength);
        in.requireEnd("request");
        return new OrderEntry(id, buyer, request, lines, holdMillis, hostOffset);
    }

    private static Lines lines(ByteReader in) throws MalformedException {
        int count = (int) in.varint("number of lines", 1, Limits.LINES);
        if (count * LINE_LEAST_BYTES > in.remaining()) {
            throw new MalformedException("request of " + count + " lines must have at least " + count * LINE_LEAST_BYTES
                    + " bytes more, but has " + in.remaining());
        }
        Lines lines = new Lines(count);
        long total = 0;
        for (int i = 0; i < count; i++) {
            lines.product[i] = in.varint("product", 0, Long.MAX_VALUE);
            int quantity = (int) in.varint("quantity", 1, Limits.QUANTITY);
            lines.quantity[i] = quantity;
            long price = in.varint("unitPrice + 1", 0, Limits.AMOUNT + 1) - 1;
            lines.unitPrice[i] = price;
            if (price != Lines.NO_PRICE) {
                // by division: the product of the two largest values does not fit a long
                if (price > (Limits.AMOUNT - total) / quantity) {
                    throw new MalformedException("total must be at most " + Limits.AMOUNT + ": exceeded by line " + i);
                }
                total += price * quantity;
            }
        }
        return lines;
    }
}
