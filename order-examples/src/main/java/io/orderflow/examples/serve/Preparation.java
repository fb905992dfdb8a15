package io.orderflow.examples.serve;

import io.orderflow.OrderProcessor;
import io.orderflow.OrderSchema;
import io.orderflow.SchemaException;
import io.orderflow.StoreUnavailableException;
import io.orderflow.examples.common.ProgramFailures;
import io.orderflow.examples.common.ShopSeed;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What must be done once before orders make sense: tables and, if asked for, products and buyers. Tried in the
 * background until it succeeds, so that the application may start before its database. Thread-safe.
 */
final class Preparation implements AutoCloseable {
    static final Duration RETRY = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(Preparation.class);

    private final OrderSchema schema;
    private final boolean createTables;
    private final OrderProcessor orders;
    private final ShopSeed seed;
    private final Consumer<String> progress;
    private final CountDownLatch triedOnce = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    private long tenths;
    private String lastFailure = "";
    private volatile Optional<Missing> waitingFor = Optional.of(Missing.CONTACT);

    Preparation(
            OrderSchema schema, boolean createTables, OrderProcessor orders, ShopSeed seed, Consumer<String> progress) {
        this.schema = schema;
        this.createTables = createTables;
        this.orders = orders;
        this.seed = seed;
        this.progress = progress;
        this.thread = new Thread(this::run, "preparation");
        thread.setDaemon(true);
    }

    Preparation start() {
        thread.start();
        return this;
    }

    /** What is still missing; empty when everything is there. */
    Optional<Missing> waitingFor() {
        return waitingFor;
    }

    /** The same as long as products and buyers are to be seeded. */
    Optional<Missing> seedWaitingFor() {
        return seed.products() + seed.buyers() > 0 ? waitingFor : Optional.empty();
    }

    /** Waits for the end of the first try, whether it succeeded or not. */
    void awaitFirstTry() throws InterruptedException {
        triedOnce.await();
    }

    private void run() {
        try {
            boolean done = runOnce();
            triedOnce.countDown();
            while (!done && !closed.await(RETRY.toMillis(), TimeUnit.MILLISECONDS)) {
                done = runOnce();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            triedOnce.countDown();
        }
    }

    /** Tries everything once, and says whether it is done. */
    boolean runOnce() {
        try {
            if (createTables) {
                schema.create();
            } else {
                schema.check();
            }
            seed.fill(orders, this::seeded);
            waitingFor = Optional.empty();
            return true;
        } catch (StoreUnavailableException | SchemaException e) {
            failed(ProgramFailures.describe(e));
            return false;
        } catch (CancellationException e) {
            return false;
        } catch (RuntimeException | Error e) {
            waiting(Missing.database(ProgramFailures.describe(e)));
            LOG.error("preparing the shop failed; trying again every {} s", RETRY.toSeconds(), e);
            return false;
        }
    }

    private void seeded(long done) {
        if (closed.getCount() == 0) {
            throw new CancellationException("closed");
        }
        long all = seed.products() + seed.buyers();
        String what = "seeding: " + done + " of " + all + " products and buyers are there";
        waiting(Missing.of(what));
        if (done * 10 / all > tenths) {
            tenths = done * 10 / all;
            progress.accept(what);
        }
    }

    private void failed(String why) {
        // once for each reason, not once a second
        if (!why.equals(lastFailure)) {
            lastFailure = why;
            LOG.warn("the shop is not prepared; tried again every {} s: {}", RETRY.toSeconds(), why);
        }
        waiting(Missing.database(why));
    }

    private void waiting(Missing what) {
        waitingFor = Optional.of(what);
    }

    /**
     * Ends the thread, after the piece in work: an interrupt in mid-statement would break the embedded database's file.
     */
    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join(RETRY.multipliedBy(5).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
