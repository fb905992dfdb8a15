package io.orderflow.queue.rabbit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.queue.Delivery.Oversized;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.Security;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a consumer's connection hands on of what the server sends (S1 to S3). */
final class SieveTest {
    private static final int LARGEST = 10_000;
    private static final int CHANNEL = 3;
    private static final long SEED = 20_261_128;

    private final Random random = new Random(SEED);
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private final ByteArrayOutputStream expected = new ByteArrayOutputStream();

    private Sieve sieve(InputStream in) {
        return new Sieve(in, LARGEST);
    }

    @Test
    void whatIsNoDeliveryGoesThroughAsItIs() throws Exception {
        send(frame(8, 0, new byte[0]));
        send(frame(1, 0, method(10, 10, bytes(2_000))));
        send(frame(1, CHANNEL, method(60, 21, bytes(5))));
        send(frame(2, CHANNEL, header(5, bytes(30))));
        send(frame(3, CHANNEL, bytes(5)));
        send(frame(1, CHANNEL, new byte[] {0}));
        assertPassed(sent.toByteArray());
    }

    @Test
    void anotherProtocolsAnswerGoesThroughAsItIs() throws Exception {
        send(new byte[] {'A', 'M', 'Q', 'P', 0, 0, 9, 1});
        assertPassed(sent.toByteArray());
    }

    @Test
    void aDeliveryKeepsItsBodyAndItsCountAndLosesEveryOtherProperty() throws Exception {
        byte[] body = bytes(LARGEST);
        deliver(1);
        send(frame(2, CHANNEL, header(body.length, properties(7))));
        send(frame(3, CHANNEL, Arrays.copyOfRange(body, 0, 4_000)));
        send(frame(3, CHANNEL, Arrays.copyOfRange(body, 4_000, LARGEST)));
        expect(deliverFrame(1));
        expect(AmqpFrames.header(CHANNEL, body.length, 7));
        expect(frame(3, CHANNEL, Arrays.copyOfRange(body, 0, 4_000)));
        expect(frame(3, CHANNEL, Arrays.copyOfRange(body, 4_000, LARGEST)));
        assertPassed(expected.toByteArray());
        assertArrayEquals(
                frame(2, CHANNEL, header(body.length, onlyCount(7))), AmqpFrames.header(CHANNEL, body.length, 7));
        assertArrayEquals(frame(2, CHANNEL, header(1, new byte[2])), AmqpFrames.header(CHANNEL, 1, 0));
    }

    @Test
    void anEmptyMessageIsOne() throws Exception {
        deliver(1);
        send(frame(2, CHANNEL, header(0, new byte[2])));
        send(frame(8, 0, new byte[0]));
        assertPassed(sent.toByteArray());
    }

    @Test
    void anOversizedMessageIsCutAndItsNeighboursAreNot() throws Exception {
        byte[] large = bytes(5 * LARGEST + 1);
        small(1);
        deliver(2);
        send(frame(2, CHANNEL, header(large.length, properties(4))));
        int at = 0;
        while (at < large.length) {
            int length = Math.min(large.length - at, 1 + random.nextInt(9_000));
            send(frame(3, CHANNEL, Arrays.copyOfRange(large, at, at + length)));
            send(frame(8, 0, new byte[0]));
            at += length;
        }
        small(3);
        Sieve sieve = sieve(new Dripping(sent.toByteArray(), random));
        byte[] passed = readAll(sieve);
        assertNull(sieve.oversized(1));
        assertEquals(new Oversized(large.length, sha256(large)), sieve.oversized(2));
        assertNull(sieve.oversized(3));
        Sieve again = sieve(new ByteArrayInputStream(passed));
        assertArrayEquals(passed, again.readAllBytes(), "nothing of it is too large any more");
        String told = new String(passed, StandardCharsets.ISO_8859_1);
        byte[] piece = Arrays.copyOf(large, 4_000);
        assertTrue(told.contains(new String(piece, StandardCharsets.ISO_8859_1)), "its beginning is handed on");
        assertTrue(passed.length < LARGEST + 2_000, () -> "so much was handed on: " + passed.length);
    }

