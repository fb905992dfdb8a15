package io.orderflow.examples.loadtest;

import io.orderflow.examples.common.About;
import io.orderflow.examples.common.BatchOptions;
import io.orderflow.examples.common.GivenOnCommandLine;
import io.orderflow.examples.common.GroupWaitOption;
import io.orderflow.examples.common.Interruption;
import io.orderflow.examples.common.JsonFileOption;
import io.orderflow.examples.common.Output;
import io.orderflow.examples.common.Progress;
import io.orderflow.examples.common.QueueOptions;
import io.orderflow.examples.common.RefusedOption;
import io.orderflow.examples.common.RunOptions;
import io.orderflow.examples.common.Shop;
import io.orderflow.examples.common.ShopOptions;
import io.orderflow.examples.common.ShopQueue;
import io.orderflow.examples.common.StandardOptions;
import io.orderflow.examples.common.WaitOptions;
import io.orderflow.examples.loadtest.counting.Goals;
import io.orderflow.examples.loadtest.driving.PaceOptions;
import io.orderflow.examples.loadtest.driving.Site;
import io.orderflow.examples.loadtest.driving.SiteOptions;
import io.orderflow.examples.loadtest.driving.SitePlan;
import io.orderflow.examples.loadtest.driving.WorkPlan;
import io.orderflow.examples.loadtest.orders.MixOptions;
import io.orderflow.examples.loadtest.report.LoadResult;
import io.orderflow.examples.loadtest.report.LoadTable;
import io.orderflow.examples.loadtest.report.ReportFolder;
import io.orderflow.examples.loadtest.resources.ResourceOptions;
import io.orderflow.examples.loadtest.resources.Resources;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/**
 * The program {@code loadtest}: submits orders as fast as they are taken or at a constant rate, and then checks every
 * one of them in the database.
 */
@Command(
        name = LoadTestCommand.PROGRAM,
        description = {
            "Submits many orders, and checks every one of them.",
            "As fast as they are taken, or at a constant rate. Waits until each is decided, and looks it up in "
                    + "the database.",
            ""
        },
        footer = {
            "",
            "Uses products and buyers of its own, from id 100000000 on, which it defines and fills up as needed: "
                    + "it runs on an empty"
                    + " database and on a used one.",
            "",
            "lost: accepted orders that have neither a verdict nor a dead letter, looked up one by one in the "
                    + "database.",
            "duplicated: differences that the audit found, and orders in the database that nobody placed.",
            "end to end: measured orders from the first submission to the last commit; filling the shop and the "
                    + "warm-up do not count.",
            "feed: with --feed, from when the decision's number was drawn, by the database's clock and a moment "
                    + "before its commit, to the handler; missing: verdicts and confirmations that it did not tell.",
            "confirm: with --holds, from when the verdict was known here to the confirmation's commit.",
            "commits and statements: counted by the database server, all of it; H2 does not count them.",
            "",
            "correctness: all orders were accepted in the end and none was lost, duplicated or parked, no hold "
                    + "was left, the feed missed nothing, and the audit found nothing.",
            "rate held: accepted and decided per second, less the delay that every order has, reach --rate less "
                    + "--rate-tolerance.",
            "latency: within --max-accept-p99 (or --max-accept-ratio) and --max-verdict-p99. With --rate all "
                    + "times run from when the order was due.",
            "",
            "Exit code 0: no verdict failed; 1: one did, or the test could not be run; 2: wrong options; 130 or "
                    + "143: ended early by"
                    + " Ctrl-C or SIGTERM, with what was measured until then.",
            "",
            "To see what batching gives, run it twice, back to back:",
            "  loadtest --db URL --orders 100000 --buyers 100000",
            "  loadtest --db URL --orders 10000 --buyers 100000 --max-batch 1 --workers 8",
            "To see what bare JDBC reaches on the same database: loadtest baseline --db URL"
        })
public final class LoadTestCommand implements Callable<Integer> {
    /** Its name. */
    public static final String PROGRAM = "loadtest";

    @Spec
    private CommandSpec spec;

    @Mixin
    private ShopOptions shopOptions;

    @Mixin
    private QueueOptions queueOptions;

    @Mixin
    private WaitOptions waitOptions;

    @Mixin
    private RunOptions runOptions;

    @Mixin
    private ResourceOptions resourceOptions;

    @Option(
            names = Profile.OPTION,
            paramLabel = "FILE",
            preprocessor = Profile.class,
            description = {
                "Options from a properties file, keys without dashes; the command line overrides them."
                        + " seed: the shipped one, 10,000 orders at 1,000 per second."
            })
    private Optional<String> profile;

    @Mixin
    private SiteOptions siteOptions;

