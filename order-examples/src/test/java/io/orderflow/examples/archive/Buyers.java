package io.orderflow.examples.archive;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Orders that go on, one after the other, each with a key. */
final class Buyers implements AutoCloseable {
    /** That orders go on is enough: as fast as they are taken they would need the machine for themselves. */
    private static final long PACE = TimeUnit.MILLISECONDS.toNanos(50);

    private final OrderProcessor shop;
    private final List<OrderRequest> accepted = new ArrayList<>();
    private final Thread thread = new Thread(this::order, "buyers");
    private volatile boolean home;

    Buyers(OrderProcessor shop) {
        this.shop = shop;
        thread.start();
    }

    private void order() {
        while (!home) {
            OrderRequest request = OrderRequest.of(7)
                    .line(1, 1)
                    .idempotencyKey("new-" + accepted.size())
                    .build();
            OldShop.accept(shop, request);
            accepted.add(request);
            LockSupport.parkNanos(PACE);
        }
    }

    /** Ends it; all that was accepted is decided. */
    void sendHome() throws InterruptedException {
        home = true;
        thread.join();
        assertFalse(accepted.isEmpty(), "no order went on");
        for (OrderRequest request : accepted) {
            assertTrue(
                    shop.await(request.id(), OldShop.BOUND)
                            .orElseThrow()
                            .decision()
                            .isPresent(),
                    request::toString);
        }
    }

    @Override
    public void close() {
        home = true;
    }
}
