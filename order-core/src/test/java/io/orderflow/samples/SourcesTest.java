package io.orderflow.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The sources of all modules")
class SourcesTest {
    private static final int WIDTH = 120;
    private static final int LENGTH = 300;
    /** At the beginning of a line, where the formatter puts them. */
    private static final Pattern COMMENT = Pattern.compile("(?ms)^\\s*(//[^\n]*|/\\*.*?\\*/)");

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

    @Test
    @DisplayName("of the queue modules have at most 300 lines of code in a file")
    void filesOfTheQueuesAreShort() throws IOException {
        Map<String, Long> tooLong = new TreeMap<>();
        for (Path source : sources("order-queue-redis", "order-queue-rabbit")) {
            long lines = linesOfCode(Files.readString(source));
            if (lines > LENGTH) {
                tooLong.put(source.getFileName().toString(), lines);
            }
        }
        assertEquals(Map.of(), tooLong);
    }

    /** Without comments and blank lines. */
    private static long linesOfCode(String source) {
        String code = COMMENT.matcher(source).replaceAll("");
        return code.lines().filter(line -> !line.isBlank()).count();
    }

    private static List<Path> sources() throws IOException {
        return sources("order-core", "order-queue-redis", "order-queue-rabbit", "order-examples");
    }

    private static List<Path> sources(String... modules) throws IOException {
        List<Path> sources = new ArrayList<>();
        for (String module : modules) {
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
