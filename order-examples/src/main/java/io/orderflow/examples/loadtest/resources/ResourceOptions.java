package io.orderflow.examples.loadtest.resources;

import io.orderflow.examples.common.Shop;
import io.orderflow.examples.common.ShopQueue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that say whose resources are measured, and how long before the load. A mixin of the load test. */
public final class ResourceOptions {
    private static final int LONGEST_IDLE = 3_600;
    private static final Pattern WATCH = Pattern.compile("([a-z][a-z0-9_-]{0,30})=([A-Za-z0-9][A-Za-z0-9_.-]*)");
    private static final List<String> TAKEN = List.of("api", "workers", "queue", "database", "load", "missing");

    @Spec(Spec.Target.MIXEE)
    private CommandSpec program;

    @Option(
            names = "--idle",
            paramLabel = "SECONDS",
            defaultValue = "5",
            description = "How long resources are measured before the load; 0: not at all. Default: ${DEFAULT-VALUE}")
    private int idle;

    @Option(
            names = "--watch",
            paramLabel = "NAME=PID|CONTAINER",
            description =
                    "Measure this process or container too, under this name; may be repeated. Queue and database are"
                            + " found by themselves when they are on this machine.")
    private List<String> watch = List.of();

    @Option(names = "--no-resources", description = "Do not measure processor time, memory, network and disk.")
    private boolean off;

    /** Made by the command line. */
    public ResourceOptions() {}

    /**
     * Refuses wrong values before anything is opened.
     *
     * @throws ParameterException if an option's value cannot be used
     */
    public void check() {
        if (idle < 0 || idle > LONGEST_IDLE) {
            throw wrong("--idle must be between 0 and " + LONGEST_IDLE + ": " + idle);
        }
        watched();
        if (off && !watch.isEmpty()) {
            throw wrong("--watch has no effect with --no-resources");
        }
        if (off && idle > 0 && program.commandLine().getParseResult().hasMatchedOption("--idle")) {
            throw wrong("--idle has no effect with --no-resources: " + idle);
        }
    }

    /**
     * Finds the components and begins to read them.
     *
     * @throws ParameterException if an option's value cannot be used
     */
    public Resources open(Layout layout, Shop shop, ShopQueue queue) {
        check();
        return off ? Resources.none() : Resources.of(layout, shop.toString(), queue.toString(), watched(), idle);
    }

    private Map<String, String> watched() {
        Map<String, String> watched = new LinkedHashMap<>();
        for (String text : watch) {
            var matcher = WATCH.matcher(text);
            if (!matcher.matches()) {
                throw wrong("--watch must be NAME=PID or NAME=CONTAINER, the name in lower case: " + text);
            }
            if (TAKEN.contains(matcher.group(1)) || watched.put(matcher.group(1), matcher.group(2)) != null) {
                throw wrong("--watch must have a name that is not taken: " + text);
            }
        }
        return watched;
    }

    private ParameterException wrong(String message) {
        return new ParameterException(program.commandLine(), message);
    }
}
