package io.orderflow.examples.common;

import io.orderflow.OrderProcessor;
import java.util.function.Function;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where the shop is that a program looks at and does not change; its user may lack the right to write. A mixin. */
public final class ShopReads {
    /** One for the program, and one for the check of the server. */
    private static final int CONNECTIONS = 2;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec program;

    @Mixin
    private RecordsOptions records;

    /** Made by the command line. */
    public ShopReads() {}

    /**
     * Opens the shop, looks, and closes it.
     *
     * @throws ParameterException if an option cannot be used, or the look refuses a value with an
     *     {@link IllegalArgumentException}
     */
    public <T> T look(Function<OrderProcessor, T> look) {
        try (Shop shop = records.open(CONNECTIONS)) {
            shop.schema().checkForReading();
            try (OrderProcessor orders = OrderProcessor.builder(shop.dataSource())
                    .tablePrefix(shop.tablePrefix())
                    .build()) {
                return RefusedOption.named(program, () -> look.apply(orders));
            }
        }
    }
}
