package io.orderflow.examples.loadtest.resources;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.examples.loadtest.resources.Resources.Interval;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** The arithmetic of windows, of the change between two, and of totals. */
class ResourceWindowTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void countersGrowAndGaugesAreMeans() {
        ResourceWindow window = window(
                at(0, Map.of(Figure.CPU_SECONDS, 5.0, Figure.DISK_OUT, 1_000.0, Figure.MEMORY, 100.0)),
                at(4, Map.of(Figure.CPU_SECONDS, 6.0, Figure.DISK_OUT, 2_000.0, Figure.MEMORY, 200.0)),
                at(10, Map.of(Figure.CPU_SECONDS, 10.0, Figure.DISK_OUT, 6_000.0, Figure.MEMORY, 600.0)));
        assertEquals(5, value(window, Figure.CPU_SECONDS), 1e-9);
        assertEquals(50, value(window, Figure.CPU_PERCENT), 1e-9);
        assertEquals(500, value(window, Figure.DISK_OUT), 1e-9);
        assertEquals(300, value(window, Figure.MEMORY), 1e-9);
        assertEquals(Amount.missing("no net_in_bytes_per_s"), window.amount(Figure.NET_IN));
    }

    @Test
    void oneReadingHasNoGrowth() {
        ResourceWindow window = window(at(3, Map.of(Figure.CPU_SECONDS, 7.0, Figure.THREADS, 2.0)));
        assertEquals(Amount.missing("no cpu_s"), window.amount(Figure.CPU_SECONDS));
        assertEquals(Amount.missing("no cpu_percent"), window.amount(Figure.CPU_PERCENT));
        assertEquals(2, value(window, Figure.THREADS));
    }

    @Test
    void aCounterThatBeginsAnewDoesNotShrink() {
        ResourceWindow window = window(
                at(0, Map.of(Figure.NET_IN, 100.0)),
                at(1, Map.of(Figure.NET_IN, 300.0)),
                at(2, Map.of(Figure.NET_IN, 40.0)));
        assertEquals(120, value(window, Figure.NET_IN), 1e-9);
    }

    @Test
    void processorTimeWithoutThatOfThreadsNeverGoesBack() {
        Probe standsStill = new Scripted(new ArrayDeque<>(
                List.of(at(0, Map.of(Figure.CPU_SECONDS, 1_000.0)), at(1, Map.of(Figure.CPU_SECONDS, 1_000.0)))));
        ThreadsProbe threads = new ThreadsProbe(
                thread -> thread.getThreadId() == Thread.currentThread().getId());
        ApiProbe api = new ApiProbe(standsStill, List.of(threads));
        double first = api.read().orElseThrow().value(Figure.CPU_SECONDS).orElseThrow();
        double before = threads.cpuSeconds().orElseThrow();
        while (threads.cpuSeconds().orElseThrow() == before) {
            Thread.onSpinWait();
        }
        assertEquals(first, api.read().orElseThrow().value(Figure.CPU_SECONDS).orElseThrow());
    }

    @Test
    void theChangeIsLoadWithoutIdleAndMissingWhenOneIs() {
        ResourceWindow idle =
                ResourceWindow.from(figure -> figure == Figure.NET_IN ? Amount.missing("unseen") : Amount.of(2));
        ResourceWindow load =
                ResourceWindow.from(figure -> figure == Figure.NET_OUT ? Amount.missing("unread") : Amount.of(7));
        ResourceWindow change = load.changeFrom(idle);
        assertEquals(5, value(change, Figure.CPU_PERCENT));
        assertEquals(Amount.missing("unseen"), change.amount(Figure.NET_IN));
        assertEquals(Amount.missing("unread"), change.amount(Figure.NET_OUT));
        assertTrue(change.amount(Figure.CPU_SECONDS).value().isEmpty());
    }

    @Test
    void totalsLeaveOutTheShopAndWhatIsInsideAnother() {
        ResourceReport report =
                report(component("api", 1), component("queue", 2), component("database", 4), component("broker", 8));
        assertEquals(OptionalDouble.of(10.0), total(report).values().get("cpu_s"));
        // api, queue and database: 7 s
        assertEquals(100, report.ordersPerCpuSecond(700).value().getAsDouble(), 1e-9);
        ResourceReport embedded =
                report(component("api", 1), Component.inside("queue", "in memory"), component("broker", 8));
        assertEquals(OptionalDouble.of(8.0), total(embedded).values().get("cpu_s"));
        assertEquals(100, embedded.ordersPerCpuSecond(100).value().getAsDouble(), 1e-9);
    }

    @Test
    void aTotalWithAMissingPartIsMissingAndSaysWhose() {
        ResourceReport report = report(component("api", 1), Component.absent("queue", "elsewhere"));
        assertEquals(OptionalDouble.empty(), total(report).values().get("cpu_s"));
        assertEquals("queue: elsewhere", total(report).missing().get("cpu_s"));
        assertEquals(Amount.missing("queue: elsewhere"), report.ordersPerCpuSecond(100));
    }

    @Test
    void nothingMeasuredAddsNoFields() {
        assertEquals(Optional.empty(), ResourceReport.none().figures(10));
    }

    private static Amounts total(ResourceReport report) {
        return report.figures(1).orElseThrow().infrastructureTotal().get("load");
    }

    /** With a load window from second 0 to 10 and no idle one. */
    private static ResourceReport report(Component... components) {
        return new ResourceReport(List.of(components), Interval.NONE, new Interval(0, 10 * SECOND));
    }

    /** One that uses so much processor time from second 0 to 10. */
    private static Component component(String name, double cpuSeconds) {
        Deque<ResourceReading> readings = new ArrayDeque<>(
                List.of(at(0, Map.of(Figure.CPU_SECONDS, 3.0)), at(10, Map.of(Figure.CPU_SECONDS, 3.0 + cpuSeconds))));
        Component component = Component.of(name, new Scripted(readings));
        component.sample();
        component.sample();
        return component;
    }

    private record Scripted(Deque<ResourceReading> readings) implements Probe {
        @Override
        public Optional<ResourceReading> read() {
            return Optional.ofNullable(readings.poll());
        }

        @Override
        public String what() {
            return "scripted";
        }

        @Override
        public String whyMissing(Figure figure) {
            return "no " + figure.field();
        }
    }

    private static ResourceWindow window(ResourceReading... readings) {
        return ResourceWindow.of(List.of(readings), figure -> "no " + figure.field());
    }

    private static ResourceReading at(long second, Map<Figure, Double> values) {
        return new ResourceReading(second * SECOND, values);
    }

    private static double value(ResourceWindow window, Figure figure) {
        return window.amount(figure).value().orElseThrow();
    }
}
