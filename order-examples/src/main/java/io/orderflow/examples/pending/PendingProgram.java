package io.orderflow.examples.pending;

import io.orderflow.PageRequest;
import io.orderflow.WaitingOrder;
import io.orderflow.examples.common.Ages;
import io.orderflow.examples.common.JsonFlag;
import io.orderflow.examples.common.JsonOutput;
import io.orderflow.examples.common.LimitOption;
import io.orderflow.examples.common.OrderText;
import io.orderflow.examples.common.RecordsJson;
import io.orderflow.examples.common.ShopReads;
import io.orderflow.examples.common.StandardOptions;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program {@code pending}: exit code 1 when an order has waited too long. */
@Command(
        name = "pending",
        description = {
            "Lists orders that wait for a verdict, longest wait first.",
            "Also those that are parked. Why one waits is said as far as the database knows it: not whether somebody"
                    + " holds its row, nor whether a message on the queue carries it.",
            ""
        },
        footer = {
            "",
            "The options of the queue are taken and change nothing: orders are in the database. One that the queue"
                    + " alone has accepted is not there before its decision.",
            "Works while other programs use the shop, and changes nothing.",
            "Exit code 0: none waits so long; 1: at least one does, or it could not be read; 2: wrong options."
        })
public final class PendingProgram implements Callable<Integer> {
    private static final String OLDER_THAN = "--older-than";
    private static final Duration LONGEST = Duration.ofDays(36_525);

    @Mixin
    private StandardOptions standard;

    @Option(
            names = OLDER_THAN,
            paramLabel = "AGE",
            defaultValue = "0s",
            description = "Only those that have waited longer, by the database's clock: 90s, 30m, 2h or 7d. What was"
                    + " brought back waits from then on. Default: ${DEFAULT-VALUE}")
    private String olderThan;

    @Mixin
    private LimitOption limit;

    @Mixin
    private ShopReads shop;

    @Mixin
    private JsonFlag json;

    @Spec
    private CommandSpec spec;

    /** Made by the command line. */
    public PendingProgram() {}

    @Override
    public Integer call() {
        Duration age = Ages.of(spec, OLDER_THAN, olderThan);
        if (age.compareTo(LONGEST) > 0) {
            throw wrong(OLDER_THAN + " must be at most " + LONGEST.toDays() + "d: " + olderThan);
        }
        int most = limit.checked(spec);
        List<WaitingOrder> waiting = shop.look(orders -> orders.records().waiting(age, most));
        PrintWriter out = spec.commandLine().getOut();
        if (json.isGiven()) {
            out.println(JsonOutput.of(RecordsJson.waiting(waiting)));
        } else {
            print(waiting, age, most, out);
        }
        out.flush();
        return waiting.isEmpty() ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private void print(List<WaitingOrder> waiting, Duration age, int most, PrintWriter out) {
        waiting.forEach(one -> out.println(
                "  " + one.order().id() + "  buyer " + one.order().buyer() + "  " + OrderText.waiting(one)));
        if (waiting.isEmpty()) {
            out.println("  no order waits" + (age.isZero() ? "" : " that long"));
        } else if (waiting.size() == most) {
            out.println("  there may be more: --limit shows up to " + PageRequest.LARGEST);
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
