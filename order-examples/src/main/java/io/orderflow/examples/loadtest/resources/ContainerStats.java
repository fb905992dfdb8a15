package io.orderflow.examples.loadtest.resources;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * What the Docker engine counts of one container. What the kernel, the engine or the kind of network does not count is
 * not there.
 *
 * @param cpuStats processor time
 * @param pidsStats tasks
 * @param memoryStats memory
 * @param networks bytes by network, since the container's start
 * @param blkioStats bytes by disk, since the container's start
 */
@JsonNaming(SnakeCaseStrategy.class)
record ContainerStats(
        Optional<CpuStats> cpuStats,
        Optional<PidsStats> pidsStats,
        Optional<MemoryStats> memoryStats,
        Optional<Map<String, NetworkStats>> networks,
        Optional<DiskStats> blkioStats) {
    private static final double NANOS = 1e9;

    @JsonNaming(SnakeCaseStrategy.class)
    record CpuStats(CpuUsage cpuUsage) {}

    /**
     * Processor time since the container's start.
     *
     * @param totalUsage nanoseconds
     */
    @JsonNaming(SnakeCaseStrategy.class)
    record CpuUsage(long totalUsage) {}

    record PidsStats(OptionalLong current) {}

    /**
     * Bytes, with what the kernel keeps of files.
     *
     * @param stats what it is used for
     */
    record MemoryStats(OptionalLong usage, OptionalDouble limit, Optional<MemoryParts> stats) {}

    /**
     * Pages of files that nobody has touched lately.
     *
     * @param totalInactiveFile with those of groups below, where version 1 of control groups counts
     * @param inactiveFile the same in version 2
     */
    @JsonNaming(SnakeCaseStrategy.class)
    record MemoryParts(OptionalLong totalInactiveFile, OptionalLong inactiveFile) {
        long idle() {
            return totalInactiveFile.orElseGet(() -> inactiveFile.orElse(0));
        }
    }

    @JsonNaming(SnakeCaseStrategy.class)
    record NetworkStats(long rxBytes, long txBytes) {}

    @JsonNaming(SnakeCaseStrategy.class)
    record DiskStats(Optional<List<DiskCount>> ioServiceBytesRecursive) {}

    /**
     * One disk and direction.
     *
     * @param op read, write, and others; some engines begin it with a capital letter
     * @param value bytes
     */
    record DiskCount(String op, long value) {}

    /** The engine answers for a container that has ended, too, with zeros. */
    boolean isRunning() {
        return cpuStats.filter(cpu -> cpu.cpuUsage().totalUsage() > 0).isPresent();
    }

    /** The figures; without what is not counted. */
    Map<Figure, Double> values() {
        Map<Figure, Double> values = new EnumMap<>(Figure.class);
        cpuStats.ifPresent(cpu -> values.put(Figure.CPU_SECONDS, cpu.cpuUsage().totalUsage() / NANOS));
        pidsStats
                .map(PidsStats::current)
                .filter(OptionalLong::isPresent)
                .ifPresent(tasks -> values.put(Figure.THREADS, (double) tasks.getAsLong()));
        memoryStats.ifPresent(memory -> memory(memory, values));
        networks.ifPresent(all -> {
            values.put(Figure.NET_IN, sum(all.values().stream().map(NetworkStats::rxBytes)));
            values.put(Figure.NET_OUT, sum(all.values().stream().map(NetworkStats::txBytes)));
        });
        blkioStats
                .flatMap(DiskStats::ioServiceBytesRecursive)
                .filter(counts -> !counts.isEmpty())
                .ifPresent(counts -> {
                    values.put(Figure.DISK_IN, bytes(counts, "read"));
                    values.put(Figure.DISK_OUT, bytes(counts, "write"));
                });
        return values;
    }

    /** Without the pages of files that nobody has touched lately, which the kernel drops first; as docker shows it. */
    private static void memory(MemoryStats memory, Map<Figure, Double> values) {
        if (memory.usage().isEmpty()) {
            return;
        }
        long usage = memory.usage().getAsLong();
        long idle = memory.stats().map(MemoryParts::idle).orElse(0L);
        double used = idle < usage ? usage - idle : usage;
        values.put(Figure.MEMORY, used);
        if (memory.limit().orElse(0) > 0) {
            values.put(Figure.MEMORY_PERCENT, used / memory.limit().getAsDouble() * 100);
        }
    }

    private static double bytes(List<DiskCount> counts, String operation) {
        return sum(counts.stream()
                .filter(count -> count.op().equalsIgnoreCase(operation))
                .map(DiskCount::value));
    }

    private static double sum(Stream<Long> values) {
        return values.mapToLong(Long::longValue).sum();
    }
}
