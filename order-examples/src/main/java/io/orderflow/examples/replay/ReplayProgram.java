package io.orderflow.examples.replay;

import io.orderflow.OrderProcessor;
import io.orderflow.ReplayReport;
import io.orderflow.examples.common.JsonFlag;
import io.orderflow.examples.common.JsonOutput;
import io.orderflow.examples.common.ProgramException;
import io.orderflow.examples.common.Rounded;
import io.orderflow.examples.common.ShopReads;
import io.orderflow.examples.common.StandardOptions;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The program {@code replay}: exit code 1 when a single verdict comes out otherwise. */
@Command(
        name = "replay",
        description = {
            "Replays every verdict and lists each difference.",
            "All adjustments, verdicts and changes go in the order of their numbers through a model of the shop that is"
                    + " as simple as it can be, in one snapshot. A shop with archived orders cannot be replayed.",
            ""
        },
        footer = {
            "",
            "The options of the queue are taken and change nothing: the records are in the database.",
            "Works while other programs use the shop. The database sorts all records for it.",
            "Exit code 0: everything comes out the same; 1: something does not, or it could not be replayed; 2: wrong"
                    + " options."
        })
public final class ReplayProgram implements Callable<Integer> {
    @Mixin
    private StandardOptions standard;

    @Mixin
    private ShopReads shop;

    @Mixin
    private JsonFlag json;

    @Spec
    private CommandSpec spec;

    /** Made by the command line. */
    public ReplayProgram() {}

    /** A report as JSON. */
    private record Result(boolean ok, long replayed, long differences, List<String> examples, long milliseconds) {}

    @Override
    public Integer call() {
        ReplayReport report = shop.look(ReplayProgram::replay);
        PrintWriter out = spec.commandLine().getOut();
        if (json.isGiven()) {
            out.println(JsonOutput.of(new Result(
                    report.ok(),
                    report.replayed(),
                    report.differences(),
                    report.examples(),
                    report.took().toMillis())));
        } else {
            print(report, out);
        }
        out.flush();
        return report.ok() ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private static ReplayReport replay(OrderProcessor orders) {
        try {
            return orders.replay();
        } catch (IllegalStateException e) {
            throw new ProgramException(e.getMessage(), e);
        }
    }

    private static void print(ReplayReport report, PrintWriter out) {
        out.println("  " + Rounded.count(report.replayed()) + " adjustments, verdicts and changes replayed in "
                + Rounded.count(report.took().toMillis()) + " ms");
        report.examples().forEach(example -> out.println("  differs: " + example));
        long unnamed = report.differences() - report.examples().size();
        if (unnamed > 0) {
            out.println("  and " + Rounded.count(unnamed) + " more");
        }
        out.println(report.ok() ? "  everything comes out the same" : "  " + report.differences() + " differences");
    }
}
