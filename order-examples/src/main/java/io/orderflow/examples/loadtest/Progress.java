package io.orderflow.examples.loadtest;

import java.io.PrintStream;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * A bar that shows how far one step of a program is, or nothing at all. Looks at a counter now and then, so that
 * counting costs nothing.
 */
final class Progress {
    private static final int WIDTH = 100;
    private static final long EVERY_MILLIS = 250;

    private final ProgressBar bar;
    private final LongSupplier done;
    private final ScheduledExecutorService timer;

    private Progress(ProgressBar bar, LongSupplier done, ScheduledExecutorService timer) {
        this.bar = bar;
        this.done = done;
        this.timer = timer;
    }

    /** Where bars go, if anywhere. */
    interface Bars {
        /** Shows a bar until it is closed. */
        Progress start(String name, long all, LongSupplier done);

        /** No bars. */
        static Bars none() {
            return (name, all, done) -> new Progress(null, done, null);
        }

        /** Bars on this stream. */
        static Bars on(PrintStream stream) {
            return (name, all, done) -> show(stream, name, all, done);
        }
    }

    private static Progress show(PrintStream stream, String name, long all, LongSupplier done) {
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
        timer.scheduleWithFixedDelay(
                () -> bar.stepTo(done.getAsLong()), EVERY_MILLIS, EVERY_MILLIS, TimeUnit.MILLISECONDS);
        return new Progress(bar, done, timer);
    }

    /** Shows the last state and ends the bar. */
    void close() {
        if (bar != null) {
            timer.shutdownNow();
            bar.stepTo(done.getAsLong());
            bar.close();
        }
    }
}
