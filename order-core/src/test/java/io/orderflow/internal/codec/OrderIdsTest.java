package io.orderflow.internal.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OrderIdsTest {
    // Computed by another program from the Javadoc: when one of these fails, keys given before no longer find their
    // orders.
    @ParameterizedTest
    @CsvSource({
        "7, cart-77, 528adb0c-26f9-8c82-bcee-3d823f4aa8c3",
        "0, x, df2fe2e0-03ec-82ca-891d-743e701c8e04",
        "9223372036854775807, é😀, 89d74e83-bec8-85f8-af18-ffa29152acd7"
    })
    void theIdOfAKeyNeverChanges(long buyer, String key, UUID id) {
        assertEquals(id, OrderIds.fromKey(buyer, key));
        assertEquals(8, id.version());
        assertEquals(2, id.variant());
    }

    @Test
    void theIdOfTheLongestKeyNeverChanges() {
        assertEquals(UUID.fromString("1a711e7a-3df9-830e-a830-d28c73d4f0a8"), OrderIds.fromKey(1, "k".repeat(255)));
    }

    @Test
    void unpairedSurrogatesAreDifferentKeys() {
        assertEquals(UUID.fromString("5881674c-50de-8268-bd09-f82c7cf7a642"), OrderIds.fromKey(1, "\ud800"));
        assertNotEquals(OrderIds.fromKey(1, "\ud800"), OrderIds.fromKey(1, "\ud801"));
        assertNotEquals(OrderIds.fromKey(1, "\ud800"), OrderIds.fromKey(1, "?"));
    }

    @Test
    void buyerAndKeyBothCount() {
        UUID id = OrderIds.fromKey(1, "a");
        assertEquals(id, OrderIds.fromKey(1, "a"));
        assertNotEquals(id, OrderIds.fromKey(2, "a"));
        assertNotEquals(id, OrderIds.fromKey(1, "b"));
        assertNotEquals(id, OrderIds.fromKey(1, "A"));
        assertNotEquals(id, OrderIds.fromKey(1, "a "));
    }

    @Test
    void idsCompareAsTheirBytes() {
        Seeds.forEach(20_000, random -> {
            UUID left = new UUID(random.nextLong(), random.nextLong());
            UUID right = new UUID(
                    random.nextBoolean() ? left.getMostSignificantBits() : random.nextLong(),
                    random.nextBoolean() ? left.getLeastSignificantBits() : random.nextLong());
            int bytes = Arrays.compareUnsigned(OrderIds.toBytes(left), OrderIds.toBytes(right));
            assertEquals(Integer.signum(bytes), Integer.signum(OrderIds.compare(left, right)), left + " " + right);
        });
    }

    @Test
    void idsWithTheTopBitAreTheLargest() {
        UUID small = UUID.fromString("7fffffff-ffff-ffff-ffff-ffffffffffff");
        UUID large = UUID.fromString("80000000-0000-0000-0000-000000000000");
        assertTrue(OrderIds.UNSIGNED.compare(small, large) < 0);
        assertTrue(small.compareTo(large) > 0, "UUID's own order is signed; if that changed, UNSIGNED could go");
    }

    @Test
    void bytesAreTheDigitsOfTheId() {
        UUID id = UUID.fromString("0190a1b2-c3d4-7e5f-8a0b-1c2d3e4f5061");
        byte[] bytes = OrderIds.toBytes(id);
        assertEquals("0190a1b2c3d47e5f8a0b1c2d3e4f5061", HexFormat.of().formatHex(bytes));
        byte[] among = new byte[20];
        System.arraycopy(bytes, 0, among, 3, 16);
        assertEquals(id, OrderIds.fromBytes(among, 3));
        assertThrows(IndexOutOfBoundsException.class, () -> OrderIds.fromBytes(among, 5));
    }

    @Test
    void idsOfThisProcessAreKnownAndThoseOfOthersAreNot() {
        int bits = 0;
        for (int i = 0; i < 1_000; i++) {
            UUID id = OrderIds.next();
            assertTrue(OrderIds.isMadeHere(id), id::toString);
            assertTrue(OrderIds.isTimeOrdered(id), id::toString);
            bits += Long.bitCount(id.getLeastSignificantBits());
        }
        assertEquals(32_000, bits, 1_000, "they look random, so that no process makes the ids of another one");
        for (UUID id : List.of(
                UUID.randomUUID(),
                OrderIds.fromKey(1, "key"),
                new UUID(0, 0),
                UUID.fromString("0190a1b2-c3d4-7e5f-8a0b-1c2d3e4f5061"))) {
            assertFalse(OrderIds.isMadeHere(id), id::toString);
        }
        assertFalse(OrderIds.isTimeOrdered(OrderIds.fromKey(1, "key")));
    }

    @Test
    void newIdsRiseAndHaveOtherRandomBits() {
        UUID first = OrderIds.next();
        UUID second = OrderIds.next();
        assertTrue(OrderIds.compare(first, second) < 0);
        assertNotEquals(first.getLeastSignificantBits(), second.getLeastSignificantBits());
        long now = System.currentTimeMillis();
        long made = first.getMostSignificantBits() >>> 16;
        assertTrue(Math.abs(now - made) < 60_000, () -> "made at " + made + ", now " + now);
        assertArrayEquals(OrderIds.toBytes(first), OrderIds.toBytes(OrderIds.fromBytes(OrderIds.toBytes(first), 0)));
    }
}
