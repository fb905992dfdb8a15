package io.orderflow.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The documents are short where they must be, lead where they say, and cite what is there. */
class DocumentsTest {
    private static final int README_LINES = 300;
    private static final int WIDTH = 120;
    private static final int DEEPEST = 14;

    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final Pattern FAULT = Pattern.compile("\\bF\\d{1,2}\\b");

    @Test
    void theReadmeIsReadInTwoMinutes() {
        int lines = Documents.read(Documents.root().resolve("README.md")).size();
        assertTrue(lines <= README_LINES, () -> "README.md has " + lines + " lines");
    }

    /** Tables and commands cannot be broken; everything else can. */
    @Test
    void noLineOfProseIsLong() {
        List<String> tooLong = new ArrayList<>();
        for (Path file : everyDocument()) {
            prose(file).entrySet().stream()
                    .filter(line -> line.getValue().length() > WIDTH)
                    .forEach(line -> tooLong.add(file.getFileName() + ":" + line.getKey()));
        }
        assertEquals(List.of(), tooLong, "lines of more than " + WIDTH + " characters");
    }

    @Test
    void everyLinkLeadsSomewhere() {
        List<String> dead = new ArrayList<>();
        for (Path file : everyDocument()) {
            for (String line : withoutFences(file).values()) {
                LINK.matcher(line)
                        .results()
                        .map(link -> link.group(1))
                        .filter(target -> !target.contains("://"))
                        .filter(target -> !leadsSomewhere(file, target))
                        .forEach(target -> dead.add(file.getFileName() + " -> " + target));
            }
        }
        assertEquals(List.of(), dead, "links without a file or a heading");
    }

    @Test
    void theReadmeLeadsToEveryDocument() {
        Path readme = Documents.root().resolve("README.md");
        String text = String.join("\n", Documents.read(readme));
        List<String> hidden = Documents.files().stream()
                .map(file -> readme.getParent().relativize(file).toString())
                .filter(name -> !name.equals("README.md") && !text.contains("](" + name + ")"))
                .toList();
        assertEquals(List.of(), hidden, "documents that README.md does not name");
    }

    /** Whole files with their line ends as spaces, since a line may end between the two words. */
    @Test
    void cannotIsOneWord() throws IOException {
        List<String> found = new ArrayList<>();
        Pattern twoWords = Pattern.compile("\\bcan[\\s*]+not\\b(?! only)");
        for (Path file : everyDocument()) {
            if (twoWords.matcher(String.join(" ", Documents.read(file))).find()) {
                found.add(file.toString());
            }
        }
        for (Path file : sources("order-*/src/{main,test}/java/**.java")) {
            if (twoWords.matcher(Files.readString(file)).find()) {
                found.add(file.toString());
            }
        }
        assertEquals(List.of(), found, "\"cannot\" in two words");
    }

    /**
     * "Who has the key may act" hides who is meant; "whoever has the key" or a noun tells. Questions and tables may
     * ask.
     */
    @Test
    void noSentenceBeginsWithAHeadlessWho() {
        Pattern headless = Pattern.compile("(?:^|[.;:] )who [^?.;:]*[.;:]", Pattern.CASE_INSENSITIVE);
        List<String> found = new ArrayList<>();
        for (Path file : everyDocument()) {
            String text = String.join(
                    " ", prose(file).values().stream().map(String::strip).toList());
            headless.matcher(text).results().forEach(match -> found.add(file.getFileName() + ": " + match.group()));
        }
        assertEquals(List.of(), found, "sentences with \"who\" that do not say who is meant");
    }

    @Test
    void theReadmeHasEveryPromise() {
        List<String> promises =
                IntStream.rangeClosed(1, 9).mapToObj(number -> "P" + number).toList();
        for (String document : List.of("README.md", "docs/promises.md")) {
            List<String> named = Documents.read(Documents.root().resolve(document)).stream()
                    .filter(line -> line.matches("\\| P\\d .*"))
                    .map(line -> line.substring(2, 4))
                    .toList();
            assertEquals(promises, named, document);
        }
    }

