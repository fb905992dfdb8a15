package io.orderflow.internal.codec;

import static io.orderflow.DeadLetterReason.UNAUTHENTICATED;
import static java.util.Objects.requireNonNull;

import io.orderflow.Limits;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The host's secret keys, and what they are for: a tag in front of a frame, which nobody can make without a key.
 * Thread-safe.
 *
 * <pre>
 * bytes 0-1     'O' 'H'
 * byte 2        version, 1: HMAC-SHA-256
 * byte 3        flags, 0
 * bytes 4-35    the tag: HMAC-SHA-256 of all bytes of the message but these 32
 * then          the frame, see {@link FrameCodec}, or what another program wrote in its place, see {@link JsonOrder}
 * </pre>
 *
 * <p>With a key, nothing of a message is read before its tag is found right; what has none is refused. Without a key, a
 * tag is skipped unread: a process without one believes every frame, and believes no more than that for a tag. So a
 * host can give the key to those who publish first, and to those who decide when the last frame without a tag is gone.
 *
 * <p>A tag does not tell an old frame from a new one: a frame that is delivered again meets its orders' rows.
 */
public final class FrameKeys {
    /** No key: frames are written without a tag, and read with and without one. */
    public static final FrameKeys NONE = new FrameKeys(List.of(), List.of());

    /** Bytes of a message beside its frame. */
    static final int TAG_BYTES = 36;

    private static final Logger log = LoggerFactory.getLogger(FrameKeys.class);

    private static final String ALGORITHM = "HmacSHA256";
    private static final byte[] HEAD = {'O', 'H', 1, 0};

    private final List<SecretKeySpec> own;
    private final List<SecretKeySpec> accepted;
    private final AtomicBoolean warned = new AtomicBoolean();

    private FrameKeys(List<SecretKeySpec> own, List<SecretKeySpec> accepted) {
        this.own = own;
        this.accepted = accepted;
    }

    /** These keys, and frames are written with the given one. Copies it. */
    public FrameKeys writing(byte[] key) {
        return new FrameKeys(List.of(new SecretKeySpec(key, ALGORITHM)), accepted);
    }

    /** These keys, and frames that were written with the given one are read too. Copies it. */
    public FrameKeys alsoReading(byte[] key) {
        return new FrameKeys(own, List.of(new SecretKeySpec(key, ALGORITHM)));
    }

    /** Whether frames are written with a tag. */
    public boolean isWriting() {
        return !own.isEmpty();
    }

    /** Whether there is a key beside the one that frames are written with. */
    public boolean isAlsoReading() {
        return !accepted.isEmpty();
    }

    /**
     * Makes a message of a frame.
     *
     * @param frame not larger than leaves room for a tag, see {@link FrameCodec#ROOM}; given away
     */
    public byte[] toMessage(byte[] frame) {
        if (own.isEmpty()) {
            return frame;
        }
        byte[] message = new byte[TAG_BYTES + frame.length];
        System.arraycopy(HEAD, 0, message, 0, HEAD.length);
        System.arraycopy(frame, 0, message, TAG_BYTES, frame.length);
        byte[] tag = tag(own.get(0), message);
        System.arraycopy(tag, 0, message, HEAD.length, tag.length);
        return message;
    }

    /**
     * Takes a message's tag off, if it is right or there is no key.
     *
     * @return what it was made for; the message itself if it has no tag
     * @throws MalformedException if there is a key and the message has no tag or a wrong one
     */
    public byte[] open(byte[] message) throws MalformedException {
        boolean tagged = isTagged(requireNonNull(message, "message"));
        if (!own.isEmpty()) {
            check(tagged, message);
        } else if (tagged && warned.compareAndSet(false, true)) {
            log.warn("frames on the queue carry a tag, and this process has no frameKey: their tags are not checked");
        }
        return tagged ? untagged(message) : message;
    }

    /** Takes a message's tag off unread, for a person to look at the rest, whoever made it. */
    static byte[] openUnverified(byte[] message) {
        return isTagged(message) ? untagged(message) : message;
    }

    private static byte[] untagged(byte[] tagged) {
        return Arrays.copyOfRange(tagged, TAG_BYTES, tagged.length);
    }

    private static boolean isTagged(byte[] message) {
        return message.length > TAG_BYTES
                && message.length <= Limits.FRAME_BYTES
                && Arrays.equals(message, 0, HEAD.length, HEAD, 0, HEAD.length);
    }

    private void check(boolean tagged, byte[] message) throws MalformedException {
        if (!tagged) {
            throw new MalformedException(
                    UNAUTHENTICATED, "a message of " + message.length + " bytes must have a tag, but has none");
        }
        List<SecretKeySpec> keys = new ArrayList<>(own);
        keys.addAll(accepted);
        byte[] declared = Arrays.copyOfRange(message, HEAD.length, TAG_BYTES);
        for (SecretKeySpec key : keys) {
            // takes the same time wherever the first difference is, or a forger could find the tag byte by byte
            if (MessageDigest.isEqual(tag(key, message), declared)) {
                return;
            }
        }
        throw new MalformedException(
                UNAUTHENTICATED,
                "the tag of a message of " + message.length + " bytes is not that of a key of this process");
    }

    private static byte[] tag(SecretKeySpec key, byte[] message) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            mac.update(message, 0, HEAD.length);
            mac.update(message, TAG_BYTES, message.length - TAG_BYTES);
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform must have " + ALGORITHM, e);
        }
    }

    /** Never a key. */
    @Override
    public String toString() {
        return "FrameKeys[writing=" + isWriting() + ", alsoReading=" + isAlsoReading() + "]";
    }
}
