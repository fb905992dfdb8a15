package io.orderflow.internal.codec;

import static java.util.Objects.requireNonNull;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongUnaryOperator;

/**
 * The ids of orders: how they are made, compared and written. Thread-safe. An id is a name, not a secret: others can be
 * guessed from some ids, so a host must check who may see an order.
 *
 * <p>The id of a buyer's idempotency key is the first 16 bytes of the SHA-256 hash of these bytes, with the version set
 * to 8 and the variant to 2. This encoding never changes: the same request must find the same row for ever.
 *
 * <pre>
 * byte 0      'K'
 * bytes 1-8   buyer, big-endian
 * bytes 9-    the key's UTF-16 units, 2 bytes each, big-endian; not UTF-8, where all unpaired surrogates are one
 * </pre>
 */
public final class OrderIds {
    /** Order of ids as the databases have it: by unsigned bytes. {@link UUID#compareTo} is signed. */
    public static final Comparator<UUID> UNSIGNED = OrderIds::compare;

    /** Bytes of an id. */
    public static final int BYTES = 16;

    private static final TimeOrderedIds TIME_ORDERED = new TimeOrderedIds(System::currentTimeMillis, secret());

    private OrderIds() {}

    private static LongUnaryOperator secret() {
        SecureRandom random = new SecureRandom();
        long first = random.nextLong();
        long second = random.nextLong();
        return bits -> mixed(mixed(bits ^ first) ^ second);
    }

    /** Each bit of the result depends on all bits (the last step of SplitMix64). */
    private static long mixed(long bits) {
        long once = (bits ^ bits >>> 30) * 0xbf58476d1ce4e5b9L;
        long twice = (once ^ once >>> 27) * 0x94d049bb133111ebL;
        return twice ^ twice >>> 31;
    }

    /**
     * Reads an id in its one spelling of 36 characters, in capital or small letters; empty for any other text. What the
     * JDK reads beside that has lost digits: two texts would be one id.
     */
    public static Optional<UUID> read(String text) {
        try {
            return Optional.of(UUID.fromString(text)).filter(id -> id.toString().equalsIgnoreCase(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Makes an id (UUID version 7) that is larger than all that this process made before. */
    public static UUID next() {
        return TIME_ORDERED.next();
    }

    /**
     * The id (UUID version 8) that stands for a buyer's idempotency key: the same for the same two, always and
     * everywhere.
     */
    public static UUID fromKey(long buyer, String key) {
        int length = requireNonNull(key, "key").length();
        byte[] content = new byte[9 + 2 * length];
        content[0] = 'K';
        Bytes.putLong(content, 1, buyer);
        for (int i = 0; i < length; i++) {
            char unit = key.charAt(i);
            content[9 + 2 * i] = (byte) (unit >>> 8);
            content[10 + 2 * i] = (byte) unit;
        }
        byte[] hash = Sha256.hash(content);
        long high = Bytes.getLong(hash, 0) & ~0xf000L | 0x8000L;
        long low = Bytes.getLong(hash, 8) & 0x3fff_ffff_ffff_ffffL | 0x8000_0000_0000_0000L;
        return new UUID(high, low);
    }

    /** Whether an id looks like those of {@link #fromKey}; which key it stands for, if any, nobody can tell. */
    public static boolean isOfKey(UUID id) {
        return id.version() == 8 && id.variant() == 2;
    }

    /**
     * Whether {@link #next} of this process made the id: then it stands for one request object, which no other process
     * has. An id of a key, of the host's own or of another process may come again, and with another content.
     */
    public static boolean isMadeHere(UUID id) {
        return TIME_ORDERED.isOwn(id);
    }

    /** Whether {@link #next} of any process may have made the id. */
    public static boolean isTimeOrdered(UUID id) {
        return id.version() == 7;
    }

    /** Compares as unsigned bytes. */
    public static int compare(UUID left, UUID right) {
        int high = Long.compareUnsigned(left.getMostSignificantBits(), right.getMostSignificantBits());
        return high != 0 ? high : Long.compareUnsigned(left.getLeastSignificantBits(), right.getLeastSignificantBits());
    }

    /** The id's 16 bytes, big-endian. */
    public static byte[] toBytes(UUID id) {
        byte[] bytes = new byte[BYTES];
        put(bytes, 0, id);
        return bytes;
    }

    /**
     * Reads an id from 16 bytes.
     *
     * @throws IndexOutOfBoundsException if there are fewer than 16 bytes from the offset on
     */
    public static UUID fromBytes(byte[] bytes, int offset) {
        return new UUID(Bytes.getLong(bytes, offset), Bytes.getLong(bytes, offset + 8));
    }

    /** Reads ids that stand behind each other; fewer than 16 bytes at the end are none. */
    public static List<UUID> allFrom(byte[] bytes) {
        List<UUID> ids = new ArrayList<>(bytes.length / BYTES);
        for (int at = 0; at + BYTES <= bytes.length; at += BYTES) {
            ids.add(fromBytes(bytes, at));
        }
        return ids;
    }

    static void put(byte[] bytes, int offset, UUID id) {
        Bytes.putLong(bytes, offset, id.getMostSignificantBits());
        Bytes.putLong(bytes, offset + 8, id.getLeastSignificantBits());
    }
}