    @Mixin
    private PaceOptions paceOptions;

    @Mixin
    private MixOptions mixOptions;

    @Mixin
    private GroupWaitOption groupWait;

    @Option(
            names = "--workers",
            paramLabel = "N",
            defaultValue = "1",
            description = "Threads that decide. Default: ${DEFAULT-VALUE}")
    private int workers;

    @Mixin
    private BatchOptions batchOptions;

    @Option(
            names = "--resubmit-for",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description = {
                "How long an order is submitted again when the answer is overloaded, unavailable or unknown, "
                        + "after the pause that"
                        + " the answer asks for; 0: never. Default: ${DEFAULT-VALUE}"
            })
    private int resubmitFor;

    @Option(
            names = "--feed",
            description = {
                "Read a durable feed of its own in this process meanwhile: its events, their times from the verdict's"
                        + " number to the handler, and that none is missing."
            })
    private boolean feed;

    @Option(names = "--progress", description = "Show a progress bar even when this is not a terminal.")
    private boolean progress;

    @Mixin
    private JsonFileOption jsonFile;

    @Option(
            names = "--report",
            paramLabel = "DIR",
            description = "Write report.html with charts, report.md and report.json to this folder, which is made if "
                    + "it is not there.")
    private Optional<Path> report;

    @Mixin
    private StandardOptions standard;

    @Override
    public Integer call() throws Exception {
        SitePlan sitePlan = checked(() -> siteOptions.plan(mixOptions.mix(given()), given()));
        LoadPlan plan = checked(this::plan);
        Goals goals = checked(paceOptions::goals);
        resourceOptions.check();
        Duration wait = waitOptions.patience();
        Progress.Bars bars = Progress.isWanted(progress) ? Progress.Bars.on(System.err) : Progress.Bars.none();
        runOptions.check();
        Output output = jsonFile.output();
        Optional<ReportFolder> folder = report.map(ReportFolder::open);
        Interruption interruption = new Interruption();
        Interruption.Registration signals =
                interruption.onSignals(spec.commandLine().getErr());
        try {
            return run(sitePlan, plan, goals, wait, bars, output, folder, interruption);
        } finally {
            signals.close();
        }
    }

    private Integer run(
            SitePlan sitePlan,
            LoadPlan plan,
            Goals goals,
            Duration wait,
            Progress.Bars bars,
            Output output,
            Optional<ReportFolder> folder,
            Interruption interruption)
            throws SQLException {
        String run = "load-" + Long.toString(new SecureRandom().nextLong() >>> 1, 36);
        LoadResult found;
        LoadRun load;
        try (Shop shop = shopOptions.open(plan.connections(), wait);
                ShopQueue queue = queueOptions.openOwn(PROGRAM, shop).reached(wait);
                Site site = site(sitePlan, plan, shop, queue);
                Resources resources = resourceOptions.open(site.layout(), shop, queue)) {
            load = new LoadRun(plan, goals, profile, shop, queue, site, run, bars, resources, interruption);
            found = load.run();
        }
        About about = runOptions.about(interruption);
        LoadResult result = found.of(about);
        new LoadTable(result).print(output.people());
        folder.ifPresent(to ->
                to.write("Load test" + about.name().map(name -> " " + name).orElse(""), result, load.timeline()));
        output.json(result);
        if (found.isInterrupted()) {
            return interruption.exitCode();
        }
        return found.ok() ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private Site site(SitePlan sitePlan, LoadPlan plan, Shop shop, ShopQueue queue) {
        checked(() -> SiteOptions.checked(sitePlan, queue));
        List<String> arguments = new ArrayList<>(shopOptions.arguments());
        arguments.addAll(queueOptions.ownArguments(PROGRAM, shop));
        return Site.start(sitePlan, plan.work(), arguments);
    }

    private <T> T checked(Supplier<T> options) {
        return RefusedOption.named(spec, options);
    }

    private GivenOnCommandLine given() {
        ParseResult parsed = spec.commandLine().getParseResult();
        return new GivenOnCommandLine(parsed::hasMatchedOption);
    }

    private LoadPlan plan() {
        GivenOnCommandLine given = given();
        paceOptions.check(given);
        return new LoadPlan(
                paceOptions.orders(),
                paceOptions.seconds(),
                paceOptions.warmup(),
                mixOptions.orderPlan(given),
                paceOptions.pace(siteOptions.window()),
                new WorkPlan(
                        groupWait.millis(),
                        workers,
                        batchOptions.maxBatch(),
                        batchOptions.batchWaitMillis(),
                        batchOptions.ackDelayMillis()),
                resubmitFor,
                feed);
    }
}
