package io.orderflow.examples.producers;

import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.OrderProcessor;
import io.orderflow.WorkerConfig;
import io.orderflow.queue.OrderQueue;
import io.orderflow.testing.ChildPool;
import java.io.IOException;
import java.time.Duration;

/** A worker in a JVM of its own that takes orders in JSON, for {@link PythonProducersTest}; ends with its input. */
final class JsonWorkerProgram {
    private JsonWorkerProgram() {}

    public static void main(String[] arguments) throws IOException {
        WorkerConfig config =
                WorkerConfig.builder().maxBatch(10).lease(Duration.ofSeconds(2)).build();
        try (HikariDataSource pool = ChildPool.open(arguments, 5);
                OrderQueue queue = PythonProducersTest.queue(arguments[3], arguments[4]);
                OrderProcessor orders = OrderProcessor.builder(pool)
                        .queue(queue)
                        .acceptJson(true)
                        .frameKey(PythonProducersTest.FRAME_KEY)
                        .build()
                        .start()) {
            orders.workers(config).start();
            System.out.println("working");
            System.in.read();
        }
    }
}
