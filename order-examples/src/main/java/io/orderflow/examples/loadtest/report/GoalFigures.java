package io.orderflow.examples.loadtest.report;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.orderflow.examples.loadtest.counting.Goals;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What was asked for; null in JSON where nothing was. The names in JSON are those of the components.
 *
 * @param ratePerS orders per second
 * @param maxAcceptP99Ms longest p99 of acceptances
 * @param maxVerdictP99Ms longest p99 of verdicts
 */
@JsonNaming(SnakeCaseStrategy.class)
public record GoalFigures(OptionalInt ratePerS, OptionalDouble maxAcceptP99Ms, OptionalDouble maxVerdictP99Ms) {
    static GoalFigures of(Goals goals) {
        return new GoalFigures(goals.rate(), goals.maxAcceptP99(), goals.maxVerdictP99());
    }
}
