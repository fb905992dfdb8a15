package io.orderflow.examples.common;

import io.orderflow.Order;
import io.orderflow.OrderStatus;
import io.orderflow.Payment;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/** Orders without any content, for tests of how orders are told. */
public final class BareOrders {
    private BareOrders() {}

    /** An order of buyer 7 from the beginning of 1970. */
    public static Order of(UUID id, OrderStatus status, OptionalLong decision) {
        return new Order(
                id,
                7,
                status,
                Optional.empty(),
                List.of(),
                Payment.WALLET,
                Optional.empty(),
                Optional.empty(),
                false,
                0,
                0,
                Instant.EPOCH,
                Optional.empty(),
                decision,
                new byte[0]);
    }
}
