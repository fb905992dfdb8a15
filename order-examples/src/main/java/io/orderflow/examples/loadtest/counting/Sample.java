package io.orderflow.examples.loadtest.counting;

import io.orderflow.examples.common.Rounded;
import io.orderflow.examples.loadtest.resources.Usage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/**
 * What happened in one stretch of time, as a rule a second. Immutable.
 *
 * @param from its begin, in seconds since measuring began
 * @param to its end, in the same seconds; larger than the begin
 * @param accepted orders accepted in it
 * @param decided orders decided in it
 * @param backlog orders accepted and not decided at its end
 * @param accept how long the acceptances took that were heard in it; empty when there was none
 * @param decide how long the verdicts took that were heard in it; empty when there was none
 * @param components what each component used, by its name; without those of which nothing is known
 * @param refused answers other than an acceptance, by their names; without those that nobody got
 * @param rejected verdicts that are rejections, by their reasons; without those that no order has
 */
public record Sample(
        double from,
        double to,
        long accepted,
        long decided,
        long backlog,
        Optional<Percentiles> accept,
        Optional<Percentiles> decide,
        Map<String, Usage> components,
        Map<String, Long> refused,
        Map<String, Long> rejected) {

    /**
     * Two percentiles, in milliseconds.
     *
     * @param p50 half took at most this long
     * @param p99 99 of 100 took at most this long
     */
    public record Percentiles(double p50, double p99) {
        /** Reads a histogram of nanoseconds; empty when nothing is in it. */
        static Optional<Percentiles> of(Histogram nanos) {
            return nanos.getTotalCount() == 0
                    ? Optional.empty()
                    : Optional.of(new Percentiles(
                            Rounded.to(3, nanos.getValueAtPercentile(50) / 1e6),
                            Rounded.to(3, nanos.getValueAtPercentile(99) / 1e6)));
        }

        private static Optional<Percentiles> worse(Optional<Percentiles> a, Optional<Percentiles> b) {
            if (a.isEmpty() || b.isEmpty()) {
                return a.or(() -> b);
            }
            return Optional.of(new Percentiles(Math.max(a.get().p50, b.get().p50), Math.max(a.get().p99, b.get().p99)));
        }
    }

    public double seconds() {
        return to - from;
    }

    public double acceptedPerSecond() {
        return accepted / seconds();
    }

    public double decidedPerSecond() {
        return decided / seconds();
    }

    /** This sample and the next as one; of percentiles the larger, since those of both together are not known. */
    public Sample merged(Sample next) {
        Map<String, Usage> both = new LinkedHashMap<>(components);
        next.components.forEach((name, usage) ->
                both.merge(name, usage, (mine, its) -> Usage.merged(mine, seconds(), its, next.seconds())));
        return new Sample(
                from,
                next.to,
                accepted + next.accepted,
                decided + next.decided,
                next.backlog,
                Percentiles.worse(accept, next.accept),
                Percentiles.worse(decide, next.decide),
                both,
                summed(refused, next.refused),
                summed(rejected, next.rejected));
    }

    private static Map<String, Long> summed(Map<String, Long> a, Map<String, Long> b) {
        Map<String, Long> both = new TreeMap<>(a);
        b.forEach((name, count) -> both.merge(name, count, Long::sum));
        return both;
    }

    /** Each two neighbours as one; an odd last one stays as it is. */
    public static List<Sample> mergedInPairs(List<Sample> samples) {
        List<Sample> merged = new ArrayList<>((samples.size() + 1) / 2);
        for (int i = 0; i < samples.size(); i += 2) {
            Sample first = samples.get(i);
            merged.add(i + 1 < samples.size() ? first.merged(samples.get(i + 1)) : first);
        }
        return merged;
    }
}
