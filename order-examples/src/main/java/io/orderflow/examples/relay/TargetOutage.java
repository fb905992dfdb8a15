package io.orderflow.examples.relay;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells that a target takes nothing, at once and then once a minute, and that it does again. One thread at a time. */
final class TargetOutage {
    private static final Logger LOG = LoggerFactory.getLogger(TargetOutage.class);
    private static final Duration SILENCE = Duration.ofMinutes(1);

    private final String target;
    private final LongSupplier nanoTime;
    private final Consumer<String> warn;
    private boolean open;
    private long since;
    private long toldAt;
    private long untold;

    TargetOutage(String target) {
        this(target, System::nanoTime, LOG::warn);
    }

    TargetOutage(String target, LongSupplier nanoTime, Consumer<String> warn) {
        this.target = target;
        this.nanoTime = nanoTime;
        this.warn = warn;
    }

    /** It began, or goes on. */
    void failed(String why) {
        long now = nanoTime.getAsLong();
        if (open && now - toldAt < SILENCE.toNanos()) {
            untold++;
            return;
        }
        if (!open) {
            open = true;
            since = now;
        }
        warn.accept(target + ": " + why + "; sent again until it is taken" + more());
        toldAt = now;
        untold = 0;
    }

    private String more() {
        return untold == 0 ? "" : ", " + untold + " more failures since the last such line";
    }

    /** It is over, if there was one. */
    void over() {
        if (open) {
            open = false;
            long seconds = Duration.ofNanos(nanoTime.getAsLong() - since).toSeconds();
            warn.accept(target + " takes events again, after " + seconds + " s");
            untold = 0;
        }
    }
}
