package io.orderflow.examples.top;

import io.orderflow.OrderProcessor;
import io.orderflow.PulseWindow;
import io.orderflow.StoreUnavailableException;
import io.orderflow.examples.common.Interruption;
import io.orderflow.examples.common.ProgramException;
import io.orderflow.examples.common.RecordsOptions;
import io.orderflow.examples.common.Shop;
import io.orderflow.examples.common.StandardOptions;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program {@code top}: how a shop does, again and again. */
@Command(
        name = "top",
        description = {
            "Shows how a shop does, again each second.",
            "In a terminal in one place, else one block after the other. What is accepted is about right: it is what"
                    + " was decided and what waits more. What the queue alone has accepted is not seen.",
            ""
        },
        footer = {
            "",
            "The options of the queue are taken and change nothing: all is read from the database.",
            "q and Enter end it in a terminal, and Ctrl-C everywhere. While the database does not answer it says so,"
                    + " and asks again.",
            "Exit code 0: it showed what it was to; 1: it could not begin; 2: wrong options; 130 and 143: ended by"
                    + " Ctrl-C or SIGTERM."
        })
public final class TopProgram implements Callable<Integer> {
    /** One for the program, and one for the check of the server. */
    private static final int CONNECTIONS = 2;

    /** Well within the minute after which a window of pulses begins anew. */
    private static final int LONGEST = 30;

    private static final long LOOK_NANOS = 50_000_000;

    @Mixin
    private StandardOptions standard;

    @Option(
            names = "--interval",
            paramLabel = "SECONDS",
            defaultValue = "1",
            description = "How long between two looks, 1 to " + LONGEST + ". Default: ${DEFAULT-VALUE}")
    private int interval;

    @Option(names = "--times", paramLabel = "N", description = "End after so many looks, 1 or more. Default: go on.")
    private Optional<Integer> times;

    @Mixin
    private RecordsOptions records;

    @Spec
    private CommandSpec spec;

    /** Made by the command line. */
    public TopProgram() {}

    @Override
    public Integer call() {
        if (interval < 1 || interval > LONGEST) {
            throw wrong("--interval must be between 1 and " + LONGEST + ": " + interval);
        }
        if (times.isPresent() && times.get() < 1) {
            throw wrong("--times must be >= 1: " + times.get());
        }
        try (Shop shop = records.open(CONNECTIONS)) {
            shop.schema().checkForReading();
            Interruption interruption = new Interruption();
            Interruption.Registration signals =
                    interruption.onSignals(spec.commandLine().getErr());
            try (OrderProcessor orders = OrderProcessor.builder(shop.dataSource())
                    .tablePrefix(shop.tablePrefix())
                    .build()) {
                show(shop.toString(), orders, interruption);
            } finally {
                signals.close();
            }
            return interruption.isRequested() ? interruption.exitCode() : ExitCode.OK;
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private void show(String shop, OrderProcessor orders, Interruption interruption) {
        boolean terminal = System.console() != null;
        TopScreen screen = new TopScreen(spec.commandLine().getOut(), terminal);
        PulseWindow window = new PulseWindow();
        int last = times.orElse(0);
        for (int look = 1; !interruption.isRequested(); look++) {
            try {
                window.add(orders.records().pulse(window.position()));
                screen.show(shop, window, orders.feeds().list());
            } catch (StoreUnavailableException e) {
                screen.away(shop, e.getMessage());
            }
            if (look == last || isLeft(terminal, interruption)) {
                return;
            }
        }
    }

    /** Waits for the next look; whether the person does not want it. */
    private boolean isLeft(boolean terminal, Interruption interruption) {
        long end = System.nanoTime() + interval * 1_000_000_000L;
        while (System.nanoTime() < end && !interruption.isRequested()) {
            if (terminal && isQuitTyped()) {
                return true;
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
        return false;
    }

    private static boolean isQuitTyped() {
        try {
            while (System.in.available() > 0) {
                if (System.in.read() == 'q') {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            throw new ProgramException("the terminal cannot be read: " + e, e);
        }
    }
}
