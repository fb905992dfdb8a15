package io.orderflow.examples.orders;

import io.orderflow.Order;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderStatus;
import io.orderflow.Page;
import io.orderflow.PageRequest;
import io.orderflow.examples.common.JsonFlag;
import io.orderflow.examples.common.JsonOutput;
import io.orderflow.examples.common.OrderText;
import io.orderflow.examples.common.Paging;
import io.orderflow.examples.common.RecordsJson;
import io.orderflow.examples.common.ShopReads;
import io.orderflow.examples.common.StandardOptions;
import java.io.PrintWriter;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program {@code orders list}. */
@Command(
        name = "list",
        description = {
            "Lists decided orders, latest decision first; with --buyer all of that buyer's, newest first.",
            "With --status each page looks at 10,000 orders at most: no index is by status.",
            ""
        },
        footer = {
            "",
            "The options of the queue are taken and change nothing: orders are in the database. One that the queue"
                    + " alone has accepted is not there before its decision.",
            "Exit code 0: they were listed, also when there are none; 1: they could not be; 2: wrong options."
        })
public final class ListOrdersAction implements Callable<Integer> {
    @Mixin
    private StandardOptions standard;

    @Option(names = "--buyer", paramLabel = "N", description = "Only orders of this buyer, decided or not.")
    private Optional<Long> buyer;

    @Option(
            names = "--status",
            paramLabel = "STATUS",
            description = "Only decided orders with this status. May be given several times. Orders without a verdict:"
                    + " see pending.")
    private Set<OrderStatus> statuses = EnumSet.noneOf(OrderStatus.class);

    @Mixin
    private Paging paging;

    @Mixin
    private ShopReads shop;

    @Mixin
    private JsonFlag json;

    @Spec
    private CommandSpec spec;

    /** Made by the command line. */
    public ListOrdersAction() {}

    @Override
    public Integer call() {
        if (buyer.isPresent() && !statuses.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "--status must not be given with --buyer");
        }
        if (buyer.isPresent() && buyer.get() < 0) {
            throw new ParameterException(spec.commandLine(), "--buyer must be >= 0: " + buyer.get());
        }
        PageRequest wanted = paging.page();
        Page<Order> page = shop.look(orders -> page(orders, wanted));
        PrintWriter out = spec.commandLine().getOut();
        if (json.isGiven()) {
            out.println(JsonOutput.of(RecordsJson.orders(page.entries(), page.next())));
        } else {
            OrderText.table(page.entries(), out);
            page.next().ifPresent(next -> out.println("  more: --after " + next));
        }
        out.flush();
        return ExitCode.OK;
    }

    private Page<Order> page(OrderProcessor orders, PageRequest wanted) {
        return buyer.isPresent()
                ? orders.ordersOf(buyer.get(), wanted)
                : orders.records().latest(statuses, wanted);
    }
}
