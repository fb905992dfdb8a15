package io.orderflow.examples.loadtest.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.orderflow.AuditReport;
import io.orderflow.examples.common.Rounded;
import io.orderflow.examples.loadtest.counting.Acceptances;
import io.orderflow.examples.loadtest.counting.FeedEvents;
import io.orderflow.examples.loadtest.counting.Findings;
import io.orderflow.examples.loadtest.counting.Holds;
import io.orderflow.examples.loadtest.counting.Latency;
import io.orderflow.examples.loadtest.counting.Lateness;
import io.orderflow.examples.loadtest.counting.PhaseCounts;
import io.orderflow.examples.loadtest.counting.Reply.Kind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What was found when everything was checked. The names in JSON are those of the components.
 *
 * @param auditOk whether the audit found no difference; null without an audit, as the three that follow
 * @param auditDifferences how many it found
 * @param auditMs how long it took
 * @param auditExamples some of the differences
 * @param ordersNotAskedFor orders in the database that were never accepted
 * @param decisionsReadNotHeard verdicts that were read and should have been heard
 * @param decisionsHeardTwice verdicts that were heard again
 * @param lastAnswers how many orders had which last answer
 * @param resubmissions how often a request was submitted again
 * @param firstProblem the first answer other than accepted, in full
 * @param replays requests that were submitted again once accepted
 * @param replayAnswers their answers, those that came
 * @param duplicates those that were answered as duplicates
 * @param acceptedRate accepted per second, less the delay that all have
 * @param decidedRate decided per second, less the delay that all have
 * @param feed what a feed told; not in JSON when none was read
 * @param holds what became of holds; not in JSON without them
 * @param generator how the generator did; null at maximum speed, where nothing is ever due
 */
@JsonNaming(SnakeCaseStrategy.class)
public record CheckFigures(
        Optional<Boolean> auditOk,
        Optional<Long> auditDifferences,
        Optional<Long> auditMs,
        Optional<List<String>> auditExamples,
        long ordersNotAskedFor,
        long decisionsReadNotHeard,
        long decisionsHeardTwice,
        Map<String, Long> lastAnswers,
        long resubmissions,
        Optional<String> firstProblem,
        long replays,
        Map<String, Long> replayAnswers,
        long duplicates,
        double acceptedRate,
        double decidedRate,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Told> feed,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Held> holds,
        Optional<Generator> generator) {
    /**
     * How the generator did.
     *
     * @param keptUp whether hardly any order was submitted late
     * @param lateOrders orders that were
     * @param latenessMs how late orders were
     */
    @JsonNaming(SnakeCaseStrategy.class)
    public record Generator(boolean keptUp, long lateOrders, Latency latenessMs) {
        static Generator of(Lateness lateness) {
            return new Generator(lateness.keptUp(), lateness.late(), lateness.latency());
        }
    }

    /**
     * What a feed told.
     *
     * @param events verdicts and confirmations of measured orders, each counted once
     * @param again how often one of them was told again, which may be
     * @param missing those that were not told
     * @param lagAtEndMs how long after the last of them was known the last event was told
     */
    @JsonNaming(SnakeCaseStrategy.class)
    public record Told(long events, long again, long missing, double lagAtEndMs) {
        static Told of(FeedEvents feed) {
            return new Told(
                    feed.events(),
                    feed.again(),
                    feed.missing(),
                    Rounded.to(3, feed.lagAtEnd().toNanos() / 1e6));
        }
    }

    /**
     * What became of holds.
     *
     * @param reserved measured orders that held what they took
     * @param confirmed those that are confirmed
     * @param firstProblem the first confirmation that was not done
     */
    @JsonNaming(SnakeCaseStrategy.class)
    public record Held(long reserved, long confirmed, Optional<String> firstProblem) {
        static Optional<Held> of(Holds holds) {
            return holds.all() == 0
                    ? Optional.empty()
                    : Optional.of(new Held(holds.all(), holds.confirmed(), holds.firstProblem()));
        }
    }

    static CheckFigures of(Findings found) {
        PhaseCounts phase = found.phase();
        boolean due = found.goals().rate().isPresent();
        return new CheckFigures(
                found.audit().map(AuditReport::ok),
                found.audit().map(AuditReport::differences),
                found.audit().map(audit -> audit.took().toMillis()),
                found.audit().map(AuditReport::examples),
                found.unasked(),
                phase.decisions().unheard(),
                phase.decisions().toldTwice(),
                answers(phase.acceptances()),
                phase.acceptances().resubmissions(),
                phase.acceptances().firstProblem(),
                phase.replays().sent(),
                phase.replays().toMap(),
                phase.replays().count(Kind.DUPLICATE),
                Rounded.to(1, phase.acceptances().perSecond()),
                Rounded.to(1, phase.decisions().perSecond()),
                phase.feed().map(Told::of),
                Held.of(phase.holds()),
                due ? Optional.of(Generator.of(phase.lateness())) : Optional.empty());
    }

    private static Map<String, Long> answers(Acceptances acceptances) {
        Map<String, Long> byName = new LinkedHashMap<>();
        acceptances
                .answers()
                .forEach((answer, count) -> byName.put(answer.name().toLowerCase(Locale.ROOT), count));
        return byName;
    }
}
