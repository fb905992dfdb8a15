package io.orderflow.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The versions in the documents and in the BOM are those of the build. */
class DocumentVersionsTest {
    private static final Pattern ARTIFACT = Pattern.compile("<artifactId>([^<]+)</artifactId>");

    /** A library that the profile {@code oldest} adds, and the name of its property. */
    private static final Pattern OLDEST =
            Pattern.compile("<artifactId>([^<]+)</artifactId>\\s*<version>\\$\\{oldest\\.([^}]+)}</version>");

    private static final Pattern COORDINATES = Pattern.compile("'io\\.orderflow:([a-z-]+)(?::([^:']*))?(?::[a-z]+)?'");

    @Test
    void theTableHasTheVersionsThatTheTestsRunWith() throws IOException {
        String pom = Files.readString(Documents.root().resolve("pom.xml"));
        Map<String, List<String>> built = new TreeMap<>();
        OLDEST.matcher(pom)
                .results()
                .filter(library -> !library.group(1).equals("slf4j-simple")) // what the tests log with
                .forEach(library -> built.put(
                        library.group(1),
                        List.of(property(pom, "oldest." + library.group(2)), property(pom, library.group(2)))));
        Map<String, List<String>> documented = new TreeMap<>();
        for (List<String> cells : Documents.tableAfter("<!-- checked: versions -->")) {
            documented.put(Documents.code(cells.get(0)), List.of(cells.get(1), cells.get(2)));
        }
        assertEquals(built, documented);
    }

    private static String property(String pom, String name) {
        Matcher value =
                Pattern.compile("<" + Pattern.quote(name) + ">([^<]+)</").matcher(pom);
        assertTrue(value.find(), () -> "the parent POM has no property " + name);
        return value.group(1);
    }

    @Test
    void theBomHasEachModuleThatIsPublished() throws IOException {
        Set<String> managed = new TreeSet<>(
                after("order-core/bom/pom.xml", "<dependencyManagement>").toList());
        managed.remove("flatten-maven-plugin");
        assertEquals(published(), managed);
    }

    @Test
    void theBlockForGradleNamesModulesAndTheVersionOfTheBuild() throws IOException {
        List<MatchResult> named = COORDINATES
                .matcher(String.join("\n", Documents.read(Documents.root().resolve("docs/hosts.md"))))
                .results()
                .toList();
        assertEquals(4, named.size());
        Set<String> modules = new TreeSet<>(published());
        modules.add("orderflow-bom");
        for (MatchResult artifact : named) {
            assertTrue(modules.contains(artifact.group(1)), artifact.group(1));
            String version = artifact.group(2);
            assertTrue(version == null || version.isEmpty() || version.equals(version()), version);
        }
    }

    private static String version() {
        return Documents.read(Documents.root().resolve("pom.xml")).stream()
                .filter(line -> line.strip().startsWith("<version>"))
                .findFirst()
                .orElseThrow()
                .replaceAll(" *</?version>", "");
    }

    /** The modules but the BOM itself and those whose POM says that they are not deployed. */
    private static Set<String> published() throws IOException {
        Set<String> published = new TreeSet<>();
        try (Stream<Path> folders = Files.find(Documents.root(), 3, (path, is) -> path.endsWith("pom.xml"))) {
            for (Path pom : folders.toList()) {
                String text = Files.readString(pom);
                if (text.contains("<artifactId>orderflow-parent</artifactId>\n    <version>")
                        && !text.contains("<maven.deploy.skip>true")
                        && !text.contains("<packaging>pom")) {
                    published.add(after(pom.toString(), "</parent>").findFirst().orElseThrow());
                }
            }
        }
        return published;
    }

    private static Stream<String> after(String pom, String mark) throws IOException {
        String text = Files.readString(Documents.root().resolve(pom));
        return ARTIFACT.matcher(text.substring(text.indexOf(mark))).results().map(artifact -> artifact.group(1));
    }
}
