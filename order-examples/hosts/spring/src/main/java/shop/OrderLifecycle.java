package shop;

import io.orderflow.OrderProcessor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Starts the processor before the web server and closes it after: what stops first has the larger phase. The pool is a
 * bean, and beans are destroyed when all lifecycles have stopped.
 */
@Component
class OrderLifecycle implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(OrderLifecycle.class);

    private final OrderProcessor orders;
    private final ShopProperties properties;
    private volatile boolean running;

    OrderLifecycle(OrderProcessor orders, ShopProperties properties) {
        this.orders = orders;
        this.properties = properties;
    }

    @Override
    public void start() {
        orders.start();
        orders.workers(properties.workerConfig()).start();
        running = true;
    }

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

    /** Below the web server's phases: its graceful shutdown, and then its stop. */
    @Override
    public int getPhase() {
        return WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE - 1024;
    }
}
