package io.orderflow.queue.rabbit;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Consumer;
import com.rabbitmq.client.impl.ForgivingExceptionHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Told by the client library of what was thrown while it read from one connection. What is thrown while a delivery, a
 * confirm or a return is handled, by this library or by the host's own collector of metrics, leaves a gap in the books:
 * a later ack of many would ack the message in the gap, which nobody has seen. So it ends the connection, and the
 * server delivers again.
 */
final class CallbackFailures extends ForgivingExceptionHandler {
    private static final Logger log = LoggerFactory.getLogger(CallbackFailures.class);

    private final AmqpLink link;

    CallbackFailures(AmqpLink link) {
        this.link = link;
    }

    @Override
    public void handleConsumerException(
            Channel channel, Throwable failure, Consumer consumer, String consumerTag, String method) {
        end(method, failure);
    }

    @Override
    public void handleReturnListenerException(Channel channel, Throwable failure) {
        end("handleReturn", failure);
    }

    @Override
    public void handleConfirmListenerException(Channel channel, Throwable failure) {
        end("handleAck", failure);
    }

    @Override
    public void handleBlockedListenerException(Connection connection, Throwable failure) {
        end("handleBlocked", failure);
    }

    private void end(String callback, Throwable failure) {
        // first, since nothing else may succeed without memory; the link's user tells of it
        link.breakOff(failure);
        log.debug("{}: {} failed", link, callback, failure);
    }

    /** Lost connections are told by who lost them. */
    @Override
    protected void log(String message, Throwable failure) {
        log.debug("{}: {}: {}", link, message, String.valueOf(failure));
    }
}
