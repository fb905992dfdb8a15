package io.orderflow.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Blocks of Java and Kotlin: in the documents after a line {@code <!-- sample: Name -->}, in Name.java between two
 * comments. With {@code host/Name} it is a file of that project of hosts, which the build compiles against the jars.
 */
final class SampleBlocks {
    /**
     * One block in a document.
     *
     * @param sample the sample that it must be equal to; empty when the line before it names none
     * @param place the document and the line where it begins
     * @param text its lines
     */
    record Block(String sample, String place, List<String> text) {}

    private static final int DEEPEST = 12;

    private SampleBlocks() {}

    static List<Block> ofDocuments() {
        return Documents.files().stream().flatMap(file -> of(file).stream()).toList();
    }

    static List<Block> of(Path file) {
        List<String> lines = Documents.read(file);
        List<Block> blocks = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).strip().matches("```(java|kotlin)\\b.*")) {
                String before = lines.get(i - 1);
                String sample = before.startsWith("<!-- sample: ") ? before.substring(13, before.length() - 4) : "";
                List<String> text = lines.stream()
                        .skip(i + 1)
                        .takeWhile(line -> !line.startsWith("```"))
                        .toList();
                blocks.add(new Block(sample, file.getFileName() + " line " + (i + 1), text));
            }
        }
        return blocks;
    }

    /** What the package description shows, without the comment's stars. */
    static List<String> ofPackageDescription() {
        Path file = Documents.root().resolve("order-core/src/main/java/io/orderflow/package-info.java");
        return Documents.read(file).stream()
                .dropWhile(line -> !line.contains("<pre>{@code"))
                .skip(1)
                .takeWhile(line -> !line.contains("}</pre>"))
                .map(line -> line.replaceFirst("^ \\* ?", ""))
                .toList();
    }

    static List<String> ofSource(String sample) {
        List<String> lines = Documents.read(source(sample)).stream()
                .dropWhile(line -> !line.strip().equals("// sample: begin"))
                .skip(1)
                .takeWhile(line -> !line.strip().equals("// sample: end"))
                .toList();
        int indent = lines.stream()
                .filter(line -> !line.isBlank())
                .mapToInt(line -> line.length() - line.stripLeading().length())
                .min()
                .orElse(0);
        return lines.stream()
                .map(line -> line.isBlank() ? "" : line.substring(indent))
                .toList();
    }

    /** The sample is among the examples, or the hosts, or the tests of the module whose dependencies it needs. */
    private static Path source(String sample) {
        Path root = Documents.root();
        int slash = sample.indexOf('/');
        String place = slash < 0
                ? "order-*/src/{main,test}/java/**/" + sample + ".java"
                : "order-examples/hosts/" + sample.substring(0, slash) + "/src/main/**" + sample.substring(slash)
                        + ".{java,kt}";
        PathMatcher name = FileSystems.getDefault().getPathMatcher("glob:" + place);
        try (Stream<Path> found = Files.find(root, DEEPEST, (path, is) -> name.matches(root.relativize(path)))) {
            List<Path> sources = found.toList();
            assertEquals(1, sources.size(), () -> "sources of " + sample + ": " + sources);
            return sources.get(0);
        } catch (IOException e) {
            throw new AssertionError(root + " cannot be searched", e);
        }
    }
}
