package io.orderflow.queue.rabbit;

import io.orderflow.queue.Delivery.Oversized;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The body of a message that is too large, while it is read: its hash and its beginning. For one thread. */
final class OversizedMessage {
    private final long size;
    private final long delivered;
    private final byte[] beginning;
    private final byte[] piece = new byte[8_192];
    private final MessageDigest hash;
    private int kept;
    private long seen;
    /** Bytes of the present frame that are not read yet, its end included. */
    private long inFrame;

    /**
     * Of a body that was announced.
     *
     * @param size its bytes, more than those that are kept
     * @param keep how many are kept
     * @param delivered how often it was delivered before
     */
    OversizedMessage(long size, int keep, long delivered) {
        this.size = size;
        this.delivered = delivered;
        this.beginning = new byte[keep];
        try {
            this.hash = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** So much of the body comes in the next frame. */
    void beginFrame(long payload) {
        inFrame = payload + AmqpFrames.TAIL;
    }

    boolean isInFrame() {
        return inFrame > 0;
    }

    boolean isComplete() {
        return inFrame == 0 && seen >= size;
    }

    /** Reads some of the present frame; false at the end of the stream. */
    boolean readFrom(InputStream in) throws IOException {
        int count = in.read(piece, 0, (int) Math.min(piece.length, inFrame));
        if (count < 0) {
            return false;
        }
        inFrame -= count;
        int content = inFrame == 0 ? count - AmqpFrames.TAIL : count;
        hash.update(piece, 0, content);
        int keep = Math.min(content, beginning.length - kept);
        System.arraycopy(piece, 0, beginning, kept, keep);
        kept += keep;
        seen += content;
        return true;
    }

    /** What it was; to be asked once, at its end. */
    Oversized oversized() {
        return new Oversized((int) Math.min(Integer.MAX_VALUE, size), hash.digest());
    }

    /** Frames of a message that has the beginning alone. */
    byte[] asSmallMessage(int channel) {
        return AmqpFrames.message(channel, beginning, delivered);
    }
}
