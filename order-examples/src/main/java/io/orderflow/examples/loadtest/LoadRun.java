package io.orderflow.examples.loadtest;

import com.sun.management.OperatingSystemMXBean;
import io.orderflow.OrderListener;
import io.orderflow.OrderProcessor;
import io.orderflow.WorkerRunner;
import io.orderflow.examples.common.FirstContact;
import io.orderflow.examples.common.Interruption;
import io.orderflow.examples.common.ProgramException;
import io.orderflow.examples.common.Progress;
import io.orderflow.examples.common.Shop;
import io.orderflow.examples.common.ShopQueue;
import io.orderflow.examples.loadtest.counting.Findings;
import io.orderflow.examples.loadtest.counting.Goals;
import io.orderflow.examples.loadtest.counting.Latency;
import io.orderflow.examples.loadtest.counting.Records;
import io.orderflow.examples.loadtest.counting.Reply;
import io.orderflow.examples.loadtest.counting.ServerCounters;
import io.orderflow.examples.loadtest.counting.Timeline;
import io.orderflow.examples.loadtest.driving.BareCommits;
import io.orderflow.examples.loadtest.driving.Companions;
import io.orderflow.examples.loadtest.driving.Compiler;
import io.orderflow.examples.loadtest.driving.Drain;
import io.orderflow.examples.loadtest.driving.Follower;
import io.orderflow.examples.loadtest.driving.OrderIntake;
import io.orderflow.examples.loadtest.driving.Phase;
import io.orderflow.examples.loadtest.driving.Seeder;
import io.orderflow.examples.loadtest.driving.Site;
import io.orderflow.examples.loadtest.driving.Submitters;
import io.orderflow.examples.loadtest.orders.LoadData;
import io.orderflow.examples.loadtest.report.Environment;
import io.orderflow.examples.loadtest.report.LoadResult;
import io.orderflow.examples.loadtest.report.Setting;
import io.orderflow.examples.loadtest.resources.Resources;
import java.lang.management.ManagementFactory;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** One load test from the empty or used database to the report. Used once, by one thread. */
public final class LoadRun {
    /**
     * Connections beside one for each worker: the library asks for three, the checks use two, and the yardstick its
     * own.
     */
    public static final int EXTRA_CONNECTIONS = 5 + BareCommits.CONNECTIONS;

    private static final int DEFAULT_BUFFER = 16_384;
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration COMPILER_PATIENCE = Duration.ofSeconds(10);

    private final LoadPlan plan;
    private final Goals goals;
    private final Optional<String> profile;
    private final Shop shop;
    private final ShopQueue queue;
    private final Site site;
    private final String run;
    private final Progress.Bars bars;
    private final Resources resources;
    private final LoadData data;
    private final Records records;
    private final Interruption interruption;
    private final Heard heard = new Heard();
    private final Timeline timeline;
    private Companions companions;

    /**
     * Prepares a run.
     *
     * @param profile where options came from, to be shown
     * @param site who takes and decides the orders beside this process
     * @param run a name that no other run on this database has
     * @param interruption asked whether the person wants the test to end early
     */
    public LoadRun(
            LoadPlan plan,
            Goals goals,
            Optional<String> profile,
            Shop shop,
            ShopQueue queue,
            Site site,
            String run,
            Progress.Bars bars,
            Resources resources,
            Interruption interruption) {
        this.interruption = interruption;
        this.plan = plan;
        this.goals = goals;
        this.profile = profile;
        this.shop = shop;
        this.queue = queue;
        this.site = site;
        this.run = run;
        this.bars = bars;
        this.resources = resources;
        this.timeline = new Timeline(resources::recent);
        this.data = new LoadData(plan.orderPlan(), run);
        this.records = new Records(shop.dataSource(), shop.tablePrefix());
    }

    /** Hands what is decided to the phase that is under way. */
    private static final class Heard implements OrderListener {
        private volatile Phase phase;

        @Override
        public void decided(List<Decision> decisions) {
            Phase now = phase;
            if (now != null) {
                now.heard(decisions, System.nanoTime());
            }
        }
    }

    /**
     * Runs the test.
     *
     * @throws ProgramException if the shop cannot be filled or the warm-up does not end
     */
    public LoadResult run() throws SQLException {
        new FirstContact().createTables(shop.dataSource(), shop.tablePrefix());
        Setting setting = setting();
        // where another process takes the orders, this one only fills the shop and audits it
        try (OrderProcessor orders = processor()) {
            Seeder seeder = new Seeder(
                    plan.orderPlan(),
                    plan.allOrders(),
                    run,
                    orders.inventory(),
                    orders.wallets(),
                    records,
                    interruption);
            seeder.prepare();
            long rowsBefore = records.ordersOf(plan.orderPlan().buyers());
            Measured measured = measureInCompany(orders, seeder);
            long unasked = records.ordersOf(plan.orderPlan().buyers()) - rowsBefore - rowsOf(measured.phase());
            Findings found = new Findings(
                    goals,
                    measured.bareCommit(),
                    measured.phase().counts(),
                    records.outcome(measured.phase().ledger()),
                    Math.max(0, unasked),
                    LastAudit.of(orders, interruption));
            return LoadResult.of(
                    setting,
                    found,
                    Environment.read(shop.dataSource(), records.database(), queue),
                    measured.counted(),
                    measured.cpuSeconds(),
                    resources.report());
        }
    }

    /** What happened in each second of the measured orders; empty before {@link #run}. */
    Timeline timeline() {
        return timeline;
    }

