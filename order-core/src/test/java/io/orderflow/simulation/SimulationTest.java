package io.orderflow.simulation;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.simulation.Trace.Met;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Many runs, each from a seed. {@code -Dtest.seeds=100000} runs so many, {@code -Dtest.seed=4711} begins with that one,
 * and with {@code -Dtest.seeds=1} it is the only one.
 */
class SimulationTest {
    private static final int SEEDS = 1_000;

    @Test
    void whateverHappensNothingIsLostAndNothingHappensTwice() throws SQLException {
        long first = Long.getLong("test.seed", 1);
        int seeds = Integer.getInteger("test.seeds", SEEDS);
        Map<Met, Integer> met = new EnumMap<>(Met.class);
        Quiet.run(() -> {
            try (SimulatedDatabase database = new SimulatedDatabase()) {
                for (long seed = first; seed < first + seeds; seed++) {
                    Lives.live(database, seed, Mutant.NONE)
                            .forEach((what, count) -> met.merge(what, count, Integer::sum));
                }
            }
        });
        System.out.println(seeds + " simulated runs from seed " + first + " met " + met);
        if (seeds >= SEEDS) {
            for (Met what : Met.values()) {
                assertTrue(met.getOrDefault(what, 0) >= 5, () -> "the runs met too little of " + what + ": " + met);
            }
        }
    }
}
