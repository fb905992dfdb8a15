package io.orderflow.internal.admin;

import io.orderflow.OrderEvent.Type;
import io.orderflow.OrderStatus;
import io.orderflow.internal.engine.OrderChange.Kind;

/** What the API calls that which happens to orders. */
public final class EventTypes {
    private EventTypes() {}

    /**
     * What a verdict is told as.
     *
     * @throws IllegalStateException if it is none of a batch
     */
    public static Type ofVerdict(OrderStatus status) {
        return switch (status) {
            case COMPLETED -> Type.COMPLETED;
            case RESERVED -> Type.RESERVED;
            case REJECTED -> Type.REJECTED;
            default -> throw new IllegalStateException("a verdict in the database stands for nothing: " + status);
        };
    }

    /** What a change is told as. */
    public static Type ofChange(Kind kind) {
        return switch (kind) {
            case CANCEL -> Type.CANCELLED;
            case CONFIRM -> Type.CONFIRMED;
            case RELEASE -> Type.RELEASED;
            case EXPIRE -> Type.EXPIRED;
            case REFUND, REFUND_REST -> Type.REFUNDED;
        };
    }
}
