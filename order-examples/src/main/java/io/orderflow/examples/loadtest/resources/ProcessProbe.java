package io.orderflow.examples.loadtest.resources;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import oshi.SystemInfo;
import oshi.software.os.OSProcess;
import oshi.software.os.OperatingSystem;

/**
 * A process of this machine and all its children, by the operating system. What a child used before it ended still
 * counts. Used by one thread at a time.
 */
final class ProcessProbe implements Probe {
    private static final Path PROC = Path.of("/proc");
    private static final double MILLIS = 1_000;

    private final OperatingSystem system;
    private final double machineMemory;
    private final int pid;
    private final boolean withChildren;
    private final long started;
    private final String name;
    /** The last counters of every process ever seen here: a sum that does not shrink when a child ends. */
    private final Map<Long, Map<Figure, Double>> counters = new HashMap<>();

    private ProcessProbe(SystemInfo machine, OSProcess process, boolean withChildren) {
        this.system = machine.getOperatingSystem();
        this.machineMemory = machine.getHardware().getMemory().getTotal();
        this.pid = process.getProcessID();
        this.withChildren = withChildren;
        this.started = process.getStartTime();
        this.name = process.getName();
    }

    /** A process with its children; empty when there is none with this id. */
    static Optional<Probe> of(SystemInfo machine, int pid) {
        return Optional.ofNullable(machine.getOperatingSystem().getProcess(pid))
                .map(process -> new ProcessProbe(machine, process, true));
    }

    /** This process alone: its children are the load test's tools and servers of its own. */
    static ProcessProbe ofThisProcess(SystemInfo machine) {
        int pid = machine.getOperatingSystem().getProcessId();
        return new ProcessProbe(machine, machine.getOperatingSystem().getProcess(pid), false);
    }

    @Override
    public Optional<ResourceReading> read() {
        OSProcess root = system.getProcess(pid);
        // another start time: the id was given to another process since
        if (root == null || root.getStartTime() != started || root.getState() == OSProcess.State.ZOMBIE) {
            return Optional.empty();
        }
        long nanos = System.nanoTime();
        Map<Figure, Double> values = new EnumMap<>(Figure.class);
        pids().mapToObj(id -> system.getProcess((int) id)).forEach(process -> {
            if (process != null) {
                counters.put((long) process.getProcessID(), countersOf(process));
                values.merge(Figure.MEMORY, (double) process.getResidentMemory(), Double::sum);
                values.merge(Figure.THREADS, (double) process.getThreadCount(), Double::sum);
            }
        });
        counters.values().forEach(one -> one.forEach((figure, value) -> values.merge(figure, value, Double::sum)));
        values.computeIfPresent(Figure.MEMORY, (figure, bytes) -> bytes > 0 ? bytes : null);
        if (values.containsKey(Figure.MEMORY)) {
            values.put(Figure.MEMORY_PERCENT, values.get(Figure.MEMORY) / machineMemory * 100);
        }
        return Optional.of(new ResourceReading(nanos, values));
    }

    private LongStream pids() {
        LongStream children = withChildren
                ? ProcessHandle.of(pid).stream()
                        .flatMap(ProcessHandle::descendants)
                        .mapToLong(ProcessHandle::pid)
                : LongStream.empty();
        return LongStream.concat(LongStream.of(pid), children);
    }

    private static Map<Figure, Double> countersOf(OSProcess process) {
        Map<Figure, Double> values = new EnumMap<>(Figure.class);
        values.put(Figure.CPU_SECONDS, (process.getKernelTime() + process.getUserTime()) / MILLIS);
        if (countsDisk(process.getProcessID())) {
            values.put(Figure.DISK_IN, (double) process.getBytesRead());
            values.put(Figure.DISK_OUT, (double) process.getBytesWritten());
        }
        return values;
    }

    /** Linux shows what a process reads and writes to its own user and to root only; it would look like 0. */
    private static boolean countsDisk(int pid) {
        return !Files.isDirectory(PROC) || Files.isReadable(PROC.resolve(pid + "/io"));
    }

    @Override
    public String what() {
        return "process " + pid + " " + name;
    }

    @Override
    public String whyMissing(Figure figure) {
        return switch (figure) {
            case NET_IN, NET_OUT -> "the system does not count the network of a process";
            case DISK_IN, DISK_OUT -> "this user may not read what the process reads and writes";
            default -> "the process was not read twice in this window";
        };
    }
}
