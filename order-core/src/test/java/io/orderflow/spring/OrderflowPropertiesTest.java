package io.orderflow.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.orderflow.FeedConfig;
import io.orderflow.OrderProcessor;
import io.orderflow.WorkerConfig;
import io.orderflow.samples.Documents;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Options, properties, what editors know of them, and the document are the same. */
class OrderflowPropertiesTest {
    /** Beans of the host, or set by a customizer. */
    private static final Set<String> NO_PROPERTIES =
            Set.of("queue", "listener", "clock", "watcher", "frameKey", "secondFrameKey");

    /** Its name, its description and its default, in the file that the processor writes. */
    private static final Pattern PROPERTY = Pattern.compile(
            "\"name\": \"([^\"]+)\",\\s*\"type\": \"[^\"]+\",\\s*"
                    + "\"description\": \"([^\"]+)\",\\s*\"sourceType\": \"[^\"]+\",\\s*\"defaultValue\": \"?([^\"\\s]+)\"?\\s");

    @Test
    void eachOptionHasAProperty() {
        Set<String> options = Arrays.stream(OrderProcessor.Builder.class.getMethods())
                .filter(method -> method.getReturnType() == OrderProcessor.Builder.class)
                .map(method -> method.getName())
                .filter(name -> !NO_PROPERTIES.contains(name))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(options, names(OrderflowProperties.class, "enabled", "workers", "feeds"));
        assertEquals(names(WorkerConfig.class), names(OrderflowProperties.WorkerProperties.class, "enabled"));
        assertEquals(names(FeedConfig.class), names(OrderflowProperties.FeedProperties.class, "enabled"));
    }

    private static Set<String> names(Class<?> type, String... without) {
        return Arrays.stream(type.getRecordComponents())
                .map(component -> component.getName())
                .filter(name -> !List.of(without).contains(name))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void editorsKnowEachPropertyAsTheDocumentHasIt() throws Exception {
        Map<String, List<String>> known = new TreeMap<>();
        PROPERTY.matcher(metadata())
                .results()
                .forEach(property -> known.put(property.group(1), List.of(property.group(2), property.group(3))));
        Map<String, List<String>> documented = new TreeMap<>();
        for (List<String> cells : Documents.tableAfter("<!-- checked: orderflow properties -->")) {
            String name = cells.get(0).replace("`", "");
            documented.put(name, List.of(cells.get(1), cells.get(2).replace("`", "")));
        }
        assertEquals(documented, known);
        Stream<Class<?>> types = Stream.of(
                OrderflowProperties.class,
                OrderflowProperties.WorkerProperties.class,
                OrderflowProperties.FeedProperties.class);
        int components =
                types.mapToInt(type -> type.getRecordComponents().length).sum();
        assertEquals(components - 2, known.size(), "but for those that are groups");
    }

    /** Of the core alone: Spring Boot's own jars have such a file, too. */
    private static String metadata() throws Exception {
        Path classes = Path.of(OrderflowProperties.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        return Files.readString(classes.resolve("META-INF/spring-configuration-metadata.json"));
    }
}
