package io.orderflow.simulation;

import io.orderflow.simulation.Trace.Met;
import java.sql.SQLException;
import java.util.Map;

/** Runs a seed and names it when the run fails. */
final class Lives {
    private Lives() {}

    static Map<Met, Integer> live(SimulatedDatabase database, long seed, Mutant mutant) throws SQLException {
        Simulation run = new Simulation(database, seed, mutant);
        try {
            run.run();
            return run.met();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("nobody interrupts a simulation", e);
        } catch (SQLException | RuntimeException | Error e) {
            throw new AssertionError("failed with -Dtest.seed=" + seed + " -Dtest.seeds=1: " + e + "\n" + run, e);
        }
    }
}
