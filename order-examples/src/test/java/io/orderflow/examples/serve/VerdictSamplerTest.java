package io.orderflow.examples.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.WorkerConfig;
import io.orderflow.examples.common.Shop;
import io.orderflow.examples.common.TestShops;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.TestDatabase;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** It looks when the test says so. The orders are of a shop without buyers, whose verdicts are as good. */
@DisplayName("The sample of verdicts")
class VerdictSamplerTest {
    private static final Duration BOUND = Duration.ofSeconds(60);

    private final AtomicLong now = new AtomicLong();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final TestDatabase database = TestDatabase.h2();
    private final Shop shop = TestShops.open(database, 6);
    private final OrderProcessor orders = OrderProcessor.builder(shop.dataSource())
            .tablePrefix(shop.tablePrefix())
            .createTables(true)
            .build()
            .start();
    private final VerdictSampler sampler = new VerdictSampler(orders.records(), registry, now::get);

    VerdictSamplerTest() {
        orders.workers(WorkerConfig.defaults()).start();
    }

    @AfterEach
    void close() {
        sampler.close();
        orders.close();
        shop.close();
        database.close();
    }

    private void decideOne() throws InterruptedException {
        UUID id = orders.submit(OrderRequest.of(1).line(1, 1).build()).orderId();
        assertTrue(orders.await(id, BOUND).orElseThrow().decision().isPresent());
    }

    private void assertCountAfterALook(int count) {
        // on a busy machine a read may end at its time-out; the next look makes up for it
        Eventually.await(
                "a look that has seen them",
                BOUND,
                () -> sampler.lookIfAsked() && count() >= count,
                () -> count() + " counted");
        assertCount(count);
    }

    private void assertCountInARest(int count) {
        assertFalse(sampler.lookIfAsked());
        assertCount(count);
    }

    private void assertCount(int count) {
        assertEquals(count, count());
    }

    private long count() {
        return registry.get(VerdictSampler.METER).timer().count();
    }

    @Test
    @DisplayName("has each order once, from the first look on after somebody asked")
    void once() throws Exception {
        decideOne();
        assertCountInARest(0);
        sampler.asked();
        assertCountAfterALook(0);
        decideOne();
        decideOne();
        assertCountAfterALook(2);
        assertCountAfterALook(2);
        decideOne();
        assertCountAfterALook(3);
    }

    @Test
    @DisplayName("rests when nobody has asked for a minute, and leaves out what was decided by then")
    void rests() throws Exception {
        sampler.asked();
        assertCountAfterALook(0);
        now.addAndGet(TimeUnit.SECONDS.toNanos(60));
        decideOne();
        assertCountAfterALook(1);
        now.addAndGet(1);
        decideOne();
        assertCountInARest(1);
        sampler.asked();
        assertCountAfterALook(1);
        decideOne();
        assertCountAfterALook(2);
    }
}
