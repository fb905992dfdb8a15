package io.orderflow.examples.bench;

import io.orderflow.examples.common.Interruption;
import io.orderflow.examples.common.Progress;
import io.orderflow.examples.common.Rounded;
import io.orderflow.examples.common.Shop;
import io.orderflow.examples.common.ShopQueue;
import io.orderflow.examples.loadtest.LoadPlan;
import io.orderflow.examples.loadtest.LoadRun;
import io.orderflow.examples.loadtest.counting.Goals;
import io.orderflow.examples.loadtest.counting.Judgement;
import io.orderflow.examples.loadtest.counting.Judgements;
import io.orderflow.examples.loadtest.counting.Latency;
import io.orderflow.examples.loadtest.counting.Records;
import io.orderflow.examples.loadtest.driving.Compiler;
import io.orderflow.examples.loadtest.driving.Site;
import io.orderflow.examples.loadtest.report.Environment;
import io.orderflow.examples.loadtest.report.LoadResult;
import io.orderflow.examples.loadtest.resources.Resources;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;

/**
 * One comparison. Every measurement has tables made for it and dropped after it, with the same products and buyers and
 * with a tenth of its orders in them, so that none profits or suffers from what ran before. The order of the programs
 * turns around from round to round, so that none always follows the same. Used once, by one thread.
 */
final class BenchRun {
    private static final Duration COMPILER_PATIENCE = Duration.ofSeconds(30);
    private static final Goals GOALS =
            new Goals(OptionalInt.empty(), 0, OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.empty());

    private final BenchPlan plan;
    private final Shop shop;
    private final ShopQueue queue;
    private final Progress.Bars bars;
    private final Consumer<String> lines;
    private final Interruption interruption;

    /**
     * Prepares a comparison.
     *
     * @param shop its tables are dropped: it must be nobody else's
     * @param lines told a line for people after each measurement
     * @param interruption asked whether the person wants the comparison to end early
     */
    BenchRun(
            BenchPlan plan,
            Shop shop,
            ShopQueue queue,
            Progress.Bars bars,
            Consumer<String> lines,
            Interruption interruption) {
        this.interruption = interruption;
        this.plan = plan;
        this.shop = shop;
        this.queue = queue;
        this.bars = bars;
        this.lines = lines;
    }

    /** Warms every program up, and then measures each in every round; what is interrupted is not counted. */
    BenchReport run() throws SQLException {
        List<BenchMeasurement> all = new ArrayList<>();
        try {
            measureAll(all);
        } catch (SQLException | RuntimeException e) {
            // while the program is to end, statements may fail for that reason alone
            if (!interruption.isRequested()) {
                throw e;
            }
        }
        if (all.stream().allMatch(one -> one.round() == 0)) {
            interruption.check();
        }
        String database = new Records(shop.dataSource(), shop.tablePrefix()).database();
        return new BenchReport(plan, setting(), Environment.read(shop.dataSource(), database, queue), all);
    }

    private void measureAll(List<BenchMeasurement> all) throws SQLException {
        for (int round = 0; round <= plan.rounds(); round++) {
            for (BenchProgram program : inOrder(round)) {
                BenchMeasurement measured = measure(round, program);
                interruption.check();
                all.add(measured);
                lines.accept(line(measured));
            }
            if (round == 0) {
                Compiler.awaitRest(COMPILER_PATIENCE, interruption);
            }
        }
    }

    static List<BenchProgram> inOrder(int round) {
        List<BenchProgram> programs = new ArrayList<>(Arrays.asList(BenchProgram.values()));
        if (round > 0 && round % 2 == 0) {
            Collections.reverse(programs);
        }
        return programs;
    }

    private BenchMeasurement measure(int round, BenchProgram program) throws SQLException {
        return switch (program) {
            case LIBRARY, LIBRARY_GROUP_JOURNAL, LIBRARY_ONE_ORDER -> library(round, program);
            default -> bare(round, program);
        };
    }

