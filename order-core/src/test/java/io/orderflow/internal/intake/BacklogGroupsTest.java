package io.orderflow.internal.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.OrderRequest;
import io.orderflow.internal.codec.OrderEntry;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What was journaled together goes into one frame, where it fits. */
class BacklogGroupsTest {
    private final Backlog backlog = new Backlog(10_000);

    @Test
    void whatDoesNotFitWhollyBehindOthersComesInTheNextFrame() {
        List<OrderEntry> one = add(300);
        List<OrderEntry> two = add(150);
        List<OrderEntry> three = add(400);
        assertEquals(joined(one, two), frame());
        assertEquals(three, frame());
        assertTrue(frame().isEmpty());
    }

    @Test
    void aGroupThatFillsAFrameIsOne() {
        List<OrderEntry> one = add(500);
        List<OrderEntry> two = add(500);
        assertEquals(one, frame());
        assertEquals(two, frame());
    }

    /** An order takes 1 KB here, and a frame has 256. */
    @Test
    void aGroupThatNoFrameHoldsIsCut() {
        List<OrderEntry> large = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            large.add(OrderEntry.of(
                    OrderRequest.of(1).line(1, 1).hostData(new byte[1_024]).build()));
        }
        List<OrderEntry> two = add(5);
        backlog.add(large, 0);
        assertEquals(two, frame());
        List<OrderEntry> seen = new ArrayList<>();
        while (!backlog.isQuiet()) {
            seen.addAll(frame());
            backlog.forget();
        }
        assertEquals(large, seen);
    }

    @Test
    void whatComesBackKeepsItsPlace() {
        List<OrderEntry> one = add(300);
        List<OrderEntry> two = add(300);
        List<Backlog.Item> taken = backlog.takeFrame();
        backlog.giveBack(taken);
        assertEquals(one, frame());
        assertEquals(two, frame());
    }

    private List<OrderEntry> add(int count) {
        List<OrderEntry> group = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            group.add(OrderEntry.of(OrderRequest.of(1).line(1, 1).build()));
        }
        assertEquals(0, backlog.add(group, 0));
        return group;
    }

    private List<OrderEntry> frame() {
        return backlog.takeFrame().stream().map(Backlog.Item::entry).toList();
    }

    private static List<OrderEntry> joined(List<OrderEntry> one, List<OrderEntry> two) {
        List<OrderEntry> both = new ArrayList<>(one);
        both.addAll(two);
        return both;
    }
}
