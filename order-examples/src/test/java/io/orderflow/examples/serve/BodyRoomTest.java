package io.orderflow.examples.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The memory for large bodies")
class BodyRoomTest {
    private final BodyRoom room = new BodyRoom(10);
    private final List<String> entered = new ArrayList<>();

    private void enter(String name, long bytes) {
        room.enter(bytes, () -> entered.add(name));
    }

    @Test
    @DisplayName("lets in what fits, and the rest in the order in which it came")
    void inOrder() {
        enter("a", 6);
        enter("b", 6);
        enter("c", 1);
        assertEquals(List.of("a"), entered, "a small one does not overtake a large one for ever");
        room.leave(6);
        assertEquals(List.of("a", "b", "c"), entered);
    }

    @Test
    @DisplayName("is whole again when everybody left")
    void whole() {
        for (int i = 0; i < 100; i++) {
            enter("x", 10);
            room.leave(10);
        }
        enter("last", 10);
        assertEquals(101, entered.size());
    }

    @Test
    @DisplayName("lets the next one in when one in line leaves at once")
    void leavesAtOnce() {
        enter("a", 10);
        room.enter(10, () -> {
            entered.add("gone");
            room.leave(10);
        });
        enter("b", 10);
        room.leave(10);
        assertEquals(List.of("a", "gone", "b"), entered);
    }
}
