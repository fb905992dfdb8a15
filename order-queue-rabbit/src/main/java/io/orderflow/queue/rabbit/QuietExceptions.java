package io.orderflow.queue.rabbit;

import com.rabbitmq.client.impl.ForgivingExceptionHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The client library's own reports: lost connections are told by who lost them, so that here they are for debugging. */
final class QuietExceptions extends ForgivingExceptionHandler {
    private static final Logger log = LoggerFactory.getLogger(QuietExceptions.class);

    @Override
    protected void log(String message, Throwable failure) {
        log.debug("{}: {}", message, String.valueOf(failure));
    }
}
