package io.orderflow.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The sources of all modules")
class SourcesTest {
    private static final int WIDTH = 120;

    @Test
    @DisplayName("use the name of a class once")
    void namesAreUnique() throws IOException {
        Map<String, List<String>> places = new TreeMap<>();
        for (Path source : sources()) {
            places.computeIfAbsent(source.getFileName().toString(), name -> new ArrayList<>())
                    .add(Documents.root().relativize(source).getParent().toString());
        }
        places.values().removeIf(folders -> folders.size() == 1);
        assertEquals(Map.of(), places);
    }

    @Test
    @DisplayName("have no line above 120 characters, comments and texts included")
    void linesAreShort() throws IOException {
        List<String> tooLong = new ArrayList<>();
        for (Path source : sources()) {
            List<String> lines = Files.readAllLines(source);
            for (int i = 0; i < lines.size(); i++) {
                if (lines.get(i).length() > WIDTH) {
                    tooLong.add(source + ": " + (i + 1));
                }
            }
        }
        assertEquals(List.of(), tooLong);
    }

    private static List<Path> sources() throws IOException {
        List<Path> sources = new ArrayList<>();
        for (String module : List.of("order-core", "order-queue-redis", "order-queue-rabbit", "order-examples")) {
            try (Stream<Path> files =
                    Files.walk(Documents.root().resolve(module).resolve("src/main/java"))) {
                files.filter(file -> file.toString().endsWith(".java"))
                        .filter(file -> !file.endsWith("package-info.java"))
                        .forEach(sources::add);
            }
        }
        return sources;
    }
}