    @Test
    void aMessageOfALengthThatNoMemoryHasCostsWhatItsBeginningCosts() throws Exception {
        Security.insertProviderAt(new CheapHash(), 1);
        try {
            aMessageOfTwoGigabytes();
        } finally {
            Security.removeProvider(CheapHash.NAME);
        }
    }

    private void aMessageOfTwoGigabytes() throws Exception {
        deliver(1);
        long size = 1L << 31;
        send(frame(2, CHANNEL, header(size, new byte[2])));
        byte[] piece = bytes(1 << 20);
        byte[] start = sent.toByteArray();
        byte[] bodyFrame = frame(3, CHANNEL, piece);
        InputStream endless = new Repeated(start, bodyFrame, size / piece.length);
        Sieve sieve = sieve(endless);
        byte[] passed = readAll(sieve);
        assertTrue(passed.length < LARGEST + 1_000, () -> "so much was handed on: " + passed.length);
        Oversized whole = sieve.oversized(1);
        assertEquals(Integer.MAX_VALUE, whole.length());
        assertEquals(new Oversized(Integer.MAX_VALUE, CheapHash.of(size)), whole, "all of it was hashed");
    }

    @Test
    void propertiesOfAnyBytesEndNothingAndAreNotHandedOn() throws Exception {
        for (int i = 1; i <= 2_000; i++) {
            byte[] foreign = i % 2 == 0 ? bytes(random.nextInt(200)) : damaged(properties(5));
            deliver(i);
            send(frame(2, CHANNEL, header(1, foreign)));
            send(frame(3, CHANNEL, new byte[] {1}));
        }
        byte[] passed = readAll(sieve(new Dripping(sent.toByteArray(), random)));
        assertTrue(passed.length < 2_000 * (deliverFrame(1).length + 53 + 9 + 9), "no more than a count of each");
    }

    @Test
    void nestedTablesAreSteppedOver() throws Exception {
        byte[] nested = {};
        for (int i = 0; i < 5_000; i++) {
            nested = field("n", 'F', table(nested));
        }
        byte[] both = concat(nested, count(9));
        byte[] properties = concat(new byte[] {0x20, 0}, table(both));
        byte[] payload = header(1, properties);
        assertEquals(9, DeliveryCount.in(payload, 12, payload.length));
    }

    @Test
    void theCountIsFoundBehindEveryKindOfField() throws Exception {
        byte[] payload = header(1, properties(12));
        assertEquals(12, DeliveryCount.in(payload, 12, payload.length));
        for (int end = 12; end < payload.length - 20; end++) {
            assertEquals(0, DeliveryCount.in(payload, 12, end), "cut before the count");
        }
    }

    private void small(long tag) throws IOException {
        deliver(tag);
        send(frame(2, CHANNEL, header(3, new byte[2])));
        send(frame(3, CHANNEL, bytes(3)));
    }

    private void assertPassed(byte[] wanted) throws IOException {
        assertArrayEquals(wanted, readAll(sieve(new ByteArrayInputStream(sent.toByteArray()))));
        assertArrayEquals(wanted, readAll(sieve(new Dripping(sent.toByteArray(), random))), "seed " + SEED);
    }

