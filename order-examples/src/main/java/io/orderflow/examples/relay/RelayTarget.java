package io.orderflow.examples.relay;

import io.orderflow.OrderEvent;
import java.util.List;

/** Where events go. One thread at a time sends; {@link #close} may come from any. Nothing connects before the first. */
interface RelayTarget extends AutoCloseable {
    /**
     * Sends events in their order, and returns when the target has all of them for sure. Some may be there too when it
     * throws; they come again then.
     *
     * @param events 1 or more
     * @throws TargetException if that is not sure; says why, without a secret
     */
    void send(List<OrderEvent> events) throws TargetException;

    /** Closes what is open; what is being sent fails. */
    @Override
    void close();

    /** Where it is, for a person; never a password. */
    @Override
    String toString();
}
