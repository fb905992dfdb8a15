package io.orderflow.internal.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.orderflow.OrderRequest;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GroupIdsTest {
    private final List<OrderEntry> orders = IntStream.range(0, 40)
            .mapToObj(i -> OrderEntry.of(OrderRequest.of(i).line(1, 1 + i).build()))
            .collect(Collectors.toCollection(ArrayList::new));

    @Test
    void theSameOrdersInAnyOrderAreOneGroup() {
        UUID id = GroupIds.naming(orders);
        Collections.shuffle(orders);
        assertEquals(id, GroupIds.naming(orders));
    }

    @Test
    void oneOrderLessIsAnotherGroup() {
        assertNotEquals(GroupIds.naming(orders), GroupIds.naming(orders.subList(1, orders.size())));
    }

    @Test
    void anotherContentUnderAnIdIsAnotherGroup() {
        UUID id = GroupIds.carrying(orders);
        OrderEntry first = orders.get(0);
        orders.set(
                0,
                OrderEntry.of(
                        OrderRequest.of(first.buyer()).line(2, 1).id(first.id()).build()));
        assertNotEquals(id, GroupIds.carrying(orders));
    }

    /** A group journal names the ones and carries the others, a row journal names all of them. */
    @Test
    void ofAGroupOfBothKindsThreeRowsAreKnown() {
        List<OrderEntry> carried = List.copyOf(orders);
        List<OrderEntry> named = List.of(entry(new UUID(1, 1)), entry(new UUID(-1, 1)));
        orders.addAll(7, named);
        assertEquals(
                Set.of(GroupIds.naming(orders), GroupIds.naming(named), GroupIds.carrying(carried)),
                Set.copyOf(GroupIds.of(orders)));
        assertEquals(List.of(GroupIds.naming(named)), GroupIds.of(named));
    }

    @Test
    void whoDecidesThemKnowsBothRows() {
        assertEquals(List.of(GroupIds.naming(orders), GroupIds.carrying(orders)), GroupIds.of(orders));
        assertNotEquals(GroupIds.naming(orders), GroupIds.carrying(orders));
    }

    /** An id is in the tables: another one, and the rows of a release before stay until they are searched for. */
    @Test
    void anIdIsTheHashThatIsDescribed() throws NoSuchAlgorithmException {
        OrderEntry low = entry(new UUID(1, 1));
        OrderEntry high = entry(new UUID(-1, 1));
        MessageDigest hash = MessageDigest.getInstance("SHA-256");
        for (OrderEntry order : List.of(low, high)) {
            hash.update(OrderIds.toBytes(order.id()));
            hash.update(order.fingerprint().toBytes());
        }
        byte[] bytes = hash.digest();
        bytes[15] |= 1;
        assertEquals(OrderIds.fromBytes(bytes, 0), GroupIds.carrying(List.of(high, low)));
    }

    private static OrderEntry entry(UUID id) {
        return OrderEntry.of(OrderRequest.of(1).line(1, 1).id(id).build());
    }
}
