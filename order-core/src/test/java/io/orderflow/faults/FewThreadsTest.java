package io.orderflow.faults;

import io.orderflow.OrderProcessor;
import io.orderflow.WorkerConfig;
import io.orderflow.WorkerRunner;
import io.orderflow.testing.AddressSpace;
import io.orderflow.testing.ForwardingDataSource;
import io.orderflow.testing.JavaProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A system that gives no more threads: what cannot start as a whole leaves nothing that runs. */
class FewThreadsTest {
    private static final Duration BOUND = Duration.ofMinutes(2);
    private static final long STACK = 256L << 20;

    @Test
    void whatCannotStartAsAWholeIsClosed() {
        List<String> options = List.of(
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-XX:-UseDynamicNumberOfCompilerThreads",
                "-XX:ThreadStackSize=" + (STACK >> 10));
        try (JavaProcess process = JavaProcess.start(options, Starting.class)) {
            process.awaitLine("after failures of both it started", BOUND);
        }
    }

    /**
     * Tries with one more thread each time. A thread costs so much address space here that their number is bounded by
     * that, for whoever runs it.
     */
    static final class Starting {
        private int processors;
        private int runners;

        public static void main(String[] none) throws IOException, InterruptedException {
            Starting program = new Starting();
            // what the first start loads needs room of its own
            program.tryToStart();
            long now = AddressSpace.size();
            boolean started = false;
            for (int threads = 0; threads < 20 && !started; threads++) {
                AddressSpace.limit(now + STACK / 2 + threads * STACK);
                started = program.tryToStart();
            }
            System.out.println("after failures of " + program.processors + " processors and " + program.runners
                    + " runners " + (started ? "it started" : "it did not start"));
            if (program.processors > 1 && program.runners > 1 && started) {
                System.out.println("after failures of both it started");
            }
        }

        private boolean tryToStart() {
            OrderProcessor orders = OrderProcessor.builder(ForwardingDataSource.to(() -> {
                        throw new IllegalStateException("there is no database");
                    }))
                    .build();
            try {
                orders.start();
            } catch (OutOfMemoryError e) {
                processors++;
                Leaks.awaitNoThreads();
                return false;
            }
            try (orders) {
                return tryToStart(
                        orders.workers(WorkerConfig.builder().threads(2).build()));
            } finally {
                Leaks.awaitNoThreads();
            }
        }

        private boolean tryToStart(WorkerRunner runner) {
            try {
                runner.start();
                return true;
            } catch (OutOfMemoryError e) {
                runners++;
                Leaks.awaitNoThreads("orderflow-worker");
                Leaks.awaitNoThreads("orderflow-recovery");
                return false;
            }
        }
    }
}
