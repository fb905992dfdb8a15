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
        Eventually.await("no thread of the library runs", BOUND, () -> threads().isEmpty(), Leaks::stacks);
    }

    private static List<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("orderflow-"))
                .toList();
    }

    private static String stacks() {
        Map<Thread, StackTraceElement[]> all = Thread.getAllStackTraces();
        return threads().stream()
                .map(thread -> thread + "\n    "
                        + List.of(all.getOrDefault(thread, new StackTraceElement[0])).stream()
                                .map(String::valueOf)
                                .collect(Collectors.joining("\n    ")))
                .collect(Collectors.joining("\n"));
    }
}
