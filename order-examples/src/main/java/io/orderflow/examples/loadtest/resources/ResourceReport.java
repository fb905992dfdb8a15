package io.orderflow.examples.loadtest.resources;

import io.orderflow.examples.common.Rounded;
import io.orderflow.examples.loadtest.resources.Resources.Interval;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/** What each component used, idle and under load. Immutable, once the components are no longer sampled. */
public final class ResourceReport {
    /** Beside the shop itself and the tool that drives it, everything is infrastructure. */
    private static final Set<String> NOT_INFRASTRUCTURE =
            Set.of(ComponentFinder.API, ComponentFinder.WORKERS, ComponentFinder.DATABASE, ComponentFinder.LOAD);

    private static final List<String> OWN = List.of(
            ComponentFinder.API,
            ComponentFinder.WORKERS,
            ComponentFinder.QUEUE,
            ComponentFinder.DATABASE,
            ComponentFinder.LOAD);

    private final Map<String, Component> components = new LinkedHashMap<>();
    private final Map<String, ResourceWindow> idle = new LinkedHashMap<>();
    private final Map<String, ResourceWindow> load = new LinkedHashMap<>();
    private final Map<String, ResourceWindow> change = new LinkedHashMap<>();
    private final double idleSeconds;
    private final double loadSeconds;

    ResourceReport(List<Component> measured, Interval idleSpan, Interval loadSpan) {
        this.idleSeconds = idleSpan.seconds();
        this.loadSeconds = loadSpan.seconds();
        for (Component component : measured) {
            String name = component.name();
            components.put(name, component);
            idle.put(name, window(component, idleSpan, "there was no idle window"));
            load.put(name, window(component, loadSpan, "there was no load window"));
            change.put(name, load.get(name).changeFrom(idle.get(name)));
        }
    }

    private static ResourceWindow window(Component component, Interval span, String none) {
        return span.equals(Interval.NONE) ? ResourceWindow.missing(none) : component.window(span.from(), span.to());
    }

    /** The report when nothing was measured. */
    public static ResourceReport none() {
        return new ResourceReport(List.of(), Interval.NONE, Interval.NONE);
    }

    /**
     * The figures for the files; empty when nothing was measured.
     *
     * @param orders how many orders were decided in the load window
     */
    public Optional<ResourceFigures> figures(long orders) {
        if (components.isEmpty()) {
            return Optional.empty();
        }
        Amount perCpuSecond = ordersPerCpuSecond(orders);
        Map<String, String> what = new LinkedHashMap<>();
        components.forEach((name, component) -> what.put(name, component.what()));
        return Optional.of(new ResourceFigures(
                cpuSeconds(),
                Rounded.to(1, perCpuSecond.value()),
                Optional.of(perCpuSecond.missing()).filter(reason -> !reason.isEmpty()),
                new ResourceFigures.Windows(
                        what,
                        Rounded.to(3, idleSeconds),
                        Rounded.to(3, loadSeconds),
                        figures(idle),
                        figures(load),
                        figures(change)),
                figures(totals())));
    }

    private Amounts cpuSeconds() {
        Map<String, Amount> used = new LinkedHashMap<>();
        load.forEach((name, window) -> used.put(name, window.amount(Figure.CPU_SECONDS)));
        return amounts(used);
    }

    private static Map<String, Amounts> figures(Map<String, ResourceWindow> windows) {
        Map<String, Amounts> all = new LinkedHashMap<>();
        windows.forEach((name, window) -> {
            Map<String, Amount> used = new LinkedHashMap<>();
            for (Figure figure : Figure.values()) {
                used.put(figure.field(), window.amount(figure));
            }
            all.put(name, amounts(used));
        });
        return all;
    }

    private static Amounts amounts(Map<String, Amount> used) {
        Map<String, OptionalDouble> values = new LinkedHashMap<>();
        Map<String, String> missing = new LinkedHashMap<>();
        used.forEach((name, amount) -> {
            values.put(name, Rounded.to(3, amount.value()));
            if (amount.value().isEmpty()) {
                missing.put(name, amount.missing());
            }
        });
        return new Amounts(values, missing);
    }

    /**
     * Orders for each processor second of api, workers, queue, database and load together; watched components do not
     * count.
     */
    Amount ordersPerCpuSecond(long orders) {
        Amount sum = sum(OWN, load, Figure.CPU_SECONDS);
        if (sum.value().isEmpty()) {
            return sum;
        }
        double seconds = sum.value().getAsDouble();
        return seconds > 0 ? Amount.of(orders / seconds) : Amount.missing("no processor time was counted");
    }

    /** The infrastructure other than API, workers and database, and without the load generator. */
    private Map<String, ResourceWindow> totals() {
        Map<String, ResourceWindow> totals = new LinkedHashMap<>();
        totals.put("idle", total(idle));
        totals.put("load", total(load));
        totals.put("change", totals.get("load").changeFrom(totals.get("idle")));
        return totals;
    }

    private ResourceWindow total(Map<String, ResourceWindow> windows) {
        List<String> names = components.keySet().stream()
                .filter(name -> !NOT_INFRASTRUCTURE.contains(name))
                .toList();
        return ResourceWindow.from(figure -> sum(names, windows, figure));
    }

    /** The sum over those that are not inside another's process; missing when one of these has no value. */
    private Amount sum(List<String> names, Map<String, ResourceWindow> windows, Figure figure) {
        List<String> counted = names.stream()
                .filter(name ->
                        components.containsKey(name) && !components.get(name).isInside())
                .toList();
        if (counted.isEmpty()) {
            return Amount.missing("there is none outside the process of api");
        }
        double sum = 0;
        for (String name : counted) {
            Amount amount = windows.get(name).amount(figure);
            if (amount.value().isEmpty()) {
                return Amount.missing(name + ": " + amount.missing());
            }
            sum += amount.value().getAsDouble();
        }
        return Amount.of(sum);
    }

    /**
     * Prints the tables for people; nothing when nothing was measured.
     *
     * @param orders how many orders were decided in the load window
     */
    public void print(PrintWriter out, long orders) {
        if (components.isEmpty()) {
            return;
        }
        ResourceTables tables = new ResourceTables(out);
        tables.print("Idle" + " (" + ResourceTables.text(idleSeconds, 1) + " s)", idle);
        tables.print("Under load" + " (" + ResourceTables.text(loadSeconds, 1) + " s)", load);
        tables.print("Change from idle to load", change);
        Map<String, ResourceWindow> named = new LinkedHashMap<>();
        // "load" alone is a component's name too
        totals().forEach((name, window) -> named.put("total " + name, window));
        tables.print("Total of the infrastructure other than API, workers and database", named);
        Amount perCpuSecond = ordersPerCpuSecond(orders);
        out.println("Orders per CPU-second of all components: "
                + (perCpuSecond.value().isPresent()
                        ? ResourceTables.text(perCpuSecond.value().getAsDouble(), 0)
                        : "missing, " + perCpuSecond.missing())
                + ".");
        components.forEach((name, component) -> out.println(name + ": " + component.what() + "."));
        tables.printReasons();
    }
}