    private BenchMeasurement library(int round, BenchProgram program) throws SQLException {
        LoadPlan load = plan.library(program == BenchProgram.LIBRARY_ONE_ORDER);
        try (BareTables tables = BareTables.cleared(shop.dataSource(), shop.tablePrefix());
                Resources resources = Resources.here(shop, queue);
                Site site = Site.embedded()) {
            LoadResult found = new LoadRun(
                            load,
                            GOALS,
                            Optional.empty(),
                            shop,
                            queue.accepting(program.acceptance()),
                            site,
                            tables.prefix() + round,
                            bars,
                            resources,
                            interruption)
                    .run();
            Judgement correct = found.verdicts().get(Judgements.CORRECTNESS);
            double rate = found.findings().endToEndPerSecond();
            return new BenchMeasurement(
                    round,
                    program,
                    Rounded.to(1, rate),
                    Optional.of(correct),
                    Optional.of(LibraryRun.of(found)),
                    found.costs().map(BenchCost::of),
                    Optional.empty());
        }
    }

    private BenchMeasurement bare(int round, BenchProgram program) throws SQLException {
        int orders = program.orders(plan);
        try (BareTables tables =
                        BareTables.create(shop.dataSource(), shop.tablePrefix(), plan.buyers(), plan.products());
                Resources resources = Resources.here(shop, queue)) {
            warmUp(round, program, programs(tables, -round - 1), BenchPlan.warmup(orders));
            resources.beginLoad();
            Rate rate = bare(program, "orders", programs(tables, round), orders);
            resources.endLoad();
            return new BenchMeasurement(
                    round,
                    program,
                    Rounded.to(1, rate.perSecond()),
                    Optional.empty(),
                    Optional.empty(),
                    resources.report().figures(orders).map(BenchCost::of),
                    rate.commit());
        }
    }

    private void warmUp(int round, BenchProgram program, BarePrograms bare, int orders) throws SQLException {
        if (orders == 0) {
            return;
        }
        bare(program, "warm-up", bare, orders);
        if (round > 0) {
            Compiler.awaitRest(COMPILER_PATIENCE, interruption);
        }
    }

    private BarePrograms programs(BareTables tables, long seed) {
        return new BarePrograms(tables, plan.buyers(), plan.products(), seed, interruption);
    }

    /** Orders per second, and how long each commit took where that was measured. */
    private record Rate(double perSecond, Optional<Latency> commit) {
        Rate(double perSecond) {
            this(perSecond, Optional.empty());
        }
    }

    private Rate bare(BenchProgram program, String name, BarePrograms bare, int orders) throws SQLException {
        Progress bar = bars.start(name, orders, bare::done);
        try {
            return switch (program) {
                case BARE_BATCHES -> new Rate(bare.batches(orders, false));
                case BARE_BATCHES_LOCKING -> new Rate(bare.batches(orders, true));
                case BARE_ONE_ORDER_THREADS -> new Rate(bare.oneOrderTransactions(orders, plan.oneOrderWorkers()));
                case BARE_ONE_ORDER -> new Rate(bare.oneOrderTransactions(orders, 1));
                case BARE_COMMITS -> commits(bare.singleCommits(orders));
                case LIBRARY, LIBRARY_GROUP_JOURNAL, LIBRARY_ONE_ORDER ->
                    throw new IllegalArgumentException(program + " is not bare");
            };
        } finally {
            bar.close();
        }
    }

    private static Rate commits(Histogram nanos) {
        return new Rate(1e9 / nanos.getMean(), Optional.of(Latency.of(nanos)));
    }

    private String line(BenchMeasurement measured) {
        String round = measured.round() == 0 ? "warm-up" : "round " + measured.round() + " of " + plan.rounds();
        return round + ": " + measured.program().title(plan) + ": " + BenchTable.whole(measured.perS())
                + " orders per second" + (measured.failed() ? ", NOT CORRECT" : "");
    }

    private Map<String, Object> setting() {
        Map<String, Object> setting = plan.toMap();
        setting.put("java", System.getProperty("java.version"));
        setting.put("queue", queue.toString());
        setting.put("accept", queue.acceptance().name());
        setting.put("table_prefix", shop.tablePrefix());
        return setting;
    }
}
