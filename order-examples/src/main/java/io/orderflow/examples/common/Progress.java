package io.orderflow.examples.common;

import java.io.PrintStream;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * A bar that shows how far one step of a program is, or nothing at all. Looks at a counter now and then, so that
 * counting costs nothing.
 */
public final class Progress {
    /** Instead of how much there is to do. */
    public static final int UNKNOWN = -1;

    private static final int WIDTH = 120;
    private static final long EVERY_MILLIS = 250;

    private final ProgressBar bar;
    private final Runnable look;
    private final ScheduledExecutorService timer;

    private Progress(ProgressBar bar, Runnable look, ScheduledExecutorService timer) {
        this.bar = bar;
        this.look = look;
        this.timer = timer;
    }

    /** Whether to show progress on the error stream: when the person asks for it, or works at a terminal. */
    public static boolean isWanted(boolean asked) {
        return asked || System.console() != null;
    }

    /** Where bars go, if anywhere. */
    public interface Bars {
        /**
         * Shows a bar until it is closed.
         *
         * @param details what to show behind the bar, asked now and then
         */
        Progress start(String name, long all, LongSupplier done, Supplier<String> details);

        /** Shows a bar without details. */
        default Progress start(String name, long all, LongSupplier done) {
            return start(name, all, done, () -> "");
        }

        /** No bars. */
        static Bars none() {
            return (name, all, done, details) -> new Progress(null, () -> {}, null);
        }

        /** Bars on this stream. */
        static Bars on(PrintStream stream) {
            return (name, all, done, details) -> show(stream, name, all, done, details);
        }
    }

    private static Progress show(
            PrintStream stream, String name, long all, LongSupplier done, Supplier<String> details) {
        ProgressBar bar = new ProgressBarBuilder()
                .setTaskName(name)
                .setInitialMax(all)
                .setUpdateIntervalMillis((int) EVERY_MILLIS)
                .setStyle(ProgressBarStyle.ASCII)
                .setConsumer(new ConsoleProgressBarConsumer(stream, WIDTH))
                .showSpeed()
                .build();
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "progress");
            thread.setDaemon(true);
            return thread;
        });
        Runnable look = () -> {
            bar.setExtraMessage(details.get());
            bar.stepTo(done.getAsLong());
        };
        timer.scheduleWithFixedDelay(look, EVERY_MILLIS, EVERY_MILLIS, TimeUnit.MILLISECONDS);
        return new Progress(bar, look, timer);
    }

    /** Shows the last state and ends the bar. */
    public void close() {
        if (bar != null) {
            timer.shutdownNow();
            look.run();
            bar.close();
        }
    }
}
