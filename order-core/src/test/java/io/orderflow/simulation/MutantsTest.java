package io.orderflow.simulation;

import static org.junit.jupiter.api.Assertions.fail;

import java.sql.SQLException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The simulation can fail: each deliberate fault is caught by as many seeds as a build runs (F26). */
@Tag("drill")
class MutantsTest {
    /**
     * The rarest fault shows in one seed of a hundred, and which ones these are changes with every change of the code:
     * 400 seeds would miss it in one state of the code out of fifty.
     */
    private static final int SEEDS = SimulationTest.SEEDS;

    @ParameterizedTest
    @EnumSource
    void everyMutantIsCaught(Mutants mutant) throws SQLException {
        String[] caught = {""};
        Quiet.run(() -> {
            try (SimulatedDatabase database = new SimulatedDatabase()) {
                for (long seed = 1; seed <= SEEDS && caught[0].isEmpty(); seed++) {
                    caught[0] = failure(database, seed, mutant);
                }
            }
        });
        if (caught[0].isEmpty()) {
            fail(mutant + " was not caught by " + SEEDS + " seeds");
        }
        System.out.println(mutant + " was caught: " + caught[0]);
    }

    private static String failure(SimulatedDatabase database, long seed, Mutants mutant) throws SQLException {
        if (!mutant.showsIn(FaultProfile.of(seed))) {
            return "";
        }
        try {
            Lives.live(database, seed, mutant.make());
            return "";
        } catch (AssertionError e) {
            return e.getMessage().lines().findFirst().orElseThrow();
        }
    }
}
