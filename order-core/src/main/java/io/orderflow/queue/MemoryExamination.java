package io.orderflow.queue;

import java.util.ArrayList;
import java.util.List;

/** What can be wrong with a queue in memory. */
final class MemoryExamination {
    private MemoryExamination() {}

    /**
     * Judges it.
     *
     * @param capacity most bytes of its messages
     * @param heap most bytes that the heap may have
     * @param waiting how many messages nobody holds
     */
    static List<QueueFinding> of(long capacity, long heap, long waiting) {
        List<QueueFinding> findings = new ArrayList<>();
        if (capacity > heap / 2) {
            findings.add(new QueueFinding(
                    "queue-above-heap",
                    Severity.ERROR,
                    "the queue in memory may have " + capacity + " bytes, and the heap " + heap,
                    "the process runs out of memory before the queue is full",
                    "capacityBytes of InMemoryQueue.builder(): at most half of the heap (-Xmx)"));
        }
        if (QueueFinding.isBacklog(waiting)) {
            findings.add(QueueFinding.backlog(waiting));
        }
        return findings;
    }
}
