package io.orderflow.examples.loadtest.report;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.orderflow.examples.common.ShopQueue;
import io.orderflow.examples.loadtest.driving.Pace;
import io.orderflow.examples.loadtest.driving.SitePlan;
import io.orderflow.examples.loadtest.driving.WorkPlan;
import io.orderflow.examples.loadtest.orders.LineRange;
import io.orderflow.examples.loadtest.orders.OrderPlan;
import io.orderflow.examples.loadtest.orders.Skew;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What was run on what, by the names of the options. The names in JSON are those of the components; null where an
 * option had no effect or somebody else's setting held.
 *
 * @param lines a number, or a range as text
 */
@JsonNaming(SnakeCaseStrategy.class)
public record Setting(
        String database,
        String java,
        int processors,
        String queue,
        String accept,
        String run,
        int warmup,
        int products,
        int buyers,
        boolean hot,
        String skew,
        OptionalLong stock,
        Object lines,
        double poorBuyers,
        double replays,
        double external,
        double holds,
        double urgent,
        OptionalInt rate,
        OptionalInt window,
        int submitters,
        OptionalInt durationS,
        Optional<String> http,
        OptionalInt connections,
        OptionalInt httpBatch,
        int workerProcesses,
        String javaOptions,
        OptionalInt groupWaitMs,
        Optional<String> profile,
        OptionalInt workers,
        OptionalInt maxBatch,
        OptionalInt batchWaitMs,
        OptionalInt ackDelayMs,
        double keys,
        boolean feed,
        int resubmitForS,
        long seed) {
    /**
     * Where a load test runs, and under which name.
     *
     * @param database which database it is
     * @param queue the queue
     * @param run a name that no other run on this database has
     * @param feed whether a feed is read beside it
     * @param profile where options came from
     */
    public record Place(String database, ShopQueue queue, String run, boolean feed, Optional<String> profile) {}

    /**
     * How many orders a load test submits.
     *
     * @param warmup unmeasured ones
     * @param seconds how long orders are submitted; empty: until all are
     * @param resubmitSeconds how long one that was not accepted is submitted again
     */
    public record Extent(int warmup, OptionalInt seconds, int resubmitSeconds) {}

    /** Puts together what the parts of a plan say. */
    public static Setting of(Place place, Extent amount, OrderPlan orders, Pace pace, SitePlan site, WorkPlan work) {
        boolean othersDecide = site.isForeign() && site.workerProcesses() == 0;
        LineRange lines = orders.mix().lines();
        return new Setting(
                place.database(),
                System.getProperty("java.version"),
                Runtime.getRuntime().availableProcessors(),
                place.queue().toString(),
                place.queue().acceptance().name(),
                place.run(),
                amount.warmup(),
                orders.products(),
                orders.buyers(),
                orders.mix().skew() == Skew.HOT,
                orders.mix().skew().name().toLowerCase(Locale.ROOT),
                orders.stock(),
                lines.fewest() == lines.most() ? (Object) lines.most() : lines.toString(),
                orders.mix().poorShare(),
                orders.mix().replayShare(),
                orders.mix().externalShare(),
                orders.mix().holdShare(),
                orders.mix().urgentShare(),
                pace.rate(),
                unless(pace.rate().isPresent() || pace.submitters() > 0, pace.window()),
                pace.submitters(),
                amount.seconds(),
                site.http()
                        ? Optional.of(site.application().map(Object::toString).orElse("self"))
                        : Optional.empty(),
                unless(!site.http(), site.connections()),
                site.httpBatch(),
                site.workerProcesses(),
                String.join(" ", site.javaOptions()),
                unless(site.isForeign(), work.groupWaitMillis()),
                place.profile(),
                unless(othersDecide, work.workers()),
                unless(othersDecide, work.maxBatch()),
                unless(othersDecide, work.batchWaitMillis()),
                unless(othersDecide, work.ackDelayMillis()),
                orders.mix().keyShare(),
                place.feed(),
                amount.resubmitSeconds(),
                orders.seed());
    }

    private static OptionalInt unless(boolean withoutEffect, int value) {
        return withoutEffect ? OptionalInt.empty() : OptionalInt.of(value);
    }
}