    /** What the README says of the options that one really sets is what the tables of all options say. */
    @Test
    void theDefaultsInTheReadmeAreThoseOfTheOptions() {
        List<List<String>> rows = Documents.tableAfter("<!-- checked: options one really sets -->");
        assertEquals(8, rows.size());
        for (List<String> cells : rows) {
            String builder = Documents.code(cells.get(0));
            List<String> option = Documents.tableAfter("<!-- checked: " + builder + " -->").stream()
                    .filter(row -> row.get(0).equals(cells.get(1)))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(builder + " has no option " + cells.get(1)));
            assertEquals(option.get(3), cells.get(2), "default of " + cells.get(1));
        }
    }

    @Test
    void theFaultsAndInvariantsAreNumberedWithoutGaps() {
        assertEquals(numbers("I", 16), firstCells("I"));
        assertEquals(numbers("F", 32), firstCells("F"));
    }

    @Test
    void theFaultsNameTestsThatExist() {
        List<Path> tests = sources("order-*/src/test/java/**.java");
        List<String> missing = Documents.read(Documents.root().resolve("docs/faults.md")).stream()
                .filter(line -> line.matches("\\| [FI]\\d.*"))
                .map(line -> line.substring(line.lastIndexOf('|', line.length() - 2)))
                .flatMap(cell -> CODE.matcher(cell).results().map(code -> code.group(1)))
                .filter(name -> !name.startsWith("-D"))
                .filter(name -> tests.stream().noneMatch(test -> test.endsWith(name + ".java")))
                .toList();
        assertEquals(List.of(), missing, "tests that docs/faults.md names");
    }

    /** A test that cites a fault is named in the fault's row. */
    @Test
    void theFaultsNameEveryTestThatCitesThem() throws IOException {
        List<String> document = Documents.read(Documents.root().resolve("docs/faults.md"));
        List<String> missing = new ArrayList<>();
        for (Path test : sources("order-*/src/test/java/**Test.java")) {
            String name = test.getFileName().toString().replace(".java", "");
            FAULT.matcher(comments(test))
                    .results()
                    .map(MatchResult::group)
                    .distinct()
                    .filter(fault -> document.stream()
                            .noneMatch(line -> line.startsWith("| " + fault + " |") && line.contains(name + "`")))
                    .forEach(fault -> missing.add(name + " cites " + fault));
        }
        assertEquals(List.of(), missing);
    }

    @Test
    void theGlossaryHasEachWordOnce() {
        Map<String, Long> words = new TreeMap<>();
        glossary().forEach(word -> words.merge(word, 1L, Long::sum));
        words.values().removeIf(count -> count == 1);
        assertEquals(Map.of(), words, "words that are explained twice");
    }

    @Test
    void everyWordOfTheGlossaryIsSaidElsewhere() throws IOException {
        StringBuilder said = new StringBuilder();
        for (Path file : everyDocument()) {
            said.append(file.endsWith("glossary.md") ? "" : Files.readString(file))
                    .append(' ');
        }
        for (Path file : sources("order-*/src/main/java/**.java")) {
            said.append(Files.readString(file)).append(' ');
        }
        // a line may end within a word of two
        String text = said.toString().replaceAll("\\s+(\\* )?", " ").toLowerCase(Locale.ROOT);
        assertEquals(
                List.of(),
                glossary().stream()
                        .filter(word -> !Pattern.compile("\\b" + Pattern.quote(word.toLowerCase(Locale.ROOT)))
                                .matcher(text)
                                .find())
                        .toList(),
                "words that nobody uses");
    }

    private static List<String> glossary() {
        return Documents.read(Documents.root().resolve("docs/glossary.md")).stream()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| Word"))
                .flatMap(line -> Stream.of(line.split("\\|")[1].split(",")))
                .map(String::strip)
                .toList();
    }

    private static List<String> numbers(String letter, int last) {
        return IntStream.rangeClosed(1, last)
                .mapToObj(number -> letter + number)
                .toList();
    }

    private static List<String> firstCells(String letter) {
        return Documents.read(Documents.root().resolve("docs/faults.md")).stream()
                .filter(line -> line.matches("\\| " + letter + "\\d+ .*"))
                .map(line -> line.split("\\|")[1].strip())
                .toList();
    }

    private static String comments(Path source) throws IOException {
        return String.join(
                "\n",
                Files.readAllLines(source).stream()
                        .filter(line -> line.strip().matches("(/?\\*|//).*") || line.contains("DisplayName"))
                        .toList());
    }

    /** Those with tables and samples, and those for people who work on the project. */
    private static List<Path> everyDocument() {
        Path root = Documents.root();
        return Stream.of(Documents.files(), List.of(root.resolve("CHANGELOG.md")), sources(".github/*.md"))
                .flatMap(List::stream)
                .toList();
    }

    private static List<Path> sources(String glob) {
        Path root = Documents.root();
        PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + glob);
        try (Stream<Path> found = Files.find(root, DEEPEST, (path, is) -> matcher.matches(root.relativize(path)))) {
            return found.toList();
        } catch (IOException e) {
            throw new AssertionError(root + " cannot be searched", e);
        }
    }

    /** The lines by number that are no table, no code and no comment. */
    private static Map<Integer, String> prose(Path file) {
        Map<Integer, String> lines = withoutFences(file);
        lines.values().removeIf(line -> line.startsWith("|") || line.startsWith("    ") || line.startsWith("<!--"));
        return lines;
    }

    private static Map<Integer, String> withoutFences(Path file) {
        Map<Integer, String> lines = new TreeMap<>();
        boolean fence = false;
        int number = 0;
        for (String line : Documents.read(file)) {
            number++;
            if (line.startsWith("```")) {
                fence = !fence;
            } else if (!fence) {
                lines.put(number, line);
            }
        }
        return lines;
    }

    private static boolean leadsSomewhere(Path from, String target) {
        int hash = target.indexOf('#');
        String name = hash < 0 ? target : target.substring(0, hash);
        Path file = name.isEmpty() ? from : from.resolveSibling(name).normalize();
        return Files.exists(file) && (hash < 0 || anchors(file).contains(target.substring(hash + 1)));
    }

    /** As GitHub makes them of headings: lower case, without punctuation, a number where one comes again. */
    private static List<String> anchors(Path file) {
        List<String> anchors = new ArrayList<>();
        Map<String, Integer> seen = new HashMap<>();
        for (String line : withoutFences(file).values()) {
            if (line.startsWith("#")) {
                String anchor = line.replaceFirst("^#+ ", "")
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .replace(' ', '-');
                int before = seen.merge(anchor, 1, Integer::sum) - 1;
                anchors.add(before == 0 ? anchor : anchor + "-" + before);
            }
        }
        return anchors;
    }
}
