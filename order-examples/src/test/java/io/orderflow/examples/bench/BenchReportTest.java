package io.orderflow.examples.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.examples.loadtest.counting.Judgement;
import io.orderflow.examples.loadtest.report.Environment;
import io.orderflow.examples.loadtest.resources.Amounts;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BenchReportTest {
    private static final Judgement CORRECT = Judgement.of(true, "0 lost");

    @Test
    void aShareIsTheMedianOfTheSharesOfTheRounds() {
        // medians alone would give 90 of 200
        BenchReport report = report(OptionalDouble.empty(), CORRECT, 90, 100, 80);

        assertArrayEquals(
                new double[] {0.9, 0.25, 0.4}, report.shares(BenchProgram.LIBRARY, BenchProgram.BARE_BATCHES));
        assertEquals(0.4, report.libraryShare());
        assertTrue(report.ok());
    }

    @Test
    void theMedianOfAnEvenNumberIsTheMeanOfTheMiddle() {
        assertEquals(2.5, BenchReport.median(new double[] {4, 1, 3, 2}));
        assertEquals(3, BenchReport.median(new double[] {5, 1, 3}));
    }

    @Test
    void whatAnOrderCostsIsTheMedianOfTheRounds() {
        BenchReport report = report(OptionalDouble.empty(), CORRECT, 90, 100, 80);

        assertEquals(900, BenchReport.median(report.efficiencies(BenchProgram.LIBRARY)));
        assertEquals(2_000, BenchReport.median(report.efficiencies(BenchProgram.BARE_BATCHES)));
    }

    @Test
    void theLeastShareIsEnough() {
        assertTrue(report(OptionalDouble.of(0.4), CORRECT, 90, 100, 80).ok());
        assertFalse(report(OptionalDouble.of(0.41), CORRECT, 90, 100, 80).ok());
    }

    @Test
    void aRunThatLostAnOrderFailsAndIsNamed() {
        BenchReport report = report(OptionalDouble.empty(), Judgement.of(false, "1 lost"), 90, 100, 80);

        assertFalse(report.ok());
        assertEquals(
                "warm-up, library, batches of up to 500: 1 lost",
                report.verdicts().get("correctness").reason());
    }

    @Test
    void noProgramAlwaysFollowsTheSameOne() {
        List<BenchProgram> first = BenchRun.inOrder(1);
        List<BenchProgram> second = new ArrayList<>(BenchRun.inOrder(2));

        assertEquals(Set.of(BenchProgram.values()), EnumSet.copyOf(second));
        Collections.reverse(second);
        assertEquals(first, second);
        assertEquals(first, BenchRun.inOrder(3));
    }

    /** Three rounds with the library's rates given, and a warm-up that must not count. */
    private static BenchReport report(OptionalDouble minShare, Judgement ofTheWarmUp, double... library) {
        double[] ceiling = {100, 400, 200};
        List<BenchMeasurement> measurements = new ArrayList<>();
        measurements.add(measurement(0, BenchProgram.LIBRARY, 7, Optional.of(ofTheWarmUp)));
        for (int i = 0; i < 3; i++) {
            measurements.add(measurement(i + 1, BenchProgram.BARE_BATCHES, ceiling[i], Optional.empty()));
            measurements.add(measurement(i + 1, BenchProgram.LIBRARY, library[i], Optional.of(CORRECT)));
        }
        BenchPlan plan = new BenchPlan(1_000, 1, 10, 8, 5, 5, 3, minShare);
        return new BenchReport(plan, Map.of(), new Environment(null, null), measurements);
    }

    private static BenchMeasurement measurement(
            int round, BenchProgram program, double perSecond, Optional<Judgement> correct) {
        // the warm-up's would be a fourth one
        Amounts seconds = new Amounts(Map.of("api", OptionalDouble.of(1)), Map.of());
        Optional<BenchCost> cost = Optional.of(new BenchCost(seconds, OptionalDouble.of(perSecond * 10)));
        return new BenchMeasurement(round, program, perSecond, correct, Optional.empty(), cost, Optional.empty());
    }
}
