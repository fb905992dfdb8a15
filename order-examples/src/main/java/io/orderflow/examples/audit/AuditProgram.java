package io.orderflow.examples.audit;

import io.orderflow.AuditReport;
import io.orderflow.OrderProcessor;
import io.orderflow.examples.common.AuditSummary;
import io.orderflow.examples.common.JsonFlag;
import io.orderflow.examples.common.JsonOutput;
import io.orderflow.examples.common.RecordsOptions;
import io.orderflow.examples.common.Shop;
import io.orderflow.examples.common.StandardOptions;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The program {@code audit}: exit code 1 when a single piece or cent cannot be explained. */
@Command(
        name = "audit",
        description = {
            "Recomputes everything and lists each difference.",
            "Every wallet and every product is recomputed from the records, in one snapshot.",
            ""
        },
        footer = {
            "",
            "The options of the queue are taken and change nothing: the records are in the database.",
            "Works while other programs use the shop.",
            "Exit code 0: everything agrees; 1: something differs, or it could not be audited; 2: wrong options."
        })
public final class AuditProgram implements Callable<Integer> {
    /** A worker's three connections more; the audit has no worker. */
    private static final int CONNECTIONS = 3;

    @Mixin
    private StandardOptions standard;

    @Mixin
    private RecordsOptions records;

    @Mixin
    private JsonFlag json;

    @Spec
    private CommandSpec spec;

    /** Made by the command line. */
    public AuditProgram() {}

    @Override
    public Integer call() {
        try (Shop shop = records.open(CONNECTIONS)) {
            shop.schema().checkForReading();
            AuditReport report = audit(shop);
            PrintWriter out = spec.commandLine().getOut();
            if (json.isGiven()) {
                out.println(JsonOutput.of(AuditSummary.of(report)));
            } else {
                out.println("shop: " + shop);
                AuditSummary.of(report).print(out);
            }
            out.flush();
            return report.ok() ? ExitCode.OK : ExitCode.SOFTWARE;
        }
    }

    private static AuditReport audit(Shop shop) {
        try (OrderProcessor orders = OrderProcessor.builder(shop.dataSource())
                .tablePrefix(shop.tablePrefix())
                .build()) {
            return orders.audit();
        }
    }
}
