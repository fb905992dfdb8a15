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
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two jars have a part of the test classes each, and others compile and run with no more than that: {@code tests} is
 * the kit for hosts and for adapters, {@code order-testing} is for this project's other modules and is not published.
 */
class TestJarTest {
    private static final String TESTS = "tests";
    private static final String TESTING = "order-testing";
    private static final Pattern RULE = Pattern.compile("<(include|exclude)>(.+)</");

    /** What everybody has who uses the core; annotations are read by tools alone. */
    private static final List<String> AT_HAND =
            List.of("java.", "javax.sql.", "io.orderflow.", "org.h2.", "org.slf4j.", "org.jspecify.");

    private static final List<String> JUNIT = List.of("org.junit.jupiter.", "org.opentest4j.", "org.apiguardian.");

    private static JavaClasses main;
    private static JavaClasses tests;

    @BeforeAll
    static void readTheClasses() {
        main = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.orderflow");
        tests = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.ONLY_INCLUDE_TESTS)
                .importPackages("io.orderflow");
    }

    @ParameterizedTest
    @ValueSource(strings = {TESTS, TESTING})
    void whatAJarHasNeedsNothingThatItLacks(String jar) throws IOException {
        Set<JavaClass> shipped = shipped(jar);
        assertFalse(shipped.isEmpty());
        Set<String> names = shipped.stream().map(JavaClass::getName).collect(Collectors.toSet());
        Set<String> lacking = needs(shipped)
                .filter(name -> tests.contain(name) && !names.contains(name))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(Set.of(), lacking, "to be included in the pom of " + jar);
    }

    /** A module path has each package in one jar. */
    @Test
    void noPackageIsInTwoJars() throws IOException {
        Map<String, Set<String>> places = new TreeMap<>();
        main.forEach(type -> place(places, type, "main"));
        for (String jar : List.of(TESTS, TESTING)) {
            shipped(jar).forEach(type -> place(places, type, jar));
        }
        places.values().removeIf(jars -> jars.size() == 1);
        assertEquals(Map.of(), places);
    }

    private static void place(Map<String, Set<String>> places, JavaClass type, String jar) {
        places.computeIfAbsent(type.getPackageName(), name -> new TreeSet<>()).add(jar);
    }

    @Test
    void theKitNeedsNothingButTheCoreAndH2AndItsContractJunit() throws IOException {
        List<String> withContract = new ArrayList<>(AT_HAND);
        withContract.addAll(JUNIT);
        Map<Boolean, List<JavaClass>> kit = shipped(TESTS).stream()
                .collect(Collectors.partitioningBy(type -> type.getPackageName().equals("io.orderflow.testkit.queue")));
        assertFalse(kit.get(true).isEmpty());
        assertFalse(kit.get(false).isEmpty());
        assertEquals(Set.of(), beyond(AT_HAND, kit.get(false)));
        assertEquals(Set.of(), beyond(withContract, kit.get(true)));
    }

    private static Set<String> beyond(List<String> allowed, List<JavaClass> types) {
        return needs(new HashSet<>(types))
                .filter(name -> allowed.stream().noneMatch(name::startsWith))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Stream<String> needs(Set<JavaClass> types) {
        return types.stream()
                .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                .map(dependency -> dependency.getTargetClass().getBaseComponentType())
                .filter(type -> !type.isPrimitive())
                .map(JavaClass::getName);
    }

    private static Set<JavaClass> shipped(String jar) throws IOException {
        List<PathMatcher> included = rules(jar, "include");
        List<PathMatcher> excluded = rules(jar, "exclude");
        return tests.stream()
                .filter(type -> matches(included, type.getName()) && !matches(excluded, type.getName()))
                .collect(Collectors.toSet());
    }

    private static List<PathMatcher> rules(String jar, String kind) throws IOException {
        String from = jar.equals(TESTS)
                ? between("order-core/pom.xml", "<id>tests</id>", "</execution>")
                : between("order-core/testing/pom.xml", "<artifactId>maven-compiler-plugin", "</plugin>");
        return RULE.matcher(from)
                .results()
                .filter(rule -> rule.group(1).equals(kind))
                .map(rule -> rule.group(2).replace(".java", "{,$*}.class"))
                .map(rule -> FileSystems.getDefault().getPathMatcher("glob:" + rule))
                .toList();
    }

    private static String between(String pom, String first, String last) throws IOException {
        String text = Files.readString(Documents.root().resolve(pom));
        int begin = text.indexOf(first);
        return text.substring(begin, text.indexOf(last, begin));
    }

    private static boolean matches(List<PathMatcher> rules, String name) {
        Path file = Path.of(name.replace('.', '/') + ".class");
        return rules.stream().anyMatch(rule -> rule.matches(file));
    }
}
