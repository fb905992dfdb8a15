package io.orderflow.examples.orders;

import io.orderflow.InvalidOrderException;
import io.orderflow.Order;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.PageRequest;
import io.orderflow.examples.common.JsonFlag;
import io.orderflow.examples.common.JsonOutput;
import io.orderflow.examples.common.LimitOption;
import io.orderflow.examples.common.OrderText;
import io.orderflow.examples.common.RecordsJson;
import io.orderflow.examples.common.ShopReads;
import io.orderflow.examples.common.StandardOptions;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program {@code orders find}. */
@Command(
        name = "find",
        description = {
            "Finds orders by a buyer and a key, or by the beginning of an id.",
            "By the end of an id, by host data or by the reference of a change nothing can be found: no index has"
                    + " them.",
            ""
        },
        footer = {
            "",
            "The options of the queue are taken and change nothing: orders are in the database. One that the queue"
                    + " alone has accepted is not there before its decision.",
            "Exit code 0: at least one was found; 1: none was, or it could not be read; 2: wrong options."
        })
public final class FindOrdersAction implements Callable<Integer> {
    private static final int ALL_DIGITS = 32;

    @Mixin
    private StandardOptions standard;

    @Option(names = "--buyer", paramLabel = "N", description = "The buyer; alone: his newest orders.")
    private Optional<Long> buyer;

    @Option(names = "--key", paramLabel = "KEY", description = "The idempotency key of the order; needs --buyer.")
    private Optional<String> key;

    @Option(
            names = "--id",
            paramLabel = "DIGITS",
            description = "The first 4 digits of the id, or more. Orders that have no row yet are found by all 32.")
    private Optional<String> id;

    @Mixin
    private LimitOption limit;

    @Mixin
    private ShopReads shop;

    @Mixin
    private JsonFlag json;

    @Spec
    private CommandSpec spec;

    /** Made by the command line. */
    public FindOrdersAction() {}

    @Override
    public Integer call() {
        check();
        int most = limit.checked(spec);
        List<Order> found = shop.look(orders -> found(orders, most));
        PrintWriter out = spec.commandLine().getOut();
        if (json.isGiven()) {
            out.println(JsonOutput.of(RecordsJson.orders(found, Optional.empty())));
        } else {
            OrderText.table(found, out);
        }
        out.flush();
        return found.isEmpty() ? ExitCode.SOFTWARE : ExitCode.OK;
    }

    private void check() {
        if (buyer.isPresent() == id.isPresent()) {
            throw wrong("give --buyer, with --key or without, or --id");
        }
        if (key.isPresent() && buyer.isEmpty()) {
            throw wrong("--key needs --buyer: the same key of another buyer is another order");
        }
        if (buyer.isPresent() && buyer.get() < 0) {
            throw wrong("--buyer must be >= 0: " + buyer.get());
        }
        key.ifPresent(this::checkKey);
    }

    /** The library calls it by another name. */
    private void checkKey(String text) {
        try {
            idOf(buyer.get(), text);
        } catch (InvalidOrderException e) {
            throw wrong("--key " + e.rule() + ": " + e.value());
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private List<Order> found(OrderProcessor orders, int most) {
        if (id.isPresent()) {
            Optional<Order> whole = whole(id.get()).flatMap(orders::find);
            return whole.map(List::of).orElseGet(() -> orders.records().withIdPrefix(id.get(), most));
        }
        return key.isPresent()
                ? orders.find(idOf(buyer.get(), key.get())).map(List::of).orElse(List.of())
                : orders.ordersOf(buyer.get(), PageRequest.first(most)).entries();
    }

    private static Optional<UUID> whole(String text) {
        String digits = text.replace("-", "");
        if (digits.length() != ALL_DIGITS || !digits.matches("[0-9a-fA-F]+")) {
            return Optional.empty();
        }
        return Optional.of(new UUID(
                Long.parseUnsignedLong(digits.substring(0, ALL_DIGITS / 2), 16),
                Long.parseUnsignedLong(digits.substring(ALL_DIGITS / 2), 16)));
    }

    /** The id is made of buyer and key alone, whatever the order has in it. */
    private static UUID idOf(long buyer, String key) {
        return OrderRequest.of(buyer).line(1, 1).idempotencyKey(key).build().id();
    }
}
