package io.orderflow.internal.doctor;

import io.orderflow.WorkerConfig;
import java.security.Security;
import java.time.Duration;

/** The options of the processor and of its virtual machine. No I/O. */
final class MachineLook {
    private static final long SMALLEST_HEAP = 200L << 20;
    private static final Duration SHORTEST_JOURNAL_TIMEOUT = Duration.ofMillis(1_500);
    private static final Duration SHORTEST_LEASE = Duration.ofSeconds(10);
    private static final String NAME_CACHE = "networkaddress.cache.ttl";

    private MachineLook() {}

    static void atOptions(Circumstances options, WorkerConfig workers, FindingList findings) {
        findings.addIf(
                options.allowWeakQueue(),
                HostFinding.WEAK_QUEUE_ALLOWED,
                "allowWeakQueue is set: a queue accepts alone whether it is durable or not");
        findings.addIf(
                options.jsonWithoutKey(),
                HostFinding.JSON_WITHOUT_KEY,
                "acceptJson is set, and there is no frameKey: messages of JSON are believed without a tag");
        findings.addIf(
                options.journalTimeout().compareTo(SHORTEST_JOURNAL_TIMEOUT) < 0,
                HostFinding.JOURNAL_TIMEOUT_SHORT,
                "journalTimeout is " + options.journalTimeout().toMillis() + " ms");
        findings.addIf(
                workers.lease().compareTo(SHORTEST_LEASE) < 0,
                HostFinding.LEASE_SHORT,
                "lease is " + workers.lease().toMillis()
                        + " ms; a worker waits up to 1 s for each lock and up to 8 s for an answer");
    }

    static void atVirtualMachine(long heap, FindingList findings) {
        findings.addIf(heap < SMALLEST_HEAP, HostFinding.HEAP_SMALL, "the heap may have " + (heap >> 20) + " MiB");
        String keeps = Security.getProperty(NAME_CACHE);
        findings.addIf(
                keeps != null && keeps.strip().startsWith("-"),
                HostFinding.NAMES_KEPT_FOR_EVER,
                NAME_CACHE + " is " + keeps);
    }
}