    /** Reads in pieces of any size; goes on after time-outs. */
    private byte[] readAll(InputStream in) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] buffer = new byte[9_000];
        while (true) {
            try {
                int most = 1 + random.nextInt(buffer.length);
                int count = in.read(buffer, 0, most);
                if (count < 0) {
                    return all.toByteArray();
                }
                all.write(buffer, 0, count);
            } catch (SocketTimeoutException again) {
                assertTrue(in.available() >= 0, "it can still be read");
            }
        }
    }

    private void send(byte[] bytes) {
        sent.writeBytes(bytes);
    }

    private void expect(byte[] bytes) {
        expected.writeBytes(bytes);
    }

    private void deliver(long tag) throws IOException {
        send(deliverFrame(tag));
    }

    private static byte[] deliverFrame(long tag) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeByte(6);
        out.writeBytes("amq.me");
        out.writeLong(tag);
        out.writeByte(0);
        out.writeByte(0);
        out.writeByte(6);
        out.writeBytes("orders");
        return frame(1, CHANNEL, method(60, 60, bytes.toByteArray()));
    }

    private static byte[] frame(int type, int channel, byte[] payload) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeByte(type);
        out.writeShort(channel);
        out.writeInt(payload.length);
        out.write(payload);
        out.writeByte(0xCE);
        return bytes.toByteArray();
    }

    private static byte[] method(int type, int number, byte[] arguments) throws IOException {
        return concat(new byte[] {0, (byte) type, 0, (byte) number}, arguments);
    }

    private static byte[] header(long size, byte[] properties) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeShort(60);
        out.writeShort(0);
        out.writeLong(size);
        out.write(properties);
        return bytes.toByteArray();
    }

    /** Content type, content encoding, a table with a field of each kind, and what comes after that. */
    private static byte[] properties(int count) throws IOException {
        byte[] fields = concat(
                field("t", 't', new byte[1]),
                field("b", 'b', new byte[1]),
                field("B", 'B', new byte[1]),
                field("s", 's', new byte[2]),
                field("u", 'u', new byte[2]),
                field("I", 'I', new byte[4]),
                field("i", 'i', new byte[4]),
                field("l", 'l', new byte[8]),
                field("f", 'f', new byte[4]),
                field("d", 'd', new byte[8]),
                field("D", 'D', new byte[5]),
                field("T", 'T', new byte[8]),
                field("V", 'V', new byte[0]),
                field("S", 'S', table(new byte[] {1, 2, 3})),
                field("x", 'x', table(new byte[] {1, 2, 3})),
                field("A", 'A', table(concat(new byte[] {'F'}, table(count(77))))),
                field("x-delivery-count", 'S', table(new byte[] {9})),
                count(count));
        byte[] start = {(byte) 0xF0, 0, 1, 'c', 2, 'e', 'e'};
        return concat(start, table(fields), new byte[] {2});
    }

    private static byte[] onlyCount(int count) throws IOException {
        return concat(new byte[] {0x20, 0}, table(count(count)));
    }

    private static byte[] count(int count) throws IOException {
        return field("x-delivery-count", 'l', new byte[] {0, 0, 0, 0, 0, 0, 0, (byte) count});
    }

    private static byte[] field(String name, char type, byte[] value) throws IOException {
        return concat(
                new byte[] {(byte) name.length()},
                name.getBytes(StandardCharsets.US_ASCII),
                new byte[] {(byte) type},
                value);
    }

    private static byte[] table(byte[] fields) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new DataOutputStream(bytes).writeInt(fields.length);
        bytes.writeBytes(fields);
        return bytes.toByteArray();
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private byte[] damaged(byte[] good) {
        byte[] bad = good.clone();
        for (int i = 0; i < 3; i++) {
            bad[random.nextInt(bad.length)] = (byte) random.nextInt();
        }
        return Arrays.copyOf(bad, 1 + random.nextInt(bad.length));
    }

    private static byte[] sha256(byte[] bytes) throws Exception {
        return MessageDigest.getInstance("SHA-256").digest(bytes);
    }

    /** A network that brings some bytes at a time, and now and then none in time. */
    private static final class Dripping extends InputStream {
        private final ByteArrayInputStream all;
        private final Random random;

        private Dripping(byte[] all, Random random) {
            this.all = new ByteArrayInputStream(all);
            this.random = random;
        }

        @Override
        public int read() throws IOException {
            throw new AssertionError("reads many at once");
        }

        @Override
        public int read(byte[] to, int at, int most) throws IOException {
            if (random.nextInt(10) == 0) {
                throw new SocketTimeoutException("nothing came");
            }
            return all.read(to, at, Math.min(most, 1 + random.nextInt(700)));
        }

        @Override
        public int available() {
            return all.available();
        }
    }

    /** Something, then the same piece again and again. */
    private static final class Repeated extends InputStream {
        private final byte[] piece;
        private ByteArrayInputStream now;
        private long left;

        private Repeated(byte[] start, byte[] piece, long times) {
            this.piece = piece;
            this.now = new ByteArrayInputStream(start);
            this.left = times;
        }

        @Override
        public int read() {
            throw new AssertionError("reads many at once");
        }

        @Override
        public int read(byte[] to, int at, int most) {
            if (now.available() == 0 && left > 0) {
                left--;
                now = new ByteArrayInputStream(piece);
            }
            return now.read(to, at, most);
        }
    }
}
