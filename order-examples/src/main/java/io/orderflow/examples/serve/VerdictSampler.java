package io.orderflow.examples.serve;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.orderflow.Order;
import io.orderflow.OrderRecords;
import io.orderflow.PageRequest;
import io.orderflow.SchemaException;
import io.orderflow.StoreUnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long orders wait for their verdicts, of the whole shop, whichever process decides them: each second the newest
 * decisions are read, and each order is counted once, when it is seen first. A sample, since there may be more of them
 * than are read. Reads nothing while nobody has asked for a minute. Thread-safe.
 */
final class VerdictSampler implements AutoCloseable {
    static final String METER = "orderflow.verdict";

    private static final Logger LOG = LoggerFactory.getLogger(VerdictSampler.class);
    private static final int SAMPLE = 50;
    private static final long PAUSE_MS = 1_000;
    private static final Duration ASKED = Duration.ofMinutes(1);

    private final OrderRecords records;
    private final LongSupplier nanoTime;
    private final Timer waits;
    private final ScheduledExecutorService thread;
    private volatile long lastAsked;
    private volatile boolean everAsked;
    private long newest = -1;

    VerdictSampler(OrderRecords records, MeterRegistry registry) {
        this(records, registry, System::nanoTime);
    }

    /** With another clock, for tests. */
    VerdictSampler(OrderRecords records, MeterRegistry registry, LongSupplier nanoTime) {
        this.records = records;
        this.nanoTime = nanoTime;
        this.waits = Timer.builder(METER)
                .description("from acceptance to the verdict, a sample of the shop's newest decisions")
                .register(registry);
        this.thread = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread made = new Thread(work, "verdict-sampler");
            made.setDaemon(true);
            return made;
        });
    }

    /** Looks each second from now on. */
    VerdictSampler start() {
        thread.scheduleWithFixedDelay(this::lookIfAsked, PAUSE_MS, PAUSE_MS, TimeUnit.MILLISECONDS);
        return this;
    }

    /** Somebody wants to know. */
    void asked() {
        lastAsked = nanoTime.getAsLong();
        everAsked = true;
    }

    /**
     * A look, which its thread alone takes once that is started.
     *
     * @return whether the newest decisions were read
     */
    boolean lookIfAsked() {
        if (!everAsked || nanoTime.getAsLong() - lastAsked > ASKED.toNanos()) {
            // what is decided until somebody asks again is of any age
            newest = -1;
            return false;
        }
        try {
            look();
            return true;
        } catch (StoreUnavailableException | SchemaException e) {
            LOG.debug("the newest decisions cannot be read", e);
        } catch (RuntimeException e) {
            LOG.warn("the newest decisions cannot be read; tried again in {} ms", PAUSE_MS, e);
        }
        return false;
    }

    private void look() {
        List<Order> latest = records.latest(Set.of(), PageRequest.first(SAMPLE)).entries();
        long seen = newest;
        for (Order order : latest) {
            long number = order.decision().orElse(0);
            if (seen >= 0 && number > seen) {
                order.decidedAt().ifPresent(decided -> waits.record(Duration.between(order.createdAt(), decided)));
            }
            newest = Math.max(newest, number);
        }
        newest = Math.max(newest, 0);
    }

    /** Ends its thread, after the look that it is at. */
    @Override
    public void close() {
        thread.shutdown();
    }
}
