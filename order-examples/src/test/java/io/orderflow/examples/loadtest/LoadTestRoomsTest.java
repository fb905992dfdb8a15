package io.orderflow.examples.loadtest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rooms of the load test know each other in one direction, and nothing below knows the program itself. */
class LoadTestRoomsTest {
    private static final Path SOURCES = Path.of("src/main/java/io/orderflow/examples");
    private static final Pattern IMPORT =
            Pattern.compile("^import (?:static )?io\\.orderflow\\.examples\\.([a-z.]+)\\.[A-Z]", Pattern.MULTILINE);
    private static final Map<String, List<String>> KNOWS = Map.of(
            "common", List.of(),
            "loadtest/orders", List.of("common"),
            "loadtest/resources", List.of("common"),
            "loadtest/counting", List.of("common", "loadtest.orders", "loadtest.resources"),
            "loadtest/driving",
                    List.of("common", "loadtest.counting", "loadtest.orders", "loadtest.resources", "processes"),
            "loadtest/report",
                    List.of(
                            "common",
                            "loadtest.counting",
                            "loadtest.driving",
                            "loadtest.orders",
                            "loadtest.resources"));

    @Test
    void eachRoomKnowsOnlyThoseBeforeIt() throws IOException {
        for (Map.Entry<String, List<String>> room : KNOWS.entrySet()) {
            Set<String> others = known(room.getKey());
            others.remove(room.getKey().replace('/', '.'));
            room.getValue().forEach(others::remove);
            assertEquals(Set.of(), others, () -> room.getKey() + " knows rooms that it should not");
        }
    }

    @Test
    void theLoadTestDoesNotKnowTheBench() throws IOException {
        // the bench runs load tests; the top program puts the two together
        assertFalse(known("loadtest").contains("bench"));
    }

    private static Set<String> known(String room) throws IOException {
        Set<String> known = new TreeSet<>();
        try (Stream<Path> files = Files.list(SOURCES.resolve(room))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Matcher imports = IMPORT.matcher(Files.readString(file));
                while (imports.find()) {
                    known.add(imports.group(1));
                }
            }
        }
        return known;
    }
}
