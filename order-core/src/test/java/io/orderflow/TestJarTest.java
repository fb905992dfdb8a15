package io.orderflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.orderflow.samples.Documents;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The test jar has a part of the test classes, and other modules compile and run with no more than that. */
class TestJarTest {
    private static final Pattern RULE = Pattern.compile("<(include|exclude)>(.+)</");

    private static JavaClasses tests;
    private static Set<String> shipped;

    @BeforeAll
    static void readTheClassesOfTheTests() throws IOException {
        tests = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.ONLY_INCLUDE_TESTS)
                .importPackages("io.orderflow");
        List<PathMatcher> included = rules("include");
        List<PathMatcher> excluded = rules("exclude");
        shipped = tests.stream()
                .map(JavaClass::getName)
                .filter(name -> matches(included, name) && !matches(excluded, name))
                .collect(Collectors.toSet());
    }

    @Test
    void whatTheJarHasNeedsNothingThatItLacks() {
        assertFalse(shipped.isEmpty());
        Set<String> lacking = tests.stream()
                .filter(type -> shipped.contains(type.getName()))
                .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                .map(dependency -> dependency.getTargetClass().getBaseComponentType())
                .map(JavaClass::getName)
                .filter(name -> tests.contain(name) && !shipped.contains(name))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(Set.of(), lacking, "to be included by the jar plugin in order-core/pom.xml");
    }

    private static List<PathMatcher> rules(String kind) throws IOException {
        Path pom = Documents.root().resolve("order-core/pom.xml");
        return RULE.matcher(Files.readString(pom))
                .results()
                .filter(rule -> rule.group(1).equals(kind))
                .map(rule -> FileSystems.getDefault().getPathMatcher("glob:" + rule.group(2)))
                .toList();
    }

    private static boolean matches(List<PathMatcher> rules, String name) {
        Path file = Path.of(name.replace('.', '/') + ".class");
        return rules.stream().anyMatch(rule -> rule.matches(file));
    }
}
