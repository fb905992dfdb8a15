package io.orderflow.examples.deadletters;

import io.orderflow.DeadLetterOffice;
import io.orderflow.OrderProcessor;
import io.orderflow.examples.common.RecordsOptions;
import io.orderflow.examples.common.RefusedOption;
import io.orderflow.examples.common.Shop;
import java.util.function.Function;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Where the dead letters are. A mixin of every action. */
public final class LetterShopOptions {
    /** One for the action, and one for the check of the server. */
    private static final int CONNECTIONS = 2;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec program;

    @Mixin
    private RecordsOptions records;

    /** Made by the command line. */
    public LetterShopOptions() {}

    /** Looks at dead letters; the user may lack the right to write. */
    <T> T look(Function<DeadLetterOffice, T> action) {
        return withOffice(false, action);
    }

    /** Changes something. */
    <T> T change(Function<DeadLetterOffice, T> action) {
        return withOffice(true, action);
    }

    private <T> T withOffice(boolean writes, Function<DeadLetterOffice, T> action) {
        try (Shop shop = records.open(CONNECTIONS)) {
            if (writes) {
                shop.schema().check();
            } else {
                shop.schema().checkForReading();
            }
            try (OrderProcessor orders = OrderProcessor.builder(shop.dataSource())
                    .tablePrefix(shop.tablePrefix())
                    .build()) {
                return RefusedOption.named(program, () -> action.apply(orders.deadLetters()));
            }
        }
    }
}
