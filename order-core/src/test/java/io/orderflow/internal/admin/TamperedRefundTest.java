package io.orderflow.internal.admin;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.OrderChanges;
import io.orderflow.RefundLine;
import io.orderflow.RefundRequest;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.engine.BrokenInvariantException;
import io.orderflow.model.DatabaseContract;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A refund meets records that somebody changed: it says so, and changes nothing. */
class TamperedRefundTest extends DatabaseContract {
    @Test
    void aRefundOfALineThatIsNotThere() {
        new LetterBox(shop()).stocked();
        OrderChanges changes = shop().changes();
        OrderEntry order = order(1, 1, 5);
        shop().decide(List.of(order));
        changes.refund(RefundRequest.of(order.id(), "a", new RefundLine(0, 2)));
        shop().execute("UPDATE orderflow_refund_line SET line_no = 3");
        RefundRequest rest = RefundRequest.rest(order.id(), "b");
        BrokenInvariantException broken = assertThrows(BrokenInvariantException.class, () -> changes.refund(rest));
        assertTrue(broken.getMessage().contains("order " + order.id() + " has a refund of line 3"), broken::toString);
        assertFalse(shop().audit().ok());
        tampered();
    }
}
