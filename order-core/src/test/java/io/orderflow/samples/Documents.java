package io.orderflow.samples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** The README and all of {@code docs/}, found from wherever the tests run. */
public final class Documents {
    /** A table and the document that it is in. */
    private record Table(Path file, int line) {}

    private Documents() {}

    /** The folder of the README. */
    public static Path root() {
        return Stream.iterate(Path.of("").toAbsolutePath(), Objects::nonNull, Path::getParent)
                .filter(folder ->
                        Files.exists(folder.resolve("README.md")) && Files.isDirectory(folder.resolve("order-core")))
                .findFirst()
                .orElseThrow(() ->
                        new AssertionError("no README.md above " + Path.of("").toAbsolutePath()));
    }

    /** The README, then the files of {@code docs/} by their names. */
    static List<Path> files() {
        Path root = root();
        try (Stream<Path> docs = Files.list(root.resolve("docs"))) {
            return Stream.concat(
                            Stream.of(root.resolve("README.md")),
                            docs.filter(file -> file.toString().endsWith(".md")).sorted())
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(root + " has no docs that can be listed", e);
        }
    }

    /** The lines of all documents, one after the other. */
    public static List<String> lines() {
        return files().stream().flatMap(file -> read(file).stream()).toList();
    }

    static List<String> read(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new AssertionError(file + " cannot be read", e);
        }
    }

    /**
     * The cells of the table that follows a line, without its head, each row without the outer bars. Fails unless
     * exactly one document has that line, once.
     */
    public static List<List<String>> tableAfter(String mark) {
        Table table = only(mark);
        List<List<String>> rows = new ArrayList<>();
        read(table.file()).stream()
                .skip(table.line() + 1)
                .dropWhile(String::isBlank)
                .takeWhile(line -> line.startsWith("|"))
                .skip(2)
                .forEach(line -> rows.add(cells(line)));
        return rows;
    }

    private static Table only(String mark) {
        List<Table> found = new ArrayList<>();
        for (Path file : files()) {
            List<String> lines = read(file);
            for (int i = 0; i < lines.size(); i++) {
                if (lines.get(i).equals(mark)) {
                    found.add(new Table(file, i));
                }
            }
        }
        if (found.size() != 1) {
            throw new AssertionError("one document must have this line, once: " + mark + ", but " + found);
        }
        return found.get(0);
    }

    private static List<String> cells(String line) {
        return Arrays.stream(line.substring(1).split("\\|")).map(String::strip).toList();
    }

    /** What stands between back quotes. */
    static String code(String cell) {
        return cell.replaceAll("^`(.*)`$", "$1");
    }
}
