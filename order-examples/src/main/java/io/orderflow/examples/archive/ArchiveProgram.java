package io.orderflow.examples.archive;

import io.orderflow.ArchiveConfig;
import io.orderflow.OrderProcessor;
import io.orderflow.examples.common.Interruption;
import io.orderflow.examples.common.JsonFlag;
import io.orderflow.examples.common.JsonOutput;
import io.orderflow.examples.common.Progress;
import io.orderflow.examples.common.RecordsOptions;
import io.orderflow.examples.common.Shop;
import io.orderflow.examples.common.StandardOptions;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program {@code archive}: writes old orders to a file first, and deletes them then. */
@Command(
        name = "archive",
        description = {
            "Writes old orders to a file, then takes them out.",
            "Each piece is on the disk before it is deleted. Whatever ended it, run it again: it goes on with what is"
                    + " left.",
            ""
        },
        footer = {
            "",
            "The options of the queue are taken and change nothing: orders are in the database.",
            "Works while other programs use the shop. Ctrl-C and SIGTERM end it after the piece in work.",
            "Exit code 0: all that is old enough is archived, but for orders that must stay; 1: a feed has not read"
                    + " all of it yet, or something failed; 2: wrong options; 130 and 143: ended by Ctrl-C or"
                    + " SIGTERM."
        })
public final class ArchiveProgram implements Callable<Integer> {
    /** One to read, one to delete, and one for the check of the server. */
    private static final int CONNECTIONS = 3;

    @Mixin
    private ArchiveOptions what;

    @Option(
            names = "--to",
            paramLabel = "FILE|FOLDER",
            description = "Where the orders go, as JSON lines: a file, which is packed if its name ends with .gz, and"
                    + " which is added to if it is there; or a folder that is there, in which each run makes a packed"
                    + " file of its own.")
    private Optional<Path> to;

    @Option(names = "--dry-run", description = "Say what would be archived, and change nothing.")
    private boolean dryRun;

    @Option(
            names = "--progress",
            description = "Show a progress bar even when this is not a terminal: how many of about how many, the time"
                    + " that is left, and orders in a second.")
    private boolean progress;

    @Mixin
    private StandardOptions standard;

    @Mixin
    private RecordsOptions records;

    @Mixin
    private JsonFlag json;

    @Spec
    private CommandSpec spec;

    /** Made by the command line. */
    public ArchiveProgram() {}

    @Override
    public Integer call() {
        ArchiveConfig config = what.config();
        if (to.isEmpty() && !dryRun) {
            throw new ParameterException(spec.commandLine(), "--to is needed, or --dry-run");
        }
        Optional<ArchiveTarget> target = to.map(ArchiveTarget::at);
        try (Shop shop = records.open(CONNECTIONS)) {
            Interruption interruption = new Interruption();
            Interruption.Registration signals =
                    interruption.onSignals(spec.commandLine().getErr());
            try {
                ArchiveResult result = archive(shop, config, target, interruption);
                show(shop, result);
                return exitCode(result, interruption);
            } finally {
                signals.close();
            }
        }
    }

    private ArchiveResult archive(
            Shop shop, ArchiveConfig config, Optional<ArchiveTarget> target, Interruption interruption) {
        ArchiveWork work = new ArchiveWork(
                config,
                interruption,
                Progress.isWanted(progress),
                spec.commandLine().getErr());
        try (OrderProcessor orders = OrderProcessor.builder(shop.dataSource())
                .tablePrefix(shop.tablePrefix())
                .build()) {
            if (dryRun) {
                shop.schema().checkForReading();
                return work.count(orders.archive());
            }
            shop.schema().checkForArchiving();
            try (ArchiveTarget file = target.orElseThrow().opened()) {
                return work.archive(orders.archive(), file);
            }
        }
    }

    private void show(Shop shop, ArchiveResult result) {
        PrintWriter out = spec.commandLine().getOut();
        if (json.isGiven()) {
            out.println(JsonOutput.of(result));
        } else {
            out.println("shop: " + shop);
            result.print(out);
        }
        out.flush();
    }

    private static int exitCode(ArchiveResult result, Interruption interruption) {
        if (!result.complete() && interruption.isRequested()) {
            return interruption.exitCode();
        }
        return result.ok() ? ExitCode.OK : ExitCode.SOFTWARE;
    }
}
