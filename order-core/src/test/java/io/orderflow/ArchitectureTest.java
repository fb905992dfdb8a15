package io.orderflow;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rooms of the core and the direction of their doors: who may know whom. */
class ArchitectureTest {

    private static final String ROOMS = "io.orderflow.internal";
    private static final String SPRING = "io.orderflow.spring";

    /** Each room with the rooms it may look into. A new room is entered here first. */
    private static final Map<String, Set<String>> DOORS = Map.ofEntries(
            Map.entry("sql", Set.of()),
            Map.entry("json", Set.of()),
            Map.entry("codec", Set.of("json")),
            Map.entry("loop", Set.of()),
            Map.entry("cluster", Set.of("sql")),
            Map.entry("telemetry", Set.of("sql")),
            Map.entry("schema", Set.of("sql")),
            Map.entry("engine", Set.of("sql", "codec")),
            Map.entry("journal", Set.of("sql", "codec", "loop", "telemetry")),
            Map.entry("intake", Set.of("codec", "journal", "loop")),
            Map.entry("worker", Set.of("sql", "codec", "schema", "engine", "journal", "loop", "telemetry")),
            Map.entry("admin", Set.of("sql", "codec", "schema", "engine", "journal", "loop", "telemetry")),
            Map.entry("replay", Set.of("sql", "codec", "engine", "admin")),
            Map.entry("feed", Set.of("sql", "codec", "schema", "engine", "journal", "loop", "admin")),
            Map.entry("doctor", Set.of("sql", "schema", "cluster", "journal", "admin")),
            Map.entry("page", Set.of("sql", "codec", "loop", "telemetry", "worker", "admin", "json")),
            Map.entry("archive", Set.of("sql", "codec", "engine", "journal", "schema", "admin", "feed")));

    private static JavaClasses core;

    @BeforeAll
    static void readTheClassesOfTheCore() {
        core = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.orderflow");
    }

    static Stream<String> rooms() {
        return DOORS.keySet().stream().sorted();
    }

    @ParameterizedTest
    @MethodSource("rooms")
    void aRoomLooksOnlyThroughItsOwnDoors(String room) {
        noClasses()
                .that(resideInAPackage(ROOMS + "." + room + ".."))
                .should()
                .dependOnClassesThat(resideInAPackage(ROOMS + "..").and(outside(room)))
                .as("The room " + room + " knows no other room than " + new TreeSet<>(DOORS.get(room)))
                .check(core);
    }

    @Test
    void everyInternalPackageIsARoomOfThePlan() {
        Set<String> unplanned = core.stream()
                .map(JavaClass::getPackageName)
                .filter(name -> name.startsWith(ROOMS))
                .map(ArchitectureTest::roomOf)
                .filter(name -> !DOORS.containsKey(name))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(Set.of(), unplanned);
    }

    @Test
    void roomsFormNoCycle() {
        slices().matching(ROOMS + ".(*)..").should().beFreeOfCycles().check(core);
    }

    /** Bell says why. A thread of ours must outlive a heap that was full for a while. */
    @Test
    void nothingSleepsWhereWakingNeedsMemory() {
        noClasses()
                .should()
                .dependOnClassesThat(assignableTo(Condition.class))
                .orShould()
                .callMethodWhere(sleepingInAQueue())
                .check(core);
    }

    private static DescribedPredicate<JavaCall<?>> sleepingInAQueue() {
        return describe(
                "waits in a queue",
                call -> call.getTargetOwner().isAssignableTo(BlockingQueue.class)
                        && (Set.of("put", "take").contains(call.getName())
                                || call.getTarget().getRawParameterTypes().stream()
                                        .anyMatch(type -> type.isEquivalentTo(TimeUnit.class))));
    }

    @Test
    void theQueueSpiKnowsNothingOfOurs() {
        noClasses()
                .that()
                .resideInAPackage("io.orderflow.queue..")
                .should()
                .dependOnClassesThat(resideInAPackage("io.orderflow..")
                        .and(DescribedPredicate.not(resideInAPackage("io.orderflow.queue.."))))
                .check(core);
    }

    @Test
    void whatAHostMountsKnowsNothingOfOurs() {
        noClasses()
                .that()
                .resideInAPackage("io.orderflow.page")
                .should()
                .dependOnClassesThat(resideInAPackage("io.orderflow..")
                        .and(DescribedPredicate.not(resideInAPackage("io.orderflow.page"))))
                .check(core);
    }

