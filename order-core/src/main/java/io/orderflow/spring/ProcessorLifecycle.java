package io.orderflow.spring;

import io.orderflow.OrderProcessor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Starts the processor, its workers and its feeds before the web server, and closes it after: what stops first has the
 * larger phase. The pool, the queue and whatever the methods with {@link OrderFeedListener} need are beans, and beans
 * are destroyed when all lifecycles have stopped.
 *
 * <p>A processor starts once. So a context that was stopped cannot be started again.
 */
final class ProcessorLifecycle implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(ProcessorLifecycle.class);

    /**
     * Below the phases of the web server, which end its requests ({@code DEFAULT_PHASE - 1024}) and then itself. The
     * class with those constants is in another package in each version of Spring Boot.
     */
    static final int PHASE = DEFAULT_PHASE - 3 * 1024;

    private final OrderProcessor orders;
    private final OrderflowProperties properties;
    private final FeedListeners feeds;
    private volatile boolean running;

    ProcessorLifecycle(OrderProcessor orders, OrderflowProperties properties, FeedListeners feeds) {
        this.orders = orders;
        this.properties = properties;
        this.feeds = feeds;
    }

    @Override
    public void start() {
        orders.start();
        if (properties.workers().enabled()) {
            orders.workers(properties.workers().config()).start();
        }
        if (properties.feeds().enabled()) {
            feeds.start(orders, properties.feeds().config());
        }
        running = true;
    }

    /** Waits as long as the time-outs of the processor and its workers say, whatever the time-out of the phase is. */
    @Override
    public void stop() {
        orders.close();
        running = false;
        log.info("order processor closed");
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }

    /**
     * Overrides a method that Spring Framework 7 has and 6 has not: there tests pause a context that is not in use and
     * start it again, which a processor does not survive.
     */
    public boolean isPauseable() {
        return false;
    }
}
