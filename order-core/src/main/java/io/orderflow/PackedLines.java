package io.orderflow;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * Pieces of a gzip file, each a member of its own, so that what was written stays readable whatever happens to what
 * comes behind it. The header of a member has its length in an extra field, which other programs pass over: so the end
 * of the file is found without unpacking it.
 *
 * <pre>
 * bytes 0-9    the header of gzip: 1f 8b, method 8, flag 4 for the extra field, no time, 0, system 255
 * bytes 10-11  length of the extra field: 8
 * bytes 12-15  its name, "OF", and the length of what follows: 4
 * bytes 16-19  length of the whole member
 * then         the packed bytes, their CRC, and the length that they have unpacked
 * </pre>
 *
 * All numbers have the low byte first.
 */
final class PackedLines {
    private static final int HEADER = 20;
    private static final int TRAILER = 8;
    private static final long MAGIC = 0x0000_0000_0408_8b1fL;
    private static final int EXTRA = 0x464f_0008;
    private static final int LARGEST = 64 << 20;

    private PackedLines() {}

    /** What each of these files begins with. */
    static byte[] first() {
        return ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(MAGIC)
                .array();
    }

    /** Appends a member. */
    static void append(ByteArrayOutputStream out, byte[] text) {
        byte[] packed = packed(text);
        CRC32 crc = new CRC32();
        crc.update(text);
        ByteBuffer member =
                ByteBuffer.allocate(HEADER + packed.length + TRAILER).order(ByteOrder.LITTLE_ENDIAN);
        member.putLong(MAGIC).put((byte) 0).put((byte) 255).putInt(EXTRA).putShort((short) 4);
        member.putInt(member.capacity())
                .put(packed)
                .putInt((int) crc.getValue())
                .putInt(text.length);
        out.writeBytes(member.array());
    }

    private static byte[] packed(byte[] text) {
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        try {
            deflater.setInput(text);
            deflater.finish();
            ByteArrayOutputStream packed = new ByteArrayOutputStream();
            byte[] some = new byte[8192];
            while (!deflater.finished()) {
                packed.write(some, 0, deflater.deflate(some));
            }
            return packed.toByteArray();
        } finally {
            deflater.end();
        }
    }

    /**
     * How much of a file is whole members.
     *
     * @throws IOException if it cannot be read, or begins as no file of ours does
     */
    static long wholeLength(FileChannel channel) throws IOException {
        long end = 0;
        while (channel.size() - end >= HEADER) {
            ByteBuffer header = read(channel, end, HEADER);
            int length = header.getInt(16);
            boolean ours = header.getLong(0) == MAGIC && header.getInt(10) == EXTRA;
            if (!ours && end == 0) {
                throw new IOException("the file is not an archive that this library wrote");
            }
            long next = end + length;
            if (!ours || length < HEADER + TRAILER || length > LARGEST || next > channel.size()) {
                return end;
            }
            if (next == channel.size() && !isSound(read(channel, end, length))) {
                return end;
            }
            end = next;
        }
        return end;
    }

    /** A machine that lost power may have the length of a file and not its bytes. */
    private static boolean isSound(ByteBuffer member) {
        int length = member.getInt(member.capacity() - 4);
        if (length < 0 || length > LARGEST) {
            return false;
        }
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(member.array(), HEADER, member.capacity() - HEADER - TRAILER);
            // one more than there are: else the end of the packed bytes may not be reached
            byte[] text = new byte[length + 1];
            CRC32 crc = new CRC32();
            crc.update(text, 0, inflater.inflate(text));
            return inflater.finished()
                    && inflater.getTotalOut() == length
                    && (int) crc.getValue() == member.getInt(member.capacity() - TRAILER);
        } catch (DataFormatException e) {
            return false;
        } finally {
            inflater.end();
        }
    }

    private static ByteBuffer read(FileChannel channel, long from, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, from + bytes.position()) < 0) {
                throw new IOException("the archive became shorter while it was read");
            }
        }
        return bytes;
    }
}
