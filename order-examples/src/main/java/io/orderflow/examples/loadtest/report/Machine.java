package io.orderflow.examples.loadtest.report;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * Cores, memory and JVM of this process. The names in JSON are those of the components.
 *
 * @param os the operating system and its version
 * @param cores processors that the JVM may use
 * @param memoryBytes memory of the machine
 * @param jvm the JVM and its version
 * @param jvmMaxHeapBytes the largest heap that the JVM may have
 */
@JsonNaming(SnakeCaseStrategy.class)
public record Machine(String os, int cores, long memoryBytes, String jvm, long jvmMaxHeapBytes) {
    static Machine ofThisProcess() {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return new Machine(
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                Runtime.getRuntime().availableProcessors(),
                system.getTotalMemorySize(),
                System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"),
                Runtime.getRuntime().maxMemory());
    }
}