    /** Rows that the test may have made. The warm-up ends the test unless each of its orders was accepted. */
    private long rowsOf(Phase measured) {
        return plan.warmup()
                + measured.acceptances().count(Reply.Kind.ACCEPTED)
                + measured.acceptances().unclear();
    }

    /** What is known when the last order is decided. */
    private record Measured(
            Optional<Latency> bareCommit, Phase phase, ServerCounters.Counted counted, double cpuSeconds) {}

    private Measured measureInCompany(OrderProcessor orders, Seeder seeder) throws SQLException {
        try (Companions beside = Companions.start(orders, shop.dataSource(), plan.feed(), run)) {
            companions = beside;
            return measure(orders, seeder);
        }
    }

    private Measured measure(OrderProcessor orders, Seeder seeder) throws SQLException {
        if (site.plan().takesHere()) {
            orders.start();
            return measureDeciding(orders, OrderIntake.of(orders), seeder);
        }
        try (OrderIntake http = site.intake()) {
            return measure(http, seeder);
        }
    }

    private Measured measureDeciding(OrderProcessor orders, OrderIntake intake, Seeder seeder) throws SQLException {
        if (!site.plan().decidesHere()) {
            return measure(intake, seeder);
        }
        try (WorkerRunner workers = orders.workers(plan.work().config())) {
            workers.start();
            return measure(intake, seeder);
        }
    }

    private Measured measure(OrderIntake intake, Seeder seeder) throws SQLException {
        try (ServerCounters counters = new ServerCounters(shop.dataSource())) {
            resources.idle(interruption::isRequested);
            warmUp(intake);
            interruption.check();
            plan.orderPlan().stock().ifPresent(seeder::setStock);
            Optional<Latency> bareCommit = bareCommit();
            interruption.check();
            counters.begin();
            resources.beginLoad();
            long cpuBefore = cpuNanos();
            Phase phase = phase(plan.warmup(), plan.orders());
            plan.seconds().ifPresent(seconds -> phase.limit(Duration.ofSeconds(seconds)));
            try (timeline) {
                timeline.start();
                take(
                        new Submitters(intake, plan.pace(), plan.resubmitSeconds()),
                        "orders",
                        plan.seconds().isPresent() ? Progress.UNKNOWN : plan.orders(),
                        phase);
            }
            resources.endLoad();
            double cpuSeconds = (cpuNanos() - cpuBefore) / 1e9;
            return new Measured(bareCommit, phase, counters.end(), cpuSeconds);
        }
    }

    private Optional<Latency> bareCommit() throws SQLException {
        return goals.needsBareCommits()
                ? Optional.of(new BareCommits(shop.dataSource(), shop.tablePrefix())
                        .measure(goals.rate().getAsInt()))
                : Optional.empty();
    }

    private OrderProcessor processor() {
        return queue.configure(OrderProcessor.builder(shop.dataSource()))
                .tablePrefix(shop.tablePrefix())
                .bufferCapacity(Math.max(DEFAULT_BUFFER, plan.pace().window()))
                .groupWait(Duration.ofMillis(plan.work().groupWaitMillis()))
                .listener(heard)
                .build();
    }

    private void warmUp(OrderIntake intake) throws SQLException {
        Phase phase = phase(0, plan.warmup());
        take(
                new Submitters(intake, plan.pace().atMaximumSpeed(), plan.resubmitSeconds()),
                "warm-up",
                plan.warmup(),
                phase);
        interruption.check();
        if (phase.settled() < plan.warmup()) {
            throw new ProgramException("the warm-up did not end: " + phase.settled() + " of " + plan.warmup()
                    + " orders were accepted and decided, answers were "
                    + phase.acceptances().answers()
                    + phase.acceptances()
                            .firstProblem()
                            .map(problem -> ", first: " + problem)
                            .orElse(""));
        }
        if (plan.warmup() > 0) {
            Compiler.awaitRest(COMPILER_PATIENCE, interruption);
            site.awaitRest(COMPILER_PATIENCE, interruption);
        }
    }

    private Phase phase(int first, int count) {
        Phase phase = new Phase(
                data,
                first,
                count,
                Duration.ofSeconds(plan.resubmitSeconds()),
                site.plan().bearings());
        phase.tell(timeline);
        phase.endOn(interruption);
        return phase;
    }

    private void take(Submitters submitters, String name, int all, Phase phase) throws SQLException {
        companions.join(phase);
        heard.phase = phase;
        Progress bar = bars.start(name, all, phase::settled, () -> backlog(phase));
        Optional<Follower> follower =
                site.plan().decidesHere() ? Optional.empty() : Optional.of(Follower.start(records, phase));
        try {
            submitters.run(phase);
            new Drain(records, PATIENCE).await(phase);
            companions.await(phase);
        } finally {
            follower.ifPresent(Follower::close);
            bar.close();
        }
    }

    private static String backlog(Phase phase) {
        String left =
                phase.secondsLeft().isPresent() ? ", " + phase.secondsLeft().getAsLong() + " s left" : "";
        return " accepted " + phase.acceptances().count() + ", decided " + phase.settled() + ", backlog "
                + Math.max(0, phase.unsettled()) + left;
    }

    private Setting setting() throws SQLException {
        return Setting.of(
                new Setting.Place(records.database(), queue, run, plan.feed(), profile),
                new Setting.Extent(plan.warmup(), plan.seconds(), plan.resubmitSeconds()),
                plan.orderPlan(),
                plan.pace(),
                site.plan(),
                plan.work());
    }

    private static long cpuNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }
}
