package io.orderflow.internal.codec;

import static io.orderflow.DeadLetterReason.UNAUTHENTICATED;
import static io.orderflow.DeadLetterReason.UNDECODABLE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.DeadLetterReason;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Messages that nobody with the key would send, and such that somebody with the key sends who means harm. */
class FrameKeysFuzzTest {
    private static final FrameKeys KEYS =
            FrameKeys.NONE.writing(bytes(new SplittableRandom(7), 32)).alsoReading(bytes(new SplittableRandom(8), 64));

    private int read;
    private int refused;

    @Test
    void nothingWithoutARightTagIsRead() {
        Seeds.forEach(50_000, random -> {
            byte[] message = switch (random.nextInt(4)) {
                case 0 -> bytes(random, random.nextInt(300));
                case 1 -> FrameCodecFuzzTest.frame(random);
                case 2 -> withHead(bytes(random, 37 + random.nextInt(300)));
                default -> FrameKeys.NONE.writing(bytes(random, 32)).toMessage(FrameCodecFuzzTest.frame(random));
            };
            assertRefused(KEYS, UNAUTHENTICATED, message);
        });
    }

    @Test
    void damagedMessages() {
        Seeds.forEach(50_000, random -> {
            byte[] whole = KEYS.toMessage(FrameCodecFuzzTest.frame(random));
            byte[] damaged = FrameCodecFuzzTest.damaged(random, whole);
            if (!Arrays.equals(whole, damaged)) {
                assertRefused(KEYS, UNAUTHENTICATED, damaged);
            }
        });
    }

    @Test
    void messagesCutOffAtEveryLength() {
        Seeds.forEach(60, random -> {
            byte[] whole = KEYS.toMessage(FrameCodecFuzzTest.frame(random));
            for (int length = 0; length < whole.length; length++) {
                assertRefused(KEYS, UNAUTHENTICATED, Arrays.copyOf(whole, length));
            }
        });
    }

    @Test
    void forgedFramesUnderARightTagAreReadAsFramesAre() {
        Seeds.forEach(50_000, random -> {
            byte[] forged = FrameCodecFuzzTest.damaged(random, FrameCodecFuzzTest.frame(random));
            byte[] frame = forged.length < 20 ? forged : FrameCodecTest.seal(forged);
            byte[] message = KEYS.toMessage(frame);
            if (isFrame(frame)) {
                read++;
                assertTrue(isRead(KEYS, message) && isRead(FrameKeys.NONE, message));
            } else {
                refused++;
                // without one byte of a frame there is nothing that a tag could be for
                assertRefused(KEYS, frame.length == 0 ? UNAUTHENTICATED : UNDECODABLE, message);
                assertRefused(FrameKeys.NONE, UNDECODABLE, message);
            }
        });
        assertTrue(read > 2_500 && refused > 2_500, () -> "too one-sided: " + read + " read, " + refused + " refused");
    }

    private static byte[] withHead(byte[] bytes) {
        byte[] head = {'O', 'H', 1, 0};
        System.arraycopy(head, 0, bytes, 0, head.length);
        return bytes;
    }

    private static byte[] bytes(SplittableRandom random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static void assertRefused(FrameKeys keys, DeadLetterReason reason, byte[] message) {
        MalformedException e = assertThrows(MalformedException.class, () -> FrameCodec.decode(keys.open(message)));
        assertEquals(reason, e.reason(), e::getMessage);
        assertTrue(e.getMessage().length() < 200, e::getMessage);
    }

    private static boolean isFrame(byte[] frame) {
        try {
            return !FrameCodec.decode(frame).entries().isEmpty();
        } catch (MalformedException e) {
            return false;
        }
    }

    private static boolean isRead(FrameKeys keys, byte[] message) {
        try {
            return !FrameCodec.decode(keys.open(message)).entries().isEmpty();
        } catch (MalformedException e) {
            return false;
        }
    }
}
