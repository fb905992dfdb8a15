package io.orderflow.examples.bench;

import io.orderflow.examples.loadtest.counting.Judgement;
import io.orderflow.examples.loadtest.report.LoadReport;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One program, measured once.
 *
 * @param round from 1; 0 is the warm-up, which does not count
 * @param program what was measured
 * @param perSecond orders per second
 * @param correct whether the library's run lost nothing and adds up; empty where there is nothing to prove
 * @param details what else is known of it, by the names of the JSON object
 */
record BenchMeasurement(
        int round, BenchProgram program, double perSecond, Optional<Judgement> correct, Map<String, Object> details) {

    /** Whether it was wrong. */
    boolean failed() {
        return correct.map(Judgement::failed).orElse(false);
    }

    /** The fields of the JSON object, by name. */
    Map<String, Object> toMap() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("round", round);
        fields.put("program", program.field());
        fields.put("per_s", LoadReport.rounded(perSecond, 1));
        correct.ifPresent(verdict -> fields.put("correct", verdict.toMap()));
        fields.putAll(details);
        return fields;
    }
}
