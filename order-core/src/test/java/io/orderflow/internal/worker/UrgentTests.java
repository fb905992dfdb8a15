package io.orderflow.internal.worker;

import static io.orderflow.internal.worker.Bench.orders;

import io.orderflow.OrderRequest;
import io.orderflow.WorkerConfig;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.testing.FaultPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What tests of urgent orders have in common: small batches, and a queue that is behind. */
abstract class UrgentTests extends BenchTests {
    static final int BATCH = 10;
    static final Duration INTERVAL = Duration.ofNanos(UrgentLane.INTERVAL);

    final List<String> looks = new ArrayList<>();

    @BeforeEach
    void smallBatches() {
        bench.config = WorkerConfig.builder()
                .lease(Bench.LEASE)
                .maxBatch(BATCH)
                .batchWait(Duration.ZERO)
                .build();
    }

    @AfterEach
    void check() {
        bench.checkShop();
    }

    static OrderEntry urgent() {
        return OrderEntry.of(OrderRequest.of(1).line(1, 1).urgent().build());
    }

    static List<OrderEntry> urgent(int count) {
        List<OrderEntry> orders = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            orders.add(urgent());
        }
        return orders;
    }

    /** The queue has so many full batches, and a worker has decided the first of them. */
    Worker behind(int batches) throws InterruptedException {
        for (int i = 0; i < batches; i++) {
            List<OrderEntry> frame = orders(BATCH);
            shop.journal(frame);
            bench.queue.send(frame, 0);
        }
        Worker worker = bench.worker();
        worker.runOnce();
        return worker;
    }

    void countLooks() {
        looks.clear();
        shop.dataSource().setPlan((step, sql) -> {
            if (step == FaultPlan.Step.BEFORE_EXECUTE && sql.startsWith("SELECT 1 FROM orderflow_pending")) {
                looks.add(sql);
            }
        });
    }
}
