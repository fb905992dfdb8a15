package io.orderflow.examples.bench;

import io.orderflow.examples.common.JsonFileOption;
import io.orderflow.examples.common.Output;
import io.orderflow.examples.common.Rounded;
import io.orderflow.examples.common.Shop;
import io.orderflow.examples.common.ShopOptions;
import io.orderflow.examples.common.StandardOptions;
import io.orderflow.examples.common.TextTable;
import io.orderflow.examples.common.WaitOptions;
import io.orderflow.examples.loadtest.counting.Latency;
import io.orderflow.examples.loadtest.counting.Records;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program {@code loadtest baseline}: what bare JDBC reaches with the same row changes on the same database. */
@Command(
        name = "baseline",
        description = {
            "Measures bare JDBC on the same database.",
            "It makes the same row changes as the library, without it:",
            "1. one pending order row per commit, one connection;",
            "2. one decided order per transaction (order row, line, wallet, stock, batch row), with 1 thread and "
                    + "with several;",
            "3. groups of 500 accepted on one connection while another decides them in batches of 500, by "
                    + "literal multi-row statements:"
                    + " the ceiling; and the same with what is changed locked and read first.",
            ""
        },
        footer = {
            "",
            "Exit code 0: it was measured; 1: it could not be; 2: wrong options.",
            "",
            "Works on tables of its own (" + BareTables.PREFIX + "...), which it creates and drops."
        })
public final class BaselineCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ShopOptions shopOptions;

    @Mixin
    private WaitOptions waitOptions;

    @Option(
            names = "--commits",
            paramLabel = "N",
            defaultValue = "2000",
            description = "Commits of one row. Default: ${DEFAULT-VALUE}")
    private int commits;

    @Option(
            names = "--transactions",
            paramLabel = "N",
            defaultValue = "5000",
            description = "Transactions of one order, for 1 thread and for several. Default: ${DEFAULT-VALUE}")
    private int transactions;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "8",
            description = "Threads in the second run of one-order transactions. Default: ${DEFAULT-VALUE}")
    private int threads;

    @Option(
            names = "--batch-orders",
            paramLabel = "N",
            defaultValue = "100000",
            description = "Orders in groups and batches of 500. Default: ${DEFAULT-VALUE}")
    private int batchOrders;

    @Mixin
    private SpreadOptions spread;

    @Mixin
    private JsonFileOption jsonFile;

    @Mixin
    private StandardOptions standard;

    /** What was measured. */
    private record Measured(
            Latency commit, double commits, double oneThread, double severalThreads, double batches, double locking) {}

    @Override
    public Integer call() throws SQLException {
        checkOptions();
        Output output = jsonFile.output();
        String database;
        Measured measured;
        try (Shop shop = shopOptions.open(threads + 2, waitOptions.patience());
                BareTables tables =
                        BareTables.create(shop.dataSource(), BareTables.PREFIX, spread.buyers(), spread.products())) {
            database = new Records(tables.dataSource(), BareTables.PREFIX).database();
            measured = measure(tables);
        }
        print(measured, output.people());
        output.json(result(database, measured));
        return ExitCode.OK;
    }

    private void checkOptions() {
        atLeastOne("--commits", commits);
        atLeastOne("--transactions", transactions);
        atLeastOne("--threads", threads);
        atLeastOne("--batch-orders", batchOrders);
        atLeastOne("--products", spread.products());
        atLeastOne("--buyers", spread.buyers());
    }

    private void atLeastOne(String name, int value) {
        if (value < 1) {
            throw new ParameterException(spec.commandLine(), name + " must be >= 1: " + value);
        }
    }

    /** Each program runs a tenth of its work first, unmeasured. */
    private Measured measure(BareTables tables) throws SQLException {
        BarePrograms bare = new BarePrograms(tables, spread.buyers(), spread.products(), 1);
        bare.singleCommits(tenth(commits));
        Histogram commit = bare.singleCommits(commits);
        bare.oneOrderTransactions(tenth(transactions), 1);
        double oneThread = bare.oneOrderTransactions(transactions, 1);
        double severalThreads = bare.oneOrderTransactions(transactions, threads);
        bare.batches(tenth(batchOrders), false);
        double batches = bare.batches(batchOrders, false);
        bare.batches(tenth(batchOrders), true);
        double locking = bare.batches(batchOrders, true);
        double commitsPerSecond = 1e9 / commit.getMean();
        return new Measured(Latency.of(commit), commitsPerSecond, oneThread, severalThreads, batches, locking);
    }

    private static int tenth(int count) {
        return Math.max(1, count / 10);
    }

    private BaselineResult result(String database, Measured measured) {
        return new BaselineResult(
                database,
                Runtime.getRuntime().availableProcessors(),
                commits,
                transactions,
                threads,
                batchOrders,
                spread.products(),
                spread.buyers(),
                measured.commit(),
                Rounded.to(1, measured.commits()),
                Rounded.to(1, measured.oneThread()),
                Rounded.to(1, measured.severalThreads()),
                Rounded.to(1, measured.batches()),
                Rounded.to(1, measured.locking()));
    }

    private void print(Measured measured, PrintWriter out) {
        TextTable table = new TextTable("bare JDBC", "value");
        table.row("one-row commit p50", Rounded.millis(measured.commit().p50()));
        table.row("one-row commit p99", Rounded.millis(measured.commit().p99()));
        table.row("one-row commits per second", whole(measured.commits()));
        table.row("one-order transactions per second, 1 thread", whole(measured.oneThread()));
        table.row("one-order transactions per second, " + threads + " threads", whole(measured.severalThreads()));
        table.row("orders per second, batches of 500", whole(measured.batches()));
        table.row("orders per second, batches of 500 with locking reads", whole(measured.locking()));
        table.print(out);
    }

    private static String whole(double value) {
        return Rounded.count(Math.round(value));
    }
}
