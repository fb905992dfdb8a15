package io.orderflow.internal.page;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.orderflow.Order;
import io.orderflow.OrderStatus;
import io.orderflow.OrderTimeline;
import io.orderflow.Payment;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Of an archived order nothing is shown that is not known. */
class OrderWordsTest {
    private static final Order ARCHIVED = new Order(
            new UUID(1, 2),
            7,
            OrderStatus.ARCHIVED,
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
            OptionalLong.of(3_000),
            new byte[0]);

    @Test
    void thePageShowsNoPaymentAndNoTotal() {
        OrderTimeline timeline = new OrderTimeline(ARCHIVED, List.of(), Optional.empty(), List.of());
        assertEquals(
                "{\"id\":\"00000000-0000-0001-0000-000000000002\",\"buyer\":\"7\",\"status\":\"ARCHIVED\","
                        + "\"createdAt\":\"1970-01-01T00:00:00Z\",\"events\":[],\"letters\":[],"
                        + "\"decision\":\"3000\"}",
                OrderWords.life(timeline).json());
    }

    @Test
    void itsTextSaysNothingOfThem() {
        assertEquals(
                "Order[id=00000000-0000-0001-0000-000000000002, buyer=7, status=ARCHIVED,"
                        + " createdAt=1970-01-01T00:00:00Z, decision=3000]",
                ARCHIVED.toString());
    }
}
