package io.orderflow.examples.loadtest.resources;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One line of {@code docker stats}.
 *
 * @param id the container's id, shortened
 * @param name the container's name
 * @param values what the line says; without what it leaves out
 */
record DockerStats(String id, String name, Map<Figure, Double> values) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern SIZE = Pattern.compile("([0-9.]+(?:[eE][+-]?[0-9]+)?)\\s*([kKMGTP]?)(i?)B");
    private static final String PREFIXES = "KMGTP";

    /**
     * Reads the output in JSON, one object in a line.
     *
     * @throws UncheckedIOException if a line is not JSON
     */
    static List<DockerStats> parse(String output) {
        return output.lines()
                .filter(line -> !line.isBlank())
                .map(DockerStats::line)
                .toList();
    }

    private static DockerStats line(String line) {
        try {
            JsonNode fields = JSON.readTree(line);
            Map<Figure, Double> values = new EnumMap<>(Figure.class);
            percent(fields.path("CPUPerc").asText()).ifPresent(value -> values.put(Figure.CPU_PERCENT, value));
            number(fields.path("PIDs").asText()).ifPresent(value -> values.put(Figure.THREADS, value));
            memory(fields, values);
            pair(fields.path("NetIO").asText(), Figure.NET_IN, Figure.NET_OUT, values);
            pair(fields.path("BlockIO").asText(), Figure.DISK_IN, Figure.DISK_OUT, values);
            return new DockerStats(
                    fields.path("ID").asText(), fields.path("Name").asText(), values);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Docker writes 0 B of 0 B where the engine cannot count memory. */
    private static void memory(JsonNode fields, Map<Figure, Double> values) {
        String[] usedAndLimit = fields.path("MemUsage").asText().split("/");
        OptionalDouble used = bytes(usedAndLimit[0]);
        OptionalDouble limit = usedAndLimit.length == 2 ? bytes(usedAndLimit[1]) : OptionalDouble.empty();
        if (used.isPresent() && limit.orElse(0) > 0) {
            values.put(Figure.MEMORY, used.getAsDouble());
            // of the two sizes: docker's own percentage has two digits after the point
            values.put(Figure.MEMORY_PERCENT, used.getAsDouble() / limit.getAsDouble() * 100);
        }
    }

    /**
     * Sums since the container's start. Docker writes 0 B / 0 B where the kernel or the network's kind does not count.
     */
    private static void pair(String text, Figure in, Figure out, Map<Figure, Double> values) {
        String[] parts = text.split("/");
        OptionalDouble first = bytes(parts[0]);
        OptionalDouble second = parts.length == 2 ? bytes(parts[1]) : OptionalDouble.empty();
        if (first.isPresent() && second.isPresent() && first.getAsDouble() + second.getAsDouble() > 0) {
            values.put(in, first.getAsDouble());
            values.put(out, second.getAsDouble());
        }
    }

    /** A size as docker writes it: kB, MB and GB are powers of 1000, KiB, MiB and GiB of 1024; empty for {@code --}. */
    static OptionalDouble bytes(String text) {
        Matcher matcher = SIZE.matcher(text.strip());
        if (!matcher.matches()) {
            return OptionalDouble.empty();
        }
        int power = matcher.group(2).isEmpty()
                ? 0
                : PREFIXES.indexOf(matcher.group(2).toUpperCase(Locale.ROOT)) + 1;
        double unit = Math.pow(matcher.group(3).isEmpty() ? 1_000 : 1_024, power);
        return OptionalDouble.of(Double.parseDouble(matcher.group(1)) * unit);
    }

    private static OptionalDouble percent(String text) {
        return text.endsWith("%") ? number(text.substring(0, text.length() - 1)) : OptionalDouble.empty();
    }

    private static OptionalDouble number(String text) {
        return text.matches("[0-9]+(\\.[0-9]+)?")
                ? OptionalDouble.of(Double.parseDouble(text))
                : OptionalDouble.empty();
    }

    /** Whether the container runs: one that was stopped is listed with no tasks for a moment. */
    boolean isRunning() {
        return values.getOrDefault(Figure.THREADS, 1.0) > 0;
    }

    /** Whether a person would call the container so. */
    boolean isCalled(String nameOrId) {
        return name.equals(nameOrId) || !id.isEmpty() && (nameOrId.startsWith(id) || id.startsWith(nameOrId));
    }
}
