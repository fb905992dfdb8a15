package io.orderflow.faults;

import io.orderflow.testing.Eventually;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Finds what a closed processor left behind. */
final class Leaks {
    private static final Duration BOUND = Duration.ofSeconds(10);

    private Leaks() {}

    /** Waits until no thread of the library runs. */
    static void awaitNoThreads() {
        awaitNoThreads("orderflow-");
    }

    /** Waits until none of the library's threads runs whose name begins like this. */
    static void awaitNoThreads(String prefix) {
        Eventually.await(
                "no thread " + prefix + " runs", BOUND, () -> threads(prefix).isEmpty(), () -> stacks(prefix));
    }

    private static List<Thread> threads(String prefix) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(prefix))
                .toList();
    }

    private static String stacks(String prefix) {
        Map<Thread, StackTraceElement[]> all = Thread.getAllStackTraces();
        return threads(prefix).stream()
                .map(thread -> thread + "\n    "
                        + List.of(all.getOrDefault(thread, new StackTraceElement[0])).stream()
                                .map(String::valueOf)
                                .collect(Collectors.joining("\n    ")))
                .collect(Collectors.joining("\n"));
    }
}
