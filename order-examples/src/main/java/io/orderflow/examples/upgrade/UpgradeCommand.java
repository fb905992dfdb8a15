package io.orderflow.examples.upgrade;

import io.orderflow.OrderSchema;
import io.orderflow.SchemaException;
import io.orderflow.examples.common.RecordsOptions;
import io.orderflow.examples.common.Shop;
import io.orderflow.examples.common.StandardOptions;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The program {@code upgrade}: no other program alters the tables of an older release. */
@Command(
        name = "upgrade",
        description = {
            "Brings the tables of an older release to this one.",
            "There is no way back. Before it, stop the processes of the older release and make a backup.",
            ""
        },
        footer = {
            "",
            "The options of the queue are taken and change nothing: the tables are in the database.",
            "It takes as long as the tables are large. Whatever ended it, run it again: it goes on.",
            "Tables that are missing are made. It needs the rights to create and alter tables.",
            "Exit code 0: the tables are those of this release; 1: they are not; 2: wrong options."
        })
public final class UpgradeCommand implements Callable<Integer> {
    private static final int CONNECTIONS = 1;

    @Mixin
    private StandardOptions standard;

    @Mixin
    private RecordsOptions records;

    @Spec
    private CommandSpec spec;

    /** Made by the command line. */
    public UpgradeCommand() {}

    @Override
    public Integer call() {
        try (Shop shop = records.open(CONNECTIONS)) {
            PrintWriter out = spec.commandLine().getOut();
            out.println("shop: " + shop);
            out.println("  " + upgrade(shop.schema()));
            out.flush();
            return ExitCode.OK;
        }
    }

    private static String upgrade(OrderSchema schema) {
        long start = System.nanoTime();
        try {
            schema.checkForReading();
            return "the tables are those of this release; nothing to do";
        } catch (SchemaException older) {
            schema.createOrUpgrade();
            return String.format(
                    Locale.ROOT,
                    "the tables are those of this release now, after %.1f s",
                    (System.nanoTime() - start) / 1e9);
        }
    }
}
