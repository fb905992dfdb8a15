package io.orderflow.examples.doctor;

import io.orderflow.ExamineConfig;
import io.orderflow.Finding;
import io.orderflow.OrderProcessor;
import io.orderflow.WorkerConfig;
import io.orderflow.examples.common.JsonFlag;
import io.orderflow.examples.common.JsonOrderOption;
import io.orderflow.examples.common.JsonOutput;
import io.orderflow.examples.common.QueueOptions;
import io.orderflow.examples.common.Shop;
import io.orderflow.examples.common.ShopOptions;
import io.orderflow.examples.common.ShopQueue;
import io.orderflow.examples.common.StandardOptions;
import io.orderflow.queue.Severity;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program {@code doctor}: what should be changed before production. */
@Command(
        name = "doctor",
        description = {
            "Says what should be changed before production.",
            "Looks at database, queue, pool and options and changes nothing. Each finding says what is at stake and"
                    + " which setting to change.",
            ""
        },
        footer = {
            "",
            "Works while other programs use the shop. What is away, or may not be seen, is a finding too.",
            "Exit code 0: nothing was found, or only notes; 3: warnings; 1: an error, or it could not begin; 2: wrong"
                    + " options."
        })
public final class DoctorProgram implements Callable<Integer> {
    /** Exit code for findings that lose no order. */
    static final int WARNINGS = 3;

    /** Beside the workers: what a worker's process needs. */
    private static final int CONNECTIONS = 4;

    private static final int MOST_WORKERS = 64;
    private static final int LONGEST_LEASE = 900;
    private static final int LONGEST_LOOK = 60;

    @Mixin
    private StandardOptions standard;

    @Mixin
    private ShopOptions shopOptions;

    @Mixin
    private QueueOptions queueOptions;

    @Mixin
    private JsonOrderOption jsonOption;

    @Option(
            names = "--management",
            paramLabel = "URL",
            description = "RabbitMQ: where its management plugin answers, http://HOST:15672 for example, with the"
                    + " queue's user and password. Policies and members are seen there alone. Default: none")
    private Optional<URI> management;

    @Option(
            names = "--workers",
            paramLabel = "N",
            defaultValue = "1",
            description = "How many worker threads are to run in one process. Default: ${DEFAULT-VALUE}")
    private int workers;

    @Option(
            names = "--lease",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description = "The lease that they are to have. Default: ${DEFAULT-VALUE}")
    private int lease;

    @Option(
            names = "--look-timeout",
            paramLabel = "SECONDS",
            defaultValue = "5",
            description = "Longest time of one look at a server, of which there are about a dozen. Default:"
                    + " ${DEFAULT-VALUE}")
    private int lookTimeout;

    @Mixin
    private JsonFlag json;

    @Spec
    private CommandSpec spec;

    /** Made by the command line. */
    public DoctorProgram() {}

    /**
     * Everything that was found, as JSON.
     *
     * @param worst the worst severity; empty if nothing was found
     */
    record Result(Optional<Severity> worst, List<Finding> findings) {
        static Result of(List<Finding> findings) {
            return new Result(findings.stream().map(Finding::severity).findFirst(), findings);
        }
    }

    @Override
    public Integer call() {
        between("--workers", workers, 1, MOST_WORKERS);
        between("--lease", lease, 2, LONGEST_LEASE);
        between("--look-timeout", lookTimeout, 1, LONGEST_LOOK);
        try (ShopQueue queue = jsonOption.applyTo(queueOptions.openManaged(management));
                Shop shop = shopOptions.openToExamine(workers + CONNECTIONS)) {
            Result result = Result.of(examine(shop, queue));
            print(shop, queue, result);
            return exitCode(result);
        }
    }

    private void between(String option, int value, int smallest, int largest) {
        if (value < smallest || value > largest) {
            throw new ParameterException(
                    spec.commandLine(), option + " must be between " + smallest + " and " + largest + ": " + value);
        }
    }

    private List<Finding> examine(Shop shop, ShopQueue queue) {
        WorkerConfig planned = WorkerConfig.builder()
                .threads(workers)
                .lease(Duration.ofSeconds(lease))
                .build();
        ExamineConfig config = ExamineConfig.builder()
                .workers(planned)
                .lookTimeout(Duration.ofSeconds(lookTimeout))
                .build();
        try (OrderProcessor orders = queue.configure(OrderProcessor.builder(shop.dataSource()))
                .tablePrefix(shop.tablePrefix())
                .build()) {
            // while serve has the file of an embedded database, this program comes in by a door that serve made for it
            return orders.examine(config).stream()
                    .filter(finding -> !(shop.isEmbedded() && finding.id().equals("h2-shared")))
                    .toList();
        }
    }

    private void print(Shop shop, ShopQueue queue, Result result) {
        PrintWriter out = spec.commandLine().getOut();
        if (json.isGiven()) {
            out.println(JsonOutput.of(result));
        } else {
            out.println("shop: " + shop);
            out.println("queue: " + queue);
            result.findings().forEach(finding -> print(finding, out));
            out.println(summary(result.findings()));
        }
        out.flush();
    }

    private static void print(Finding finding, PrintWriter out) {
        out.println("  " + finding.severity() + "  " + finding.id());
        out.println("    found: " + finding.found());
        out.println("    at stake: " + finding.stake());
        out.println("    change: " + finding.setting());
    }

    private static String summary(List<Finding> findings) {
        if (findings.isEmpty()) {
            return "  nothing found";
        }
        return "  " + count(findings, Severity.ERROR, "error") + ", " + count(findings, Severity.WARNING, "warning")
                + ", " + count(findings, Severity.NOTE, "note");
    }

    private static String count(List<Finding> findings, Severity severity, String word) {
        long count = findings.stream()
                .filter(finding -> finding.severity() == severity)
                .count();
        return count + " " + word + (count == 1 ? "" : "s");
    }

    private static int exitCode(Result result) {
        return switch (result.worst().orElse(Severity.NOTE)) {
            case NOTE -> ExitCode.OK;
            case WARNING -> WARNINGS;
            case ERROR -> ExitCode.SOFTWARE;
        };
    }
}
