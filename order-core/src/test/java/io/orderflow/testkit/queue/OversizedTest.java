package io.orderflow.testkit.queue;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.orderflow.queue.Delivery.Oversized;
import org.junit.jupiter.api.Test;

/** What an adapter may say about a message that is too large to be handed out. */
class OversizedTest {
    @Test
    void bothPartsAreChecked() {
        assertEquals(
                "length must be >= 1: 0",
                assertThrows(IllegalArgumentException.class, () -> new Oversized(0, new byte[32]))
                        .getMessage());
        assertEquals(
                "hash must have 32 bytes: 31",
                assertThrows(IllegalArgumentException.class, () -> new Oversized(1, new byte[31]))
                        .getMessage());
    }

    @Test
    void nobodyChangesItsHash() {
        byte[] given = new byte[32];
        Oversized whole = new Oversized(1, given);
        given[0] = 1;
        whole.hash()[1] = 1;
        assertArrayEquals(new byte[32], whole.hash());
        assertEquals(new Oversized(1, new byte[32]), whole);
        assertNotEquals(new Oversized(1, given), whole);
        assertEquals("Oversized[1 bytes]", whole.toString());
    }
}
