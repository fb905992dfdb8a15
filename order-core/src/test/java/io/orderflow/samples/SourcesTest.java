package io.orderflow.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The sources of all modules")
class SourcesTest {
    private static final int WIDTH = 120;
    private static final int LENGTH = 300;
    /** The API, with the setters of its builder and their Javadoc in one place. */
    private static final Set<String> LONGER = Set.of("OrderProcessor");

    /** Declared inside another one, so not at the beginning of the line. */
    private static final Pattern INNER =
            Pattern.compile("(?m)^ +[a-z ]*\\b(?:class|record|enum|interface) ([A-Z]\\w*)[ <(]");

    private static final Pattern PUBLIC = Pattern.compile("(?m)^public ");
    private static final Pattern NO_API = Pattern.compile("io/orderflow/(internal|examples)(/|$)");
    private static final String MARK = "\n@NullMarked\n";

    /** At the beginning of a line, where the formatter puts them. */
    private static final Pattern COMMENT = Pattern.compile("(?ms)^\\s*(//[^\n]*|/\\*.*?\\*/)");

    @Test
    @DisplayName("use the name of a class once, those of the tests too")
    void namesAreUnique() throws IOException {
        Map<String, List<String>> places = new TreeMap<>();
        for (Path source : sourcesAndTests()) {
            places.computeIfAbsent(nameOf(source), name -> new ArrayList<>()).add(folderOf(source));
        }
        places.values().removeIf(folders -> folders.size() == 1);
        assertEquals(Map.of(), places);
    }

    @Test
    @DisplayName("give no class inside another one the name of a class that has a file of its own")
    void namesOfInnerClassesAreNobodyElses() throws IOException {
        Set<String> names = sources().stream().map(SourcesTest::nameOf).collect(Collectors.toSet());
        List<String> twice = new ArrayList<>();
        for (Path source : sources()) {
            INNER.matcher(Files.readString(source))
                    .results()
                    .map(inner -> inner.group(1))
                    .filter(names::contains)
                    .forEach(inner -> twice.add(nameOf(source) + "." + inner));
        }
        assertEquals(List.of(), twice);
    }

    @Test
    @DisplayName("say of everything public outside of internal packages and examples that it knows no null")
    void theApiIsNullMarked() throws IOException {
        List<String> unmarked = new ArrayList<>();
        for (Path source : sources()) {
            String text = Files.readString(source);
            boolean api = PUBLIC.matcher(text).find()
                    && !NO_API.matcher(folderOf(source)).find();
            Path description = source.resolveSibling("package-info.java");
            if (api && !text.contains(MARK) && !Files.readString(description).contains(MARK)) {
                unmarked.add(nameOf(source));
            }
        }
        assertEquals(List.of(), unmarked);
    }

    private static String nameOf(Path source) {
        return source.getFileName().toString().replace(".java", "");
    }

    private static String folderOf(Path source) {
        return Documents.root().relativize(source).getParent().toString();
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
    @DisplayName("have at most 300 lines of code in a file")
    void filesAreShort() throws IOException {
        Map<String, Long> tooLong = new TreeMap<>();
        for (Path source : sources()) {
            long lines = linesOfCode(Files.readString(source));
            if (lines > LENGTH && !LONGER.contains(nameOf(source))) {
                tooLong.put(nameOf(source), lines);
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
        return sources("src/main/java");
    }

    private static List<Path> sourcesAndTests() throws IOException {
        List<Path> all = new ArrayList<>(sources());
        all.addAll(sources("src/test/java"));
        return all;
    }

    private static List<Path> sources(String folder) throws IOException {
        List<Path> sources = new ArrayList<>();
        for (String module : List.of("order-core", "order-queue-redis", "order-queue-rabbit", "order-examples")) {
            try (Stream<Path> files =
                    Files.walk(Documents.root().resolve(module).resolve(folder))) {
                files.filter(file -> file.toString().endsWith(".java"))
                        .filter(file -> !file.endsWith("package-info.java"))
                        .forEach(sources::add);
            }
        }
        return sources;
    }
}
