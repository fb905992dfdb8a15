package io.orderflow.queue.rabbit;

import io.orderflow.queue.Delivery.Oversized;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * What a consumer's connection reads, without what this process cannot use. It knows the frames of AMQP 0-9-1, and
 * hands them on as they are but for deliveries:
 *
 * <ul>
 *   <li><b>S1</b> A message larger than any of ours is read to its end in pieces and handed on as its first bytes. So
 *       it costs the same memory whatever its size is, while the client library would allocate all of it, or end the
 *       connection, and meet it again on the next one. {@link #oversized} has its length and hash.
 *   <li><b>S2</b> Of a message's properties only the server's {@code x-delivery-count} is handed on. Strangers write
 *       the others, and what the client library cannot parse, or nests too deep, ends the connection as well.
 *   <li><b>S3</b> A read that times out loses nothing: the next one goes on where it stopped.
 * </ul>
 *
 * <p>For one thread, the one that reads the connection. Deliveries come on one channel.
 */
final class Sieve extends InputStream {
    private static final int HEAD = AmqpFrames.HEAD;
    private static final int DELIVER = 60 << 16 | 60;
    private static final int SIZE_AT = HEAD + 4;
    private static final int PROPERTIES_AT = HEAD + 12;
    /** A delivery's method frame is smaller: three texts of at most 255 bytes. */
    private static final int LARGEST_DELIVER = 1_024;
    /** The server's frames have at most 128 KiB, unless it was told otherwise; larger headers are handed on unread. */
    private static final int LARGEST_HEADER = 1 << 20;

    private final InputStream in;
    private final int largestMessage;
    private final Deque<Whole> cut = new ArrayDeque<>();

    /** The part of a frame that is read but not judged yet. */
    private byte[] frame = new byte[HEAD + LARGEST_DELIVER + AmqpFrames.TAIL];

    private int filled;
    private byte[] out = {};
    private int outAt;
    private int outEnd;
    /** So many bytes of the present frame are handed on as they come. */
    private long passing;

    /** The delivery whose header comes next; 0 if none does. */
    private long tag;

    private int channel;
    private OversizedMessage collected;

    /** What an oversized message is as a whole, by its delivery. */
    private record Whole(long tag, Oversized oversized) {}

    Sieve(InputStream in, int largestMessage) {
        this.in = in;
        this.largestMessage = largestMessage;
    }

    /**
     * What the delivery is as a whole, if only its beginning was handed on; null if not. To be asked once, in the
     * deliveries' order.
     */
    Oversized oversized(long delivery) {
        while (!cut.isEmpty() && cut.peekFirst().tag() < delivery) {
            cut.removeFirst();
        }
        boolean found = !cut.isEmpty() && cut.peekFirst().tag() == delivery;
        return found ? cut.removeFirst().oversized() : null;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int at, int most) throws IOException {
        if (most == 0) {
            return 0;
        }
        while (true) {
            if (outAt < outEnd) {
                int count = Math.min(most, outEnd - outAt);
                System.arraycopy(out, outAt, to, at, count);
                outAt += count;
                return count;
            }
            if (passing > 0) {
                int count = in.read(to, at, (int) Math.min(most, passing));
                passing -= Math.max(0, count);
                return count;
            }
            if (!goOn()) {
                return -1;
            }
        }
    }

    @Override
    public int available() throws IOException {
        return outAt < outEnd ? outEnd - outAt : (int) Math.min(passing, in.available());
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    /** Reads some more; false at the end of the stream. */
    private boolean goOn() throws IOException {
        if (collected != null && collected.isInFrame()) {
            boolean more = collected.readFrom(in);
            if (collected.isComplete()) {
                handOnBeginning();
            }
            return more;
        }
        if (!fill(1)) {
            return false;
        }
        if (frame[0] == 'A') {
            // the server answers with the protocol it speaks, and ends the connection
            handOn(1, Long.MAX_VALUE);
            return true;
        }
        if (!fill(HEAD)) {
            return false;
        }
        long payload = number(3, 4);
        return switch (frame[0]) {
            case AmqpFrames.METHOD -> method(payload);
            case AmqpFrames.HEADER -> header(payload);
            case AmqpFrames.BODY -> body(payload);
            default -> handOn(HEAD, payload + AmqpFrames.TAIL);
        };
    }

    /** What is read of the present frame, and so many bytes more as they come. */
    private boolean handOn(int read, long more) {
        out = frame;
        outAt = 0;
        outEnd = read;
        filled = 0;
        passing = more;
        return true;
    }

    private boolean method(long payload) throws IOException {
        if (payload < 4 || payload > LARGEST_DELIVER) {
            return handOn(HEAD, payload + AmqpFrames.TAIL);
        }
        int all = HEAD + (int) payload + AmqpFrames.TAIL;
        if (!fill(all)) {
            return false;
        }
        int tagAt = HEAD + 5 + (frame[HEAD + 4] & 0xff);
        if (number(HEAD, 4) == DELIVER && tagAt + 8 <= all) {
            tag = number(tagAt, 8);
            channel = (int) number(1, 2);
        }
        return handOn(all, 0);
    }

    private boolean header(long payload) throws IOException {
        if (tag == 0 || number(1, 2) != channel || payload < PROPERTIES_AT - HEAD || payload > LARGEST_HEADER) {
            return handOn(HEAD, payload + AmqpFrames.TAIL);
        }
        int all = HEAD + (int) payload + AmqpFrames.TAIL;
        if (!fill(all)) {
            return false;
        }
        long size = number(SIZE_AT, 8);
        long delivered = DeliveryCount.in(frame, PROPERTIES_AT, all - AmqpFrames.TAIL);
        if (size > largestMessage) {
            collected = new OversizedMessage(size, largestMessage, delivered);
            filled = 0;
        } else {
            tag = 0;
            say(AmqpFrames.header(channel, size, delivered));
        }
        return true;
    }

    private boolean body(long payload) {
        if (collected == null || number(1, 2) != channel) {
            return handOn(HEAD, payload + AmqpFrames.TAIL);
        }
        filled = 0;
        collected.beginFrame(payload);
        return true;
    }

    private void handOnBeginning() {
        cut.addLast(new Whole(tag, collected.oversized()));
        say(collected.asSmallMessage(channel));
        tag = 0;
        collected = null;
    }

    private void say(byte[] instead) {
        out = instead;
        outAt = 0;
        outEnd = instead.length;
        filled = 0;
    }

    /** Reads the present frame up to there; false at the end of the stream. What was read stays if reading fails. */
    private boolean fill(int wanted) throws IOException {
        if (frame.length < wanted) {
            frame = Arrays.copyOf(frame, wanted);
        }
        while (filled < wanted) {
            int count = in.read(frame, filled, wanted - filled);
            if (count < 0) {
                return false;
            }
            filled += count;
        }
        return true;
    }

    private long number(int at, int bytes) {
        return AmqpFrames.number(frame, at, bytes);
    }
}
