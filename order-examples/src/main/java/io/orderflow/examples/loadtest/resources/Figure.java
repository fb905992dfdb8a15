package io.orderflow.examples.loadtest.resources;

/** What is measured of a component, in the order of the tables. */
enum Figure {
    /** Share of one processor: 100 is one core. */
    CPU_PERCENT("cpu_percent", "CPU %", false),
    /** Processor time used, in seconds. */
    CPU_SECONDS("cpu_s", "CPU s", true),
    /** Resident memory, in bytes. */
    MEMORY("memory_bytes", "memory MiB", false),
    /** Resident memory as a share of the machine's, or of the container's limit. */
    MEMORY_PERCENT("memory_percent", "memory %", false),
    /** Bytes received; in a window, per second. */
    NET_IN("net_in_bytes_per_s", "net in KiB/s", true),
    /** Bytes sent; in a window, per second. */
    NET_OUT("net_out_bytes_per_s", "net out KiB/s", true),
    /** Bytes read from disk; in a window, per second. */
    DISK_IN("disk_in_bytes_per_s", "disk in KiB/s", true),
    /** Bytes written to disk; in a window, per second. */
    DISK_OUT("disk_out_bytes_per_s", "disk out KiB/s", true),
    /** Threads of a process, or tasks of a container. */
    THREADS("threads", "threads", false);

    private final String field;
    private final String title;
    private final boolean counter;

    Figure(String field, String title, boolean counter) {
        this.field = field;
        this.title = title;
        this.counter = counter;
    }

    /** The name in JSON. */
    String field() {
        return field;
    }

    /** The name in tables, with the unit. */
    String title() {
        return title;
    }

    /** Whether a reading is a sum since the component's start, and not the value of the moment. */
    boolean isCounter() {
        return counter;
    }

    /** A window's value in the unit of the table. */
    double inTable(double value) {
        return switch (this) {
            case MEMORY -> value / (1 << 20);
            case NET_IN, NET_OUT, DISK_IN, DISK_OUT -> value / (1 << 10);
            default -> value;
        };
    }
}
