package io.orderflow.examples.loadtest.driving;

import io.orderflow.examples.common.Interruption;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** The JVM's compiler, which takes as much of the processors as the test itself while the program is young. */
public final class Compiler {
    private static final Duration QUIET = Duration.ofMillis(500);

    private Compiler() {}

    /**
     * Waits until nothing was compiled for half a second, at most as long as given, and not when the program is to end.
     */
    public static void awaitRest(Duration bound, Interruption interruption) {
        CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
        if (compiler == null || !compiler.isCompilationTimeMonitoringSupported()) {
            return;
        }
        long end = System.nanoTime() + bound.toNanos();
        long before = -1;
        while (compiler.getTotalCompilationTime() != before
                && System.nanoTime() - end < 0
                && !interruption.isRequested()) {
            before = compiler.getTotalCompilationTime();
            LockSupport.parkNanos(QUIET.toNanos());
        }
    }
}