    @Test
    void onlyTheAssemblingClassesKnowTheRooms() {
        noClasses()
                .that()
                .resideInAPackage("io.orderflow")
                .and(DescribedPredicate.not(assembling()))
                // A request fixes its order's id when it is built, and the codec makes ids.
                .and(DescribedPredicate.not(belongToAnyOf(OrderRequest.class)))
                // A line of an archive is JSON.
                .and(DescribedPredicate.not(belongToAnyOf(ArchiveJson.class)))
                // The meters are moved, and spans made, by what the rooms tell.
                .and(DescribedPredicate.not(belongToAnyOf(OrderMetrics.class, OrderTracing.class)))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOMS + "..")
                .check(core);
        noClasses()
                .that()
                .belongToAnyOf(OrderRequest.class)
                .should()
                .dependOnClassesThat(resideInAPackage(ROOMS + "..").and(outside("codec")))
                .check(core);
        noClasses()
                .that()
                .belongToAnyOf(ArchiveJson.class)
                .should()
                .dependOnClassesThat(resideInAPackage(ROOMS + "..").and(outside("json")))
                .check(core);
        noClasses()
                .that()
                .belongToAnyOf(OrderMetrics.class, OrderTracing.class)
                .should()
                .dependOnClassesThat(resideInAPackage(ROOMS + "..").and(isNotRoom("telemetry")))
                .check(core);
    }

    @Test
    void noRoomKnowsTheAssemblingClasses() {
        noClasses()
                .that()
                .resideInAPackage(ROOMS + "..")
                .should()
                .dependOnClassesThat(assembling())
                .check(core);
    }

    @Test
    void noPublicSignatureNamesAnInternalType() {
        classes()
                .that()
                .resideInAnyPackage("io.orderflow", "io.orderflow.queue..", "io.orderflow.page", SPRING)
                .and()
                .arePublic()
                .should(nameNoInternalType())
                .check(core);
    }

    @Test
    void theCoreUsesNoDriverAndNoPool() {
        noClasses()
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                        "com.mysql..", "org.mariadb..", "org.h2..", "com.zaxxer..", "redis..", "com.rabbitmq.."))
                .check(core);
    }

    /** It is an optional dependency: without it everything else must load. */
    @Test
    void onlyTheMetersKnowMicrometerAndNothingKnowsTheMeters() {
        noClasses()
                .that(DescribedPredicate.not(belongToAnyOf(OrderMetrics.class, OrderTracing.class)))
                .and()
                .resideOutsideOfPackage(SPRING)
                .should()
                .dependOnClassesThat(
                        resideInAPackage("io.micrometer..").or(belongToAnyOf(OrderMetrics.class, OrderTracing.class)))
                .check(core);
    }

    /** Optional as well. */
    @Test
    void onlyTheRoomForSpringKnowsSpringAndNothingKnowsTheRoom() {
        noClasses()
                .that()
                .resideOutsideOfPackage(SPRING)
                .should()
                .dependOnClassesThat(resideInAnyPackage("org.springframework..", SPRING))
                .check(core);
    }

    /** What it does, a host could do itself. */
    @Test
    void theRoomForSpringKnowsTheApiAlone() {
        noClasses()
                .that()
                .resideInAPackage(SPRING)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOMS + "..")
                .check(core);
    }

    @Test
    void theCoreSpeaksThroughSlf4jOnly() {
        NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(core);
        NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING.check(core);
    }

    private static DescribedPredicate<JavaClass> outside(String room) {
        Set<String> open = DOORS.getOrDefault(room, Set.of());
        return describe("outside " + room + " and its doors", type -> {
            String name = roomOf(type.getPackageName());
            return !name.equals(room) && !open.contains(name);
        });
    }

    private static DescribedPredicate<JavaClass> isNotRoom(String room) {
        return describe("not " + room, type -> !roomOf(type.getPackageName()).equals(room));
    }

    private static String roomOf(String internalPackage) {
        return internalPackage.substring(ROOMS.length()).replaceAll("^\\.(\\w+).*", "$1");
    }

    private static DescribedPredicate<JavaClass> assembling() {
        return describe(
                "an assembling class",
                type -> type.getPackageName().equals("io.orderflow")
                        && type.getName()
                                .matches(
                                        "io\\.orderflow\\.(OrderProcessor|ProcessorAssembly|ProcessorSettings|OrderSchema|WritableDataSource)(\\$.*)?"));
    }

    private static ArchCondition<JavaClass> nameNoInternalType() {
        return new ArchCondition<>("name no internal type in a public or protected signature") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                Stream.concat(
                                type.getCodeUnits().stream()
                                        .filter(unit -> isVisible(unit.getModifiers()))
                                        .flatMap(ArchitectureTest::typesOf),
                                type.getFields().stream()
                                        .filter(field -> isVisible(field.getModifiers()))
                                        .map(JavaField::getType))
                        .flatMap(named -> named.getAllInvolvedRawTypes().stream())
                        .filter(named -> named.getPackageName().startsWith(ROOMS))
                        .forEach(named -> events.add(
                                SimpleConditionEvent.violated(type, type.getName() + " shows " + named.getName())));
            }
        };
    }

    private static Stream<JavaType> typesOf(JavaCodeUnit unit) {
        return Stream.concat(Stream.of(unit.getReturnType()), unit.getParameterTypes().stream());
    }

    private static boolean isVisible(Set<JavaModifier> modifiers) {
        return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
    }
}
