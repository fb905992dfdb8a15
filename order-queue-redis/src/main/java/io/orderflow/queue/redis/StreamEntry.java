package io.orderflow.queue.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.orderflow.queue.Delivery.Oversized;
import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * One entry of the stream as it was delivered. It has the field {@code message}, and once it was given back
 * {@code deliveries}: how often it was delivered under its earlier ids. An entry without {@code message} is somebody
 * else's; all its bytes are its message, so that a worker sets it aside. Of one that is larger than any of ours, the
 * beginning is the message.
 *
 * @param id the entry's id
 * @param message its bytes, or the first of them
 * @param deliveriesBefore how often it was delivered before
 * @param oversized what the whole is of which the message is the beginning
 * @param copyable whether it may be given back as a copy: none that is large or has many fields
 */
record StreamEntry(String id, byte[] message, int deliveriesBefore, Optional<Oversized> oversized, boolean copyable) {
    static final byte[] MESSAGE = "message".getBytes(US_ASCII);
    private static final byte[] DELIVERIES = "deliveries".getBytes(US_ASCII);

    /** Most bytes of a message that is handed out whole; the script {@code sent.lua} has the same number. */
    static final int LARGEST = 1024 * 1024;

    /**
     * Most bytes that are hashed; {@code sent.lua} has the same number. A larger one is told from others by its id,
     * which it keeps.
     */
    private static final int HASHED = 16 * 1024 * 1024;

    /** For the names of our fields. */
    private static final int ROOM = 64;

    private static final int BEGINNING = 4 * 1024;
    private static final int MOST_COPIED_FIELDS = 1_000;

    /** An entry as a plain read brings it, whatever its size. */
    static StreamEntry whole(String id, Object fieldsAndValues) {
        return whole(id, Fields.of(Replies.list(fieldsAndValues)), 0);
    }

    private static StreamEntry whole(String id, Fields fields, long deliveries) {
        int before = bounded(fields.deliveries + deliveries);
        if (fields.length <= LARGEST) {
            return new StreamEntry(id, first(fields.parts, LARGEST), before, Optional.empty(), fields.copyable);
        }
        byte[] beginning = first(fields.parts, BEGINNING);
        String hash = sha1(fields.length > HASHED ? beginning : hashes(fields.parts));
        return cut(id, beginning, before, fields.length, hash);
    }

    private static byte[] hashes(List<byte[]> parts) {
        StringBuilder hashes = new StringBuilder();
        parts.forEach(part -> hashes.append(sha1(part)));
        return hashes.toString().getBytes(US_ASCII);
    }

    /** What a script hands out: id, deliveries before, and what is sent of the entry; see {@code sent.lua}. */
    static StreamEntry handedOut(Object reply) {
        List<Object> parts = Replies.list(reply);
        String id = Replies.text(parts.get(0));
        List<Object> sent = Replies.list(parts.get(2));
        Fields fields = Fields.of(Replies.list(sent.get(0)));
        int before = bounded(fields.deliveries + Replies.number(parts.get(1)));
        if (sent.size() == 1) {
            return whole(id, fields, Replies.number(parts.get(1)));
        }
        byte[] message = first(fields.parts, LARGEST);
        return sent.size() == 2
                ? new StreamEntry(id, message, before, Optional.empty(), false)
                : cut(id, message, before, Replies.number(sent.get(1)), Replies.text(sent.get(2)));
    }

    private static StreamEntry cut(String id, byte[] beginning, int before, long length, String sha1) {
        String known = sha1 + " " + length + (length > HASHED ? " " + id : "");
        byte[] hash = digest("SHA-256", known.getBytes(US_ASCII));
        return new StreamEntry(id, beginning, before, Optional.of(new Oversized(bounded(length), hash)), false);
    }

    /**
     * What the fields of an entry mean: the parts that its message is made of, their bytes, and the deliveries before.
     */
    private record Fields(List<byte[]> parts, long length, long deliveries, boolean copyable) {
        private static Fields of(List<Object> pairs) {
            List<byte[]> parts = new ArrayList<>();
            byte[] message = null;
            long deliveries = 0;
            long size = 0;
            for (int i = 0; i + 1 < pairs.size(); i += 2) {
                byte[] field = (byte[]) pairs.get(i);
                byte[] value = (byte[]) pairs.get(i + 1);
                size += (long) field.length + value.length;
                if (Arrays.equals(MESSAGE, field)) {
                    message = value;
                } else if (Arrays.equals(DELIVERIES, field)) {
                    deliveries += count(Replies.text(value));
                } else {
                    parts.add(field);
                    parts.add(value);
                }
            }
            List<byte[]> counted = message == null ? parts : List.of(message);
            long length = counted.stream().mapToLong(part -> part.length).sum();
            boolean copyable = pairs.size() <= MOST_COPIED_FIELDS && size <= LARGEST + ROOM;
            return new Fields(counted, length, deliveries, copyable);
        }
    }

    /** All bytes of the parts, or the first of them. */
    private static byte[] first(List<byte[]> parts, int most) {
        if (parts.size() == 1 && parts.get(0).length <= most) {
            return parts.get(0);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            bytes.write(part, 0, Math.min(part.length, most - bytes.size()));
        }
        return bytes.toByteArray();
    }

    private static int bounded(long number) {
        return (int) Math.min(Integer.MAX_VALUE, number);
    }

    private static int count(String text) {
        return text.matches("\\d{1,9}") ? Integer.parseInt(text) : 0;
    }

    private static String sha1(byte[] bytes) {
        return HexFormat.of().formatHex(digest("SHA-1", bytes));
    }

    private static byte[] digest(String algorithm, byte[] bytes) {
        try {
            return MessageDigest.getInstance(algorithm).digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has " + algorithm, e);
        }
    }
}
