package io.orderflow.internal.codec;

import io.orderflow.Limits;
import java.util.zip.CRC32C;

/**
 * Frames as processes with tables of schema version 1 send them. They have the same version, and only their CRC tells
 * them apart. They are read, since such a process may leave some in the queue or in dead letters, and never written.
 *
 * <pre>
 * bytes 0-3     as in {@link FrameCodec}
 * bytes 4-11    when the frame was made, which nobody needs
 * bytes 12-15   number of orders
 * bytes 16-19   CRC32C of all bytes of the frame but these four
 * per order     as in {@link FrameCodec}
 * </pre>
 */
final class FirstLayout {
    static final int HEADER_BYTES = 20;
    static final int COUNT_AT = 12;

    private static final int CRC_AT = 16;

    private FirstLayout() {}

    /** Whether the header is that of such a frame, and nothing is damaged. */
    static boolean isOf(byte[] frame) {
        return frame.length >= HEADER_BYTES + FrameCodec.ENTRY_LEAST_BYTES
                && frame.length <= Limits.FRAME_BYTES
                && frame[0] == FrameCodec.MAGIC_0
                && frame[1] == FrameCodec.MAGIC_1
                && frame[2] == FrameCodec.VERSION
                && frame[3] == FrameCodec.FLAGS
                && Bytes.getInt(frame, CRC_AT) == crc(frame);
    }

    private static int crc(byte[] frame) {
        CRC32C crc = new CRC32C();
        crc.update(frame, 0, CRC_AT);
        crc.update(frame, HEADER_BYTES, frame.length - HEADER_BYTES);
        return (int) crc.getValue();
    }
}
