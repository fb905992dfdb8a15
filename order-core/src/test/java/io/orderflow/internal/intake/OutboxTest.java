package io.orderflow.internal.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.orderflow.OrderRequest;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.loop.Waiter;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whom the outbox tells of what it takes over. */
class OutboxTest {
    private int told;

    private final class Told implements IntakeListener {
        @Override
        public void unpublished(int orders) {}

        @Override
        public void urgent() {
            told++;
        }
    }

    @Test
    void ofUrgentOrdersIsToldAtOnceAndOfNoOthers() {
        Outbox outbox = new Outbox(10, new Told(), new Waiter());
        OrderEntry other = OrderEntry.of(Rig.order());
        OrderEntry urgent = OrderEntry.of(OrderRequest.of(1).line(1, 1).urgent().build());
        outbox.publishLater(List.of(other), 0);
        assertEquals(0, told);
        outbox.publishLater(List.of(other, urgent), 0);
        assertEquals(1, told, "it is in the journal, and waits for no publisher");
    }
}
