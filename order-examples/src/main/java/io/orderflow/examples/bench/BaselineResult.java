package io.orderflow.examples.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.orderflow.examples.loadtest.counting.Latency;

/** What bare JDBC reached, as the JSON file has it. The names in JSON are those of the components. */
@JsonNaming(SnakeCaseStrategy.class)
record BaselineResult(
        String database,
        int processors,
        int commits,
        int transactions,
        int threads,
        int batchOrders,
        int products,
        int buyers,
        Latency commitMs,
        double commitsPerS,
        @JsonProperty("one_order_1_thread_per_s") double oneOrder1ThreadPerS,
        @JsonProperty("one_order_n_threads_per_s") double oneOrderNThreadsPerS,
        double batchesPerS,
        double batchesWithReadsPerS) {}
