package io.orderflow.samples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** The README and the sources, found from wherever the tests run. */
final class Readme {
    private Readme() {}

    /** The folder of the README. */
    static Path root() {
        return Stream.iterate(Path.of("").toAbsolutePath(), Objects::nonNull, Path::getParent)
                .filter(folder ->
                        Files.exists(folder.resolve("README.md")) && Files.isDirectory(folder.resolve("order-core")))
                .findFirst()
                .orElseThrow(() ->
                        new AssertionError("no README.md above " + Path.of("").toAbsolutePath()));
    }

    static List<String> lines() {
        return read(root().resolve("README.md"));
    }

    static List<String> read(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new AssertionError(file + " cannot be read", e);
        }
    }

    /** The cells of the table that follows a line, without its head, each row without the outer bars. */
    static List<List<String>> tableAfter(String mark) {
        List<String> lines = lines();
        int at = lines.indexOf(mark);
        if (at < 0) {
            throw new AssertionError("README.md has no line: " + mark);
        }
        List<List<String>> rows = new ArrayList<>();
        lines.stream()
                .skip(at + 1)
                .dropWhile(String::isBlank)
                .takeWhile(line -> line.startsWith("|"))
                .skip(2)
                .forEach(line -> rows.add(cells(line)));
        return rows;
    }

    private static List<String> cells(String line) {
        return Arrays.stream(line.substring(1).split("\\|")).map(String::strip).toList();
    }

    /** What stands between back quotes. */
    static String code(String cell) {
        return cell.replaceAll("^`(.*)`$", "$1");
    }
}
