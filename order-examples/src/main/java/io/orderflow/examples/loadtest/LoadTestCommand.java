package io.orderflow.examples.loadtest;

import io.orderflow.examples.common.QueueOptions;
import io.orderflow.examples.common.Shop;
import io.orderflow.examples.common.ShopOptions;
import io.orderflow.examples.common.ShopQueue;
import io.orderflow.examples.common.StandardOptions;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The program {@code loadtest}: submits orders as fast as they are taken, and then checks every one of them in the
 * database.
 */
@Command(
        name = "loadtest",
        description = {
            "Submits orders as fast as they are taken, waits until each is decided, and checks every one of them in the database.",
            ""
        },
        footer = {
            "",
            "Uses products and buyers of its own, from id 100000000 on, which it defines and fills up as needed: it runs on an empty"
                    + " database and on a used one.",
            "",
            "lost: accepted orders that have neither a verdict nor a dead letter, looked up one by one in the database.",
            "duplicated: differences that the audit found, and orders in the database that nobody placed.",
            "end to end: measured orders from the first submission to the last commit; filling the shop and the warm-up do not count.",
            "commits and statements: counted by the database server, all of it; H2 does not count them.",
            "",
            "Exit code 0 only if all orders were accepted in the end and none was lost, duplicated or parked, and the audit found nothing.",
            "",
            "To see what batching gives, run it twice, back to back:",
            "  loadtest --db URL --orders 100000 --products 1000 --buyers 100000",
            "  loadtest --db URL --orders 10000 --products 1000 --buyers 100000 --max-batch 1 --workers 8",
            "To see what bare JDBC reaches on the same database: loadtest baseline --db URL"
        },
        subcommands = BaselineCommand.class)
public final class LoadTestCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ShopOptions shopOptions;

    @Mixin
    private QueueOptions queueOptions;

    @Option(
            names = "--orders",
            paramLabel = "N",
            defaultValue = "10000",
            description = "Orders that are measured. Default: ${DEFAULT-VALUE}")
    private int orders;

    @Option(
            names = "--warmup",
            paramLabel = "N",
            description =
                    "Orders that go the same way before, unmeasured; then the JVM's compiler is given up to 10 s to come to rest. Default: a tenth of --orders")
    private Optional<Integer> warmup;

    @Option(
            names = "--products",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Products that the orders are spread over. Default: ${DEFAULT-VALUE}")
    private int products;

    @Option(
            names = "--buyers",
            paramLabel = "N",
            defaultValue = "10000",
            description = "Buyers that the orders are spread over. Default: ${DEFAULT-VALUE}")
    private int buyers;

    @Option(names = "--hot", description = "All orders are for one and the same product.")
    private boolean hot;

    @Option(
            names = "--stock",
            paramLabel = "N",
            description = "Pieces of each product when measuring begins. Default: more than can be sold")
    private Optional<Long> stock;

    @Option(
            names = "--lines",
            paramLabel = "N",
            defaultValue = "1",
            description = "Lines of each order, one piece each. Default: ${DEFAULT-VALUE}")
    private int lines;

    @Option(
            names = "--window",
            paramLabel = "N",
            defaultValue = "4096",
            description =
                    "Submissions outstanding at once, submitted asynchronously by one thread. Default: ${DEFAULT-VALUE}")
    private int window;

    @Option(
            names = "--submitters",
            paramLabel = "N",
            defaultValue = "0",
            description = "Threads that submit and wait for each answer, instead of --window.")
    private int submitters;

    @Option(
            names = "--workers",
            paramLabel = "N",
            defaultValue = "1",
            description = "Threads that decide. Default: ${DEFAULT-VALUE}")
    private int workers;

    @Option(
            names = "--max-batch",
            paramLabel = "N",
            defaultValue = "500",
            description = "Most orders decided in one transaction. Default: ${DEFAULT-VALUE}")
    private int maxBatch;

    @Option(
            names = "--keys",
            paramLabel = "SHARE",
            arity = "0..1",
            defaultValue = "0",
            fallbackValue = "1",
            description =
                    "Share of the orders with an idempotency key, 0 to 1; all of them when no share is given. Default: none")
    private double keys;

    @Option(
            names = "--resubmit-for",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description = {
                "How long an order is submitted again when the answer is overloaded, unavailable or unknown, after the pause that"
                        + " the answer asks for; 0: never. Default: ${DEFAULT-VALUE}"
            })
    private int resubmitFor;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Start of the random choice of buyers and products. Default: ${DEFAULT-VALUE}")
    private long seed;

    @Option(names = "--progress", description = "Show a progress bar even when this is not a terminal.")
    private boolean progress;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description =
                    "Write the result as one JSON object to this file; - is standard output, the table then goes to the error stream.")
    private Optional<String> json;

    @Mixin
    private StandardOptions standard;

    @Override
    public Integer call() throws Exception {
        LoadPlan plan = plan();
        String run = "load-" + Long.toString(new SecureRandom().nextLong() >>> 1, 36);
        Progress.Bars bars = progress || System.console() != null ? Progress.Bars.on(System.err) : Progress.Bars.none();
        LoadReport report;
        try (Shop shop = shopOptions.open(plan.workers() + LoadRun.EXTRA_CONNECTIONS);
                ShopQueue queue = queueOptions.openOwn("loadtest", shop)) {
            report = new LoadRun(plan, shop, queue, run, bars).run();
        }
        Output output = new Output(spec.commandLine(), json);
        report.print(output.people());
        output.json(report.toMap());
        return report.ok() ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private LoadPlan plan() {
        try {
            return new LoadPlan(
                    orders,
                    warmup.orElse(orders / 10),
                    products,
                    buyers,
                    hot,
                    stock.map(OptionalLong::of).orElseGet(OptionalLong::empty),
                    lines,
                    window,
                    submitters,
                    workers,
                    maxBatch,
                    keys,
                    resubmitFor,
                    seed);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--" + e.getMessage());
        }
    }
}
