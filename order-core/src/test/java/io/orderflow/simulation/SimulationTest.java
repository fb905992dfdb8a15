package io.orderflow.simulation;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.simulation.Trace.Met;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Many runs, each from a seed. {@code -Dtest.seeds=100000} runs so many, {@code -Dtest.seed=4711} begins with that one,
 * and with {@code -Dtest.seeds=1} it is the only one.
 */
class SimulationTest {
    static final int SEEDS = 1_000;
    /** The bound of a test is for one that hangs: a part is far from it, however many seeds there are. */
    private static final int PART = 50;

    private static final long FIRST = Long.getLong("test.seed", 1);
    private static final int WANTED = Integer.getInteger("test.seeds", SEEDS);
    private static final Map<Met, Integer> MET = new EnumMap<>(Met.class);
    private static int done;

    static LongStream parts() {
        return LongStream.iterate(FIRST, from -> from < FIRST + WANTED, from -> from + PART);
    }

    @ParameterizedTest(name = "from seed {0}")
    @MethodSource("parts")
    void whateverHappensNothingIsLostAndNothingHappensTwice(long from) throws SQLException {
        Quiet.run(() -> {
            try (SimulatedDatabase database = new SimulatedDatabase()) {
                for (long seed = from; seed < Math.min(from + PART, FIRST + WANTED); seed++) {
                    Lives.live(database, seed, Mutant.NONE)
                            .forEach((what, count) -> MET.merge(what, count, Integer::sum));
                    done++;
                }
            }
        });
    }

    @AfterAll
    static void theRunsMetEnough() {
        System.out.println(done + " simulated runs from seed " + FIRST + " met " + MET);
        if (done >= SEEDS) {
            for (Met what : Met.values()) {
                assertTrue(MET.getOrDefault(what, 0) >= 5, () -> "the runs met too little of " + what + ": " + MET);
            }
        }
    }
}
