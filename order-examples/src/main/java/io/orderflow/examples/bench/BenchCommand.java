package io.orderflow.examples.bench;

import io.orderflow.Acceptance;
import io.orderflow.examples.common.About;
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
import io.orderflow.examples.loadtest.LoadRun;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program {@code bench}: the library and bare JDBC with the same row changes, in turns on the same servers. */
@Command(
        name = "bench",
        description = {
            "Measures the library and bare JDBC in turns.",
            "Both make the same row changes on the same servers. Says what share of bare JDBC's speed the "
                    + "library reaches.",
            ""
        },
        footer = {
            "",
            "Each round measures:",
            "1. bare JDBC: groups of 500 orders accepted on one connection while another decides them in batches "
                    + "of 500: the ceiling;",
            "2. the library at maximum speed, as loadtest runs it, with --accept row-journal;",
            "3. the same with --accept group-journal;",
            "4. the ceiling's program with what is changed locked and read first, as a program must that decides "
                    + "by what it reads;",
            "5. the library with each order decided in a transaction of its own, several workers;",
            "6. bare JDBC: one order per transaction, accepted before, with as many threads and with one;",
            "7. bare JDBC: one pending order row per commit.",
            "Every other round goes through them backwards. Each program is warmed up by a whole round before, "
                    + "which does not count.",
            "",
            "Works on tables of its own (--table-prefix and " + BenchCommand.TABLES
                    + "...), made for each measurement and dropped after it.",
            "",
            "share of the ceiling: the median over the rounds of what a program reached of program 1 in the same "
                    + "round.",
            "correctness: each of the library's runs is checked as by loadtest.",
            "share: the library's share of the ceiling is at least --min-share.",
            "",
            "Exit code 0: no verdict failed; 1: one did, or it could not be run; 2: wrong options; 130 or 143: "
                    + "ended early by Ctrl-C or"
                    + " SIGTERM, with what was measured until then."
        })
public final class BenchCommand implements Callable<Integer> {
    /** What follows the shop's table prefix. */
    static final String TABLES = "bench_";

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

    @Option(
            names = "--orders",
            paramLabel = "N",
            defaultValue = "200000",
            description = "Orders of programs 1 to 4 in each round. Default: ${DEFAULT-VALUE}")
    private int orders;

    @Option(
            names = "--workers",
            paramLabel = "N",
            defaultValue = "1",
            description = "Threads that decide the library's batches. Default: ${DEFAULT-VALUE}")
    private int workers;

    @Option(
            names = "--one-orders",
            paramLabel = "N",
            defaultValue = "10000",
            description = "Orders of each of the others in each round. Default: ${DEFAULT-VALUE}")
    private int oneOrders;

    @Option(
            names = "--one-order-workers",
            paramLabel = "N",
            defaultValue = "8",
            description = "Threads that decide one order per transaction. Default: ${DEFAULT-VALUE}")
    private int oneOrderWorkers;

    @Mixin
    private SpreadOptions spread;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description = "How often each program is measured. Default: ${DEFAULT-VALUE}")
    private int rounds;

    @Option(
            names = "--min-share",
            paramLabel = "SHARE",
            description = "Least share of the ceiling that the library must reach, such as 0.8. Default: any")
    private Optional<Double> minShare;

    @Option(
            names = "--progress",
            description = "Show progress bars and a line per measurement even when this is not a terminal.")
    private boolean progress;

    @Mixin
    private JsonFileOption jsonFile;

    @Mixin
    private StandardOptions standard;

    @Override
    public Integer call() throws SQLException {
        BenchPlan plan = RefusedOption.named(spec, this::plan);
        Duration wait = waitOptions.patience();
        runOptions.check();
        boolean shown = Progress.isWanted(progress);
        Progress.Bars bars = shown ? Progress.Bars.on(System.err) : Progress.Bars.none();
        Consumer<String> lines = shown ? spec.commandLine().getErr()::println : line -> {};
        Output output = jsonFile.output();
        Interruption interruption = new Interruption();
        BenchReport found;
        Interruption.Registration signals =
                interruption.onSignals(spec.commandLine().getErr());
        try (Shop shop = shopOptions.openBeside(plan.mostWorkers() + LoadRun.EXTRA_CONNECTIONS, TABLES, wait);
                ShopQueue queue = journaled(queueOptions.openOwn("bench", shop)).reached(wait)) {
            found = new BenchRun(plan, shop, queue, bars, lines, interruption).run();
        } finally {
            signals.close();
        }
        About about = runOptions.about(interruption);
        new BenchTable(found).print(about, output.people());
        output.json(found.result(about));
        if (interruption.isRequested()) {
            return interruption.exitCode();
        }
        return found.ok() ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private BenchPlan plan() {
        return new BenchPlan(
                orders,
                workers,
                oneOrders,
                oneOrderWorkers,
                spread.products(),
                spread.buyers(),
                rounds,
                minShare.map(OptionalDouble::of).orElseGet(OptionalDouble::empty));
    }

    /** Refuses another acceptance: both journals are measured, and the bare programs keep one too. */
    private ShopQueue journaled(ShopQueue queue) {
        if (queue.acceptance() != Acceptance.ROW_JOURNAL) {
            queue.close();
            throw new ParameterException(
                    spec.commandLine(),
                    "--accept must be row-journal, since bench measures both journals, which the bare programs have"
                            + " too");
        }
        return queue;
    }
}
