package io.orderflow.internal.codec;

import static io.orderflow.DeadLetterReason.UNAUTHENTICATED;
import static io.orderflow.DeadLetterReason.UNDECODABLE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.orderflow.Limits;
import io.orderflow.OrderRequest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class FrameKeysTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final byte[] KEY = key(1);
    private static final byte[] OTHER = key(2);
    private static final FrameKeys KEYS = FrameKeys.NONE.writing(KEY);

    /** Put together by another program from the Javadoc: the key is 32 times the byte 1. */
    private static final String GOLDEN = "4f480100" + "badc67b837c2908cafba53e95acdd81ec940c507d8b56b27a14ec7819922c39e"
            + "4f46010000000001458848fc" + "00000000000000000000000000000000"
            + "000000000000000000000000000000000006010100010000";

    private static byte[] key(int value) {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) value);
        return key;
    }

    @Test
    void goldenMessage() throws MalformedException {
        OrderRequest request = OrderRequest.of(0).line(0, 1).id(new UUID(0, 0)).build();
        byte[] message = KEYS.toMessage(FrameCodec.encode(Frame.NO_SHOP, List.of(OrderEntry.of(request))));
        assertEquals(GOLDEN, HEX.formatHex(message));
        assertEquals(
                new UUID(0, 0),
                FrameCodec.decode(KEYS.open(message)).entries().get(0).id());
    }

    @Test
    void withoutAKeyAFrameIsTheMessage() {
        byte[] frame = frame();
        assertSame(frame, FrameKeys.NONE.toMessage(frame));
    }

    @Test
    void whatAnotherKeyTaggedIsRefused() {
        byte[] message = FrameKeys.NONE.writing(OTHER).toMessage(frame());
        assertRefused(KEYS, message, "the tag of a message of 88 bytes is not that of a key of this process");
    }

    @Test
    void aMessageWithoutATagIsRefused() {
        assertRefused(KEYS, frame(), "a message of 52 bytes must have a tag, but has none");
        assertRefused(KEYS, new byte[0], "a message of 0 bytes must have a tag, but has none");
        byte[] noFrame = Arrays.copyOf(KEYS.toMessage(frame()), FrameKeys.TAG_BYTES);
        assertRefused(KEYS, noFrame, "a message of 36 bytes must have a tag, but has none");
    }

    @Test
    void anyFlippedBitIsFound() {
        byte[] message = KEYS.toMessage(frame());
        for (int bit = 0; bit < 8 * message.length; bit++) {
            message[bit / 8] ^= (byte) (1 << bit % 8);
            assertEquals(UNAUTHENTICATED, refusal(KEYS, message).reason());
            message[bit / 8] ^= (byte) (1 << bit % 8);
        }
    }

    @Test
    void aTagDoesNotMakeAFrameOfOtherBytes() {
        byte[] frame = frame();
        frame[2] = 2;
        MalformedException refused = refusal(KEYS, KEYS.toMessage(frame));
        assertEquals(UNDECODABLE, refused.reason());
        assertEquals("frame version must be 1: 2", refused.getMessage());
        assertEquals(UNDECODABLE, refusal(KEYS, KEYS.toMessage(new byte[1])).reason());
    }

    @Test
    void theSecondKeyIsReadAndNeverWritten() throws MalformedException {
        FrameKeys both = KEYS.alsoReading(OTHER);
        byte[] frame = frame();
        assertArrayEquals(KEYS.toMessage(frame), both.toMessage(frame));
        both.open(FrameKeys.NONE.writing(OTHER).toMessage(frame));
        both.open(KEYS.toMessage(frame));
        byte[] third = FrameKeys.NONE.writing(key(3)).toMessage(frame);
        assertEquals(UNAUTHENTICATED, refusal(both, third).reason());
    }

    @Test
    void withoutAKeyATagIsSkippedUnread() throws MalformedException {
        byte[] message = KEYS.toMessage(frame());
        message[10] ^= 1;
        assertEquals(
                1, FrameCodec.decode(FrameKeys.NONE.open(message)).entries().size());
    }

    @Test
    void theLargestFrameHasRoomForATag() throws MalformedException {
        byte[] largest = new byte[FrameCodec.ROOM + FrameCodec.HEADER_BYTES];
        assertEquals(Limits.FRAME_BYTES, KEYS.toMessage(largest).length);
        assertEquals(UNDECODABLE, refusal(KEYS, KEYS.toMessage(largest)).reason());
        assertEquals(
                UNAUTHENTICATED,
                refusal(KEYS, KEYS.toMessage(new byte[largest.length + 1])).reason());
    }

    @Test
    void aKeyIsCopiedAndNeverShown() throws MalformedException {
        byte[] key = KEY.clone();
        FrameKeys keys = FrameKeys.NONE.writing(key).alsoReading(key);
        byte[] message = keys.toMessage(frame());
        Arrays.fill(key, (byte) 9);
        keys.open(message);
        assertArrayEquals(KEYS.toMessage(frame()), message);
        assertEquals("FrameKeys[writing=true, alsoReading=true]", keys.toString());
        assertFalse(refusal(keys, frame()).getMessage().contains(HEX.formatHex(KEY)));
    }

    private static byte[] frame() {
        OrderRequest request = OrderRequest.of(1).line(1, 1).id(new UUID(1, 2)).build();
        return FrameCodec.encode(Frame.NO_SHOP, List.of(OrderEntry.of(request)));
    }

    private static void assertRefused(FrameKeys keys, byte[] message, String why) {
        MalformedException refused = refusal(keys, message);
        assertEquals(UNAUTHENTICATED, refused.reason());
        assertEquals(why, refused.getMessage());
    }

    private static MalformedException refusal(FrameKeys keys, byte[] message) {
        return assertThrows(MalformedException.class, () -> FrameCodec.decode(keys.open(message)));
    }
}
