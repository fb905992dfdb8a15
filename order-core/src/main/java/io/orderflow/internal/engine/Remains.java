package io.orderflow.internal.engine;

import static java.util.Objects.requireNonNull;

import io.orderflow.Limits;
import io.orderflow.internal.codec.Sha256;
import java.util.Arrays;

/**
 * What is kept of a message that is set aside. The arrays are not copied; nobody changes them.
 *
 * @param hash 32 bytes that tell the message from every other: SHA-256 of all of it, where that is known
 * @param length bytes of the whole message
 * @param beginning its first bytes, at most as many as the largest frame has
 */
public record Remains(byte[] hash, int length, byte[] beginning) {
    /** Most bytes that are kept of a message that anybody may have sent. */
    public static final int STRANGER_BYTES = 256;

    /** Cuts what is too long. */
    public Remains {
        requireNonNull(hash, "hash");
        if (beginning.length > Limits.FRAME_BYTES) {
            beginning = Arrays.copyOf(beginning, Limits.FRAME_BYTES);
        }
    }

    /** Of a message that is there as a whole. */
    public static Remains of(byte[] message) {
        return new Remains(Sha256.hash(message), message.length, message);
    }

    /**
     * The same with no more of the message than tells a person what it was: anybody may send it, and as often as he
     * likes.
     */
    public Remains ofStranger() {
        return new Remains(hash, length, Arrays.copyOf(beginning, Math.min(STRANGER_BYTES, beginning.length)));
    }
}
