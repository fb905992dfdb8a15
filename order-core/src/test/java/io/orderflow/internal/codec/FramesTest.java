package io.orderflow.internal.codec;

import static io.orderflow.DeadLetterReason.FOREIGN_SHOP;
import static io.orderflow.DeadLetterReason.UNAUTHENTICATED;
import static io.orderflow.DeadLetterReason.UNDECODABLE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.DeadLetterReason;
import io.orderflow.OrderRequest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class FramesTest {
    private static final UUID SHOP = new UUID(1, 2);
    private static final FrameKeys KEY = FrameKeys.NONE.writing("0123456789abcdef0123456789abcdef".getBytes(UTF_8));
    private static final byte[] JSON =
            "{\"orderflow\":1,\"idempotencyKey\":\"k\",\"buyer\":7,\"lines\":[{\"product\":1,\"quantity\":2}]}"
                    .getBytes(UTF_8);

    /** What Python's hmac makes of that key and that order, as docs/celery.md has it. */
    private static final String TAG = "7966254ca7b59ed7d121103c45e223bdbdb6b1616148eda2585378564fc4850c";

    private static Frames frames(FrameKeys keys, boolean json) {
        return new Frames(keys, () -> Optional.of(SHOP), json);
    }

    private static void assertRead(Frames frames, byte[] message) throws MalformedException {
        assertEquals(
                OrderIds.fromKey(7, "k"), frames.read(message).entries().get(0).id());
    }

    private static void assertRefused(DeadLetterReason reason, String why, Frames frames, byte[] message) {
        MalformedException e = assertThrows(MalformedException.class, () -> frames.read(message));
        assertEquals(reason + ": " + why, e.reason() + ": " + e.getMessage());
    }

    private static byte[] tagged(String tag) {
        byte[] message = new byte[FrameKeys.TAG_BYTES + JSON.length];
        byte[] head = HexFormat.of().parseHex("4f480100" + tag);
        System.arraycopy(head, 0, message, 0, head.length);
        System.arraycopy(JSON, 0, message, head.length, JSON.length);
        return message;
    }

    @Test
    void jsonIsReadOnlyWhereTheHostTakesIt() throws MalformedException {
        assertRead(frames(FrameKeys.NONE, true), JSON);
        assertRefused(
                UNDECODABLE,
                "a JSON order is taken with the option acceptJson alone, which is off here: " + JSON.length + " bytes",
                frames(FrameKeys.NONE, false),
                JSON);
        assertTrue(new Frames(KEY, Optional::empty).toString().endsWith("json=false]"), "off unless it is asked for");
    }

    @Test
    void whereThereIsAKeyJsonNeedsATagAsEveryMessage() throws MalformedException {
        Frames frames = frames(KEY, true);
        assertRead(frames, KEY.toMessage(JSON));
        assertRead(frames, tagged(TAG));
        assertRefused(UNAUTHENTICATED, "a message of 83 bytes must have a tag, but has none", frames, JSON);
        String wrong = TAG.replace(TAG.charAt(63), TAG.charAt(63) == '0' ? '1' : '0');
        assertRefused(
                UNAUTHENTICATED,
                "the tag of a message of 119 bytes is not that of a key of this process",
                frames,
                tagged(wrong));
        byte[] changed = KEY.toMessage(JSON);
        changed[changed.length - 5]++;
        assertThrows(MalformedException.class, () -> frames.read(changed));
        assertRead(frames(FrameKeys.NONE, true), KEY.toMessage(JSON));
    }

    @Test
    void aShopThatIsNamedIsTheOnlyOneThatTakesIt() throws MalformedException {
        Frames frames = frames(FrameKeys.NONE, true);
        assertRead(frames, withShop(SHOP));
        assertRefused(
                FOREIGN_SHOP,
                "a frame of 1 orders from " + OrderIds.fromKey(7, "k")
                        + " on was sent by shop 00000000-0000-0003-0000-000000000004, and this is shop " + SHOP,
                frames,
                withShop(new UUID(3, 4)));
    }

    private static byte[] withShop(UUID shop) {
        return new String(JSON, UTF_8)
                .replace("{\"orderflow\"", "{\"shop\":\"" + shop + "\",\"orderflow\"")
                .getBytes(UTF_8);
    }

    @Test
    void framesAreReadAsEver() throws MalformedException {
        OrderRequest request = OrderRequest.of(7).line(1, 2).idempotencyKey("k").build();
        for (boolean json : new boolean[] {true, false}) {
            Frames frames = frames(KEY, json);
            assertRead(frames, frames.write(List.of(OrderEntry.of(request))));
        }
    }

    @Test
    void aPersonSeesWhatItClaimsWhoeverMadeIt() throws MalformedException {
        for (byte[] message : List.of(JSON, withShop(new UUID(3, 4)), KEY.toMessage(JSON), tagged("00".repeat(32)))) {
            assertEquals(7, Frames.readUnverified(message).entries().get(0).buyer());
        }
        byte[] bad = "{\"orderflow\":1}".getBytes(UTF_8);
        MalformedException e = assertThrows(MalformedException.class, () -> Frames.readUnverified(bad));
        assertEquals("buyer must be given: nothing", e.getMessage());
    }
}
