package io.orderflow.examples.relay;

import io.orderflow.FeedRunner;
import io.orderflow.OrderEvent;
import io.orderflow.OrderFeed;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderSchema;
import io.orderflow.SchemaException;
import io.orderflow.StoreUnavailableException;
import io.orderflow.examples.common.ProgramFailures;
import io.orderflow.examples.common.Shop;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * Sends a feed's events to a target. The cursor moves when the target has them for sure, so each comes at least once.
 * Nothing is skipped: what the target does not take is sent again until it does. Thread-safe.
 */
final class Relay implements AutoCloseable {
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final OrderSchema schema;
    private final OrderProcessor orders;
    private final OrderFeed feed;
    private final RelayPlan plan;
    private final RelayTarget target;
    private final TargetOutage outage;
    private final Consumer<String> print;
    private final LongAdder sent = new LongAdder();
    private final CountDownLatch closed = new CountDownLatch(1);
    private Optional<FeedRunner> runner = Optional.empty();

    /**
     * Puts the parts together, without any I/O.
     *
     * @param target closed with the relay
     * @param print told, for a person, what it waits for and when it works
     * @throws IllegalArgumentException if the feed's name is none
     */
    Relay(Shop shop, RelayPlan plan, RelayTarget target, Consumer<String> print) {
        this.schema = shop.schema();
        this.plan = plan;
        this.target = target;
        this.outage = new TargetOutage(target.toString());
        this.print = print;
        this.orders = OrderProcessor.builder(shop.dataSource())
                .tablePrefix(shop.tablePrefix())
                .build();
        this.feed = orders.feed(plan.feed(), plan.start());
    }

    /** Starts as soon as the database and its tables were there once; until then it tries again without end. */
    void start() throws InterruptedException {
        String said = "";
        Optional<String> missing = missing();
        while (missing.isPresent() && !closed.await(RETRY.toMillis(), TimeUnit.MILLISECONDS)) {
            if (!missing.get().equals(said)) {
                said = missing.get();
                print.accept("not working yet, trying again without end: " + said);
            }
            missing = missing();
        }
        work();
    }

    private Optional<String> missing() {
        try {
            schema.check();
            return Optional.empty();
        } catch (StoreUnavailableException | SchemaException e) {
            return Optional.of(ProgramFailures.describe(e));
        }
    }

    private synchronized void work() {
        if (closed.getCount() > 0) {
            runner = Optional.of(feed.start(plan.config(), this::handle));
            print.accept("working");
        }
    }

    private void handle(List<OrderEvent> events) throws InterruptedException {
        Duration pause = FIRST_PAUSE;
        while (!isSent(events)) {
            if (closed.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new CancellationException("the relay is closed");
            }
            Duration twice = pause.multipliedBy(2);
            pause = twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
        }
        sent.add(events.size());
    }

    private boolean isSent(List<OrderEvent> events) {
        try {
            target.send(events);
            outage.over();
            return true;
        } catch (TargetException e) {
            outage.failed(e.getMessage());
            return false;
        }
    }

    /** How many events the target took from this process. */
    long sent() {
        return sent.sum();
    }

    /** Lets what is being sent arrive, for the feed's close time-out at most, and moves the cursor behind it. */
    @Override
    public void close() {
        closed.countDown();
        Optional<FeedRunner> running;
        synchronized (this) {
            running = runner;
        }
        running.ifPresent(FeedRunner::close);
        target.close();
        orders.close();
    }
}
