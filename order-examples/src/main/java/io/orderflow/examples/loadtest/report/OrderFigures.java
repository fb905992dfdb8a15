package io.orderflow.examples.loadtest.report;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.orderflow.examples.common.Rounded;
import io.orderflow.examples.loadtest.counting.Findings;
import java.util.Map;

/**
 * What became of the orders, and how fast. The names in JSON are those of the components.
 *
 * @param orders orders that were submitted
 * @param accepted those that were accepted
 * @param completed those with the verdict COMPLETED
 * @param rejected those with the verdict REJECTED
 * @param rejections rejected ones by reason
 * @param parked those that were set aside
 * @param lost those that have neither a verdict nor were set aside
 * @param duplicated signs of an effect that happened twice
 * @param acceptPerS accepted per second, until the last answer
 * @param endToEndPerS decided per second, until the last verdict
 * @param acceptS seconds to the last answer
 * @param endToEndS seconds to the last verdict
 */
@JsonNaming(SnakeCaseStrategy.class)
public record OrderFigures(
        int orders,
        long accepted,
        long completed,
        long rejected,
        Map<String, Long> rejections,
        long parked,
        long lost,
        long duplicated,
        double acceptPerS,
        double endToEndPerS,
        double acceptS,
        double endToEndS) {
    static OrderFigures of(Findings found) {
        return new OrderFigures(
                found.phase().orders(),
                found.accepted(),
                found.outcome().completed(),
                found.outcome().rejected(),
                found.outcome().rejections(),
                found.outcome().parked(),
                found.lost(),
                found.duplicated(),
                Rounded.to(1, found.acceptPerSecond()),
                Rounded.to(1, found.endToEndPerSecond()),
                Rounded.to(3, found.phase().acceptances().secondsToLastAnswer()),
                Rounded.to(3, found.phase().decisions().secondsToLast()));
    }
}
