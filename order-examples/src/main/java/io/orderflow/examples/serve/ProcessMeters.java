package io.orderflow.examples.serve;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import java.util.Set;

/** The few meters of the JVM and its process that an operator looks at; Micrometer has dozens. Thread-safe. */
final class ProcessMeters implements MeterBinder, AutoCloseable {
    private static final Set<String> SHOWN = Set.of(
            "jvm.memory.used",
            "jvm.memory.max",
            "jvm.gc.pause",
            "jvm.gc.live.data.size",
            "jvm.gc.max.data.size",
            "jvm.threads.live",
            "process.cpu.usage",
            "process.files.open",
            "process.files.max",
            "process.uptime");

    private final JvmGcMetrics gc = new JvmGcMetrics();

    @Override
    public void bindTo(MeterRegistry registry) {
        registry.config().meterFilter(new Few());
        new JvmMemoryMetrics().bindTo(registry);
        gc.bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
    }

    private static final class Few implements MeterFilter {
        @Override
        public MeterFilterReply accept(Meter.Id id) {
            String name = id.getName();
            boolean ofMachine = name.startsWith("jvm.") || name.startsWith("process.") || name.startsWith("system.");
            return ofMachine && !SHOWN.contains(name) ? MeterFilterReply.DENY : MeterFilterReply.NEUTRAL;
        }
    }

    @Override
    public void close() {
        gc.close();
    }
}
