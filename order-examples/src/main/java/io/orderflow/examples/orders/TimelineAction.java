package io.orderflow.examples.orders;

import io.orderflow.OrderTimeline;
import io.orderflow.examples.common.JsonFlag;
import io.orderflow.examples.common.JsonOutput;
import io.orderflow.examples.common.OrderText;
import io.orderflow.examples.common.ProgramException;
import io.orderflow.examples.common.RecordsJson;
import io.orderflow.examples.common.ShopReads;
import io.orderflow.examples.common.StandardOptions;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The program {@code orders timeline}. */
@Command(
        name = "timeline",
        description = {
            "Tells an order's life with its times.",
            "When it was sent to the queue and when a worker received it is stored nowhere.",
            ""
        },
        footer = {
            "",
            "The options of the queue are taken and change nothing: orders are in the database. One that the queue"
                    + " alone has accepted is not there before its decision.",
            "Exit code 0: it is told; 1: it is not there, or could not be read; 2: wrong options."
        })
public final class TimelineAction implements Callable<Integer> {
    @Mixin
    private StandardOptions standard;

    @Parameters(paramLabel = "ID", description = "The order's id.")
    private UUID id;

    @Mixin
    private ShopReads shop;

    @Mixin
    private JsonFlag json;

    @Spec
    private CommandSpec spec;

    /** Made by the command line. */
    public TimelineAction() {}

    @Override
    public Integer call() {
        OrderTimeline timeline = shop.look(orders -> orders.records().timeline(id))
                .orElseThrow(() -> new ProgramException("there is no order " + id));
        PrintWriter out = spec.commandLine().getOut();
        if (json.isGiven()) {
            out.println(JsonOutput.of(RecordsJson.timeline(timeline, Instant.now())));
        } else {
            OrderText.print(timeline, out);
        }
        out.flush();
        return ExitCode.OK;
    }
}
