package io.orderflow.internal.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.orderflow.Finding;
import io.orderflow.testing.ClaimingDriver;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DynamicTest;

/**
 * Something that is made wrong, and nothing else is.
 *
 * @param kind what must be found then, and nothing else
 * @param plant makes it wrong
 * @param heal makes it right again, beside {@link SetUp#heal}
 */
record Fault(FindingKind kind, Deed plant, Deed heal) {
    /** Does something to a set-up. */
    @FunctionalInterface
    interface Deed {
        void to(SetUp setUp) throws Exception;
    }

    static Fault of(FindingKind kind, Deed plant) {
        return new Fault(kind, plant, setUp -> {});
    }

    /** Statements of an administrator. */
    static Fault sql(FindingKind kind, String plant, String... heal) {
        return new Fault(kind, setUp -> setUp.asAdmin(plant.split("; ")), setUp -> setUp.asAdmin(heal));
    }

    /** A global setting; the other value is the right one. */
    static Fault global(FindingKind kind, String variable, String wrong, String right) {
        return sql(kind, "SET GLOBAL " + variable + " = " + wrong, "SET GLOBAL " + variable + " = " + right);
    }

    /** What each new connection of the pool does first. */
    static Fault session(FindingKind kind, String statement) {
        return of(
                kind,
                setUp -> setUp.pool(config -> {
                    config.setConnectionInitSql(statement);
                    return config;
                }));
    }

    /** What the pool gives the driver. */
    static Fault driver(FindingKind kind, String property, String value) {
        return of(
                kind,
                setUp -> setUp.pool(config -> {
                    config.addDataSourceProperty(property, value);
                    return config;
                }));
    }

    /** What the driver tells of itself or of its database, by the names of its methods. */
    static Fault claim(FindingKind kind, Map<String, Object> claims) {
        return of(kind, setUp -> setUp.pool(config -> ClaimingDriver.below(config, claims)));
    }

    /**
     * What the server says of itself.
     *
     * @param variable which has it
     * @param instead as long as that
     */
    static Fault disguised(FindingKind kind, String variable, UnaryOperator<String> instead) {
        return of(kind, setUp -> {
            String said = setUp.ask("SELECT @@" + variable);
            setUp.by(proxy -> proxy.disguise(said, instead.apply(said)));
        });
    }

    /** {@link #isFoundAloneIn} as a test. */
    DynamicTest in(SetUp setUp) {
        return DynamicTest.dynamicTest(kind.id(), () -> isFoundAloneIn(setUp));
    }

    /** Plants it in a set-up that is right, looks, and heals it. */
    void isFoundAloneIn(SetUp setUp) throws Exception {
        try {
            plant.to(setUp);
            assertOnly(kind, setUp.examine());
        } finally {
            setUp.heal();
            heal.to(setUp);
        }
    }

    /** Exactly that is found, with its setting. */
    static void assertOnly(FindingKind kind, List<Finding> findings) {
        Set<String> ids = findings.stream().map(Finding::id).collect(Collectors.toCollection(TreeSet::new));
        assertEquals(Set.of(kind.id()), ids, findings::toString);
        Finding found = findings.get(0);
        assertEquals(kind.of(found.found()), found);
        assertFalse(found.found().isBlank());
        assertFalse(found.setting().isBlank());
    }
}
