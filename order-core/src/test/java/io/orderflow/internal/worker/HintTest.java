package io.orderflow.internal.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.OrderStatus;
import io.orderflow.WorkerConfig;
import io.orderflow.model.DatabaseContract;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.FaultPlan;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A host that says it has committed an order has it decided at once. */
class HintTest extends DatabaseContract {
    private static final Duration BOUND = Duration.ofSeconds(60);

    /** Recovery is in the middle of its rest, so that its next look is far whatever the machine does. */
    private static final Duration RESTS = Duration.ofMillis(50);

    private static final int PROMPT = 10;

    /** A busy machine may need the whole of a rest for a transaction and for waking a thread, but not each time. */
    private static final int ATTEMPTS = 100;

    private final AtomicLong step = new AtomicLong();
    private final AtomicLong firstAfter = new AtomicLong();
    private volatile Thread recovery;

    @BeforeEach
    void seed() {
        shop().inventory().define(1, 10, 1_000, "define");
        shop().wallets().open(1, 100_000, "open");
    }

    private void watch(FaultPlan.Step now, String sql) {
        if (Thread.currentThread().getName().endsWith("-recovery")) {
            recovery = Thread.currentThread();
            step.set(System.nanoTime());
            firstAfter.compareAndSet(0, System.nanoTime());
        }
    }

    /**
     * Without a hint recovery never looks again within {@link Recovery#IDLE}. That is told from the times of its own
     * looks, which no load brings closer together.
     */
    @Test
    void recoveryLooksAtOnceAfterAHint() throws Exception {
        shop().dataSource().setPlan(this::watch);
        try (OrderProcessor orders =
                        OrderProcessor.builder(shop().dataSource()).build().start();
                Connection host = shop().foreign()) {
            orders.workers(WorkerConfig.defaults()).start();
            int prompt = 0;
            int attempts = 0;
            while (prompt < PROMPT && attempts < ATTEMPTS) {
                attempts++;
                prompt += hasLookAtOnce(orders, host) ? 1 : 0;
            }
            System.out.println(kind() + ": of " + attempts + " hints " + prompt + " had recovery look before its time");
            assertTrue(prompt >= PROMPT, prompt + " of " + attempts);
        }
    }

    /** Places an order while recovery rests; a rest that ended by itself meanwhile says nothing. */
    private boolean hasLookAtOnce(OrderProcessor orders, Connection host) throws SQLException, InterruptedException {
        Eventually.await(
                "recovery rests", BOUND, this::isResting, () -> orders.health().toString());
        OrderRequest request = OrderRequest.of(1).line(1, 1).build();
        orders.place(host, request);
        long before = step.get();
        firstAfter.set(0);
        // a look that has begun might see the order without a hint
        boolean rests = recovery.getState() == Thread.State.TIMED_WAITING;
        host.commit();
        orders.afterCommit();
        assertEquals(
                OrderStatus.COMPLETED,
                orders.await(request.id(), BOUND).orElseThrow().status());
        return rests && firstAfter.get() - before < Recovery.IDLE.toNanos();
    }

    private boolean isResting() {
        long last = step.get();
        return last != 0 && System.nanoTime() - last > RESTS.toNanos();
    }
}
