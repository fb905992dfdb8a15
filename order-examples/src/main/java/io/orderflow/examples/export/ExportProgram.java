package io.orderflow.examples.export;

import io.orderflow.Order;
import io.orderflow.OrderRecords;
import io.orderflow.OrderStatus;
import io.orderflow.Page;
import io.orderflow.PageRequest;
import io.orderflow.examples.common.Interruption;
import io.orderflow.examples.common.JsonFlag;
import io.orderflow.examples.common.JsonOutput;
import io.orderflow.examples.common.Progress;
import io.orderflow.examples.common.Rounded;
import io.orderflow.examples.common.ShopReads;
import io.orderflow.examples.common.StandardOptions;
import io.orderflow.examples.common.Times;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program {@code export}: decided orders, in the order of their decisions, one a line. */
@Command(
        name = "export",
        description = {
            "Writes decided orders to a CSV file or as JSON lines.",
            "Each as it is when it is read, in the order of the decisions. Orders that wait for a verdict and archived"
                    + " ones are left out.",
            ""
        },
        footer = {
            "",
            "The options of the queue are taken and change nothing: orders are in the database.",
            "Works while other programs use the shop, and changes nothing there. The file gets its name when it is"
                    + " whole.",
            "Exit code 0: all are in the file; 1: something failed; 2: wrong options; 130 and 143: ended by Ctrl-C or"
                    + " SIGTERM, without a file."
        })
public final class ExportProgram implements Callable<Integer> {
    /** The same that a list of decided orders refuses. */
    private static final Set<OrderStatus> NEVER_EXPORTED =
            EnumSet.of(OrderStatus.PENDING, OrderStatus.PARKED, OrderStatus.ARCHIVED);

    @Mixin
    private StandardOptions standard;

    @Option(
            names = "--to",
            paramLabel = "FILE",
            required = true,
            description = "Needed: the file, which only its owner can read.")
    private Path to;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "CSV",
            description = "CSV, with the names of the columns in the first line, or JSONL. Default: ${DEFAULT-VALUE}")
    private ExportFormat format;

    @Option(names = "--force", description = "Replace the file if it is there.")
    private boolean force;

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description = "Only those that were decided from this time on, in UTC: 2026-01-31T12:00:00Z.")
    private Optional<String> from;

    @Option(names = "--until", paramLabel = "TIME", description = "Only those that were decided before this time.")
    private Optional<String> until;

    @Option(
            names = "--status",
            paramLabel = "STATUS",
            description = "Only those with this status now. May be given several times.")
    private Set<OrderStatus> statuses = EnumSet.noneOf(OrderStatus.class);

    @Option(
            names = "--progress",
            description = "Show a progress bar even when this is not a terminal: how many orders, and how many in a"
                    + " second.")
    private boolean progress;

    @Mixin
    private ShopReads shop;

    @Mixin
    private JsonFlag json;

    @Spec
    private CommandSpec spec;

    private final AtomicLong written = new AtomicLong();

    /** Made by the command line. */
    public ExportProgram() {}

    @Override
    public Integer call() {
        check();
        Instant first = from.map(text -> Times.of(spec, "--from", text)).orElse(Instant.MIN);
        Instant end = until.map(text -> Times.of(spec, "--until", text)).orElse(Instant.MAX);
        if (!end.isAfter(first)) {
            throw wrong("--until must be after --from: " + end);
        }
        Interruption interruption = new Interruption();
        Interruption.Registration signals =
                interruption.onSignals(spec.commandLine().getErr());
        long began = System.nanoTime();
        try (ExportFile file = ExportFile.begin(to, force)) {
            boolean whole = shop.look(orders -> export(orders.records(), first, end, file, interruption));
            if (whole) {
                file.complete();
            }
            show(new ExportResult(whole, written.get(), to.toString(), (System.nanoTime() - began) / 1_000_000));
            return whole ? ExitCode.OK : interruption.exitCode();
        } finally {
            signals.close();
        }
    }

    private void check() {
        for (OrderStatus status : NEVER_EXPORTED) {
            if (statuses.contains(status)) {
                throw wrong("--status must be one of a decided order that is there: " + status);
            }
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private boolean export(
            OrderRecords records, Instant first, Instant end, ExportFile file, Interruption interruption) {
        Progress.Bars bars = Progress.isWanted(progress) ? Progress.Bars.on(System.err) : Progress.Bars.none();
        Progress bar = bars.start("export", Progress.UNKNOWN, written::get);
        try {
            file.write(format.head());
            Optional<String> next = Optional.empty();
            do {
                Page<Order> page = records.decidedBetween(first, end, new PageRequest(PageRequest.LARGEST, next));
                page.entries().stream()
                        .filter(order -> statuses.isEmpty() || statuses.contains(order.status()))
                        .forEach(order -> {
                            file.write(format.line(order));
                            written.incrementAndGet();
                        });
                next = page.next();
            } while (next.isPresent() && !interruption.isRequested());
            return next.isEmpty();
        } finally {
            bar.close();
        }
    }

    private void show(ExportResult result) {
        PrintWriter out = spec.commandLine().getOut();
        if (json.isGiven()) {
            out.println(JsonOutput.of(result));
        } else if (result.ok()) {
            out.println("  " + Rounded.count(result.orders()) + " orders written to " + result.file() + " in "
                    + Rounded.count(result.milliseconds()) + " ms");
        } else {
            out.println("  stopped before the end: nothing is at " + result.file() + " that was not there before");
        }
        out.flush();
    }
}
