package io.orderflow.examples.deciding;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.orderflow.Deciding;
import io.orderflow.OrderProcessor;
import io.orderflow.examples.common.JsonFlag;
import io.orderflow.examples.common.JsonOutput;
import io.orderflow.examples.common.RecordsOptions;
import io.orderflow.examples.common.RefusedOption;
import io.orderflow.examples.common.Shop;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.function.BiFunction;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Which shop is paused or resumed, by whom, and how that is told. A mixin of both programs. */
public final class DecidingOptions {
    /** One for the change, and one for the check of the server. */
    private static final int CONNECTIONS = 2;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec program;

    @Mixin
    private RecordsOptions records;

    @Option(
            names = "--by",
            paramLabel = "NAME",
            description = "Who asks for it, for the log and for those who wonder. Default: this machine's user.")
    private Optional<String> by;

    @Mixin
    private JsonFlag json;

    /** Made by the command line. */
    public DecidingOptions() {}

    /** Does it, with the name of the person who asks. */
    <T> T change(BiFunction<Deciding, String, T> change) {
        String name = by.orElseGet(() -> System.getProperty("user.name", "somebody"));
        try (Shop shop = records.open(CONNECTIONS)) {
            shop.schema().check();
            try (OrderProcessor orders = OrderProcessor.builder(shop.dataSource())
                    .tablePrefix(shop.tablePrefix())
                    .build()) {
                return RefusedOption.named(program, () -> change.apply(orders.deciding(), name));
            }
        }
    }

    /** Prints the result in the one way or the other. */
    void print(ObjectNode result, String text) {
        PrintWriter out = program.commandLine().getOut();
        out.println(json.isGiven() ? JsonOutput.of(result) : text);
        out.flush();
    }
}
