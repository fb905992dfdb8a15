package io.orderflow.examples.relay;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Address;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.Method;
import com.rabbitmq.client.ShutdownSignalException;
import io.orderflow.OrderEvent;
import io.orderflow.examples.common.EventJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An exchange of RabbitMQ. Each event is a persistent message with its type as routing key. A batch is sent at once,
 * and done when the server has confirmed all of it. After any failure the channel is thrown away: the numbers of its
 * confirms mean nothing on another one.
 */
final class RabbitTarget implements RelayTarget {
    private static final Logger LOG = LoggerFactory.getLogger(RabbitTarget.class);
    private static final int PERSISTENT = 2;
    private static final int HEARTBEAT_SECONDS = 10;
    private static final int CLOSE_MILLIS = 2_000;

    private final ConnectionFactory factory;
    private final List<Address> nodes;
    private final String exchange;
    private final boolean mandatory;
    private final Duration timeout;
    private final AtomicReference<String> returned = new AtomicReference<>();
    /** Whether it was said that the server takes nothing, and not yet that it does again, on whatever connection. */
    private final AtomicBoolean saidBlocked = new AtomicBoolean();

    private volatile Connection connection;
    private volatile boolean blocked;
    private volatile boolean closed;
    private Optional<Channel> channel = Optional.empty();

    /**
     * Prepares it. No I/O.
     *
     * @param nodes those of one cluster; a connection tries them in turn, in an order of chance
     * @param mandatory whether an event that no queue takes is a failure
     * @param timeout longest wait for an answer of the server
     */
    RabbitTarget(ConnectionFactory factory, List<Address> nodes, String exchange, boolean mandatory, Duration timeout) {
        this.factory = factory;
        this.nodes = nodes;
        this.exchange = exchange;
        this.mandatory = mandatory;
        this.timeout = timeout;
        int millis = (int) timeout.toMillis();
        factory.setAutomaticRecoveryEnabled(false);
        factory.setConnectionTimeout(millis);
        factory.setHandshakeTimeout(millis);
        factory.setChannelRpcTimeout(millis);
        factory.setShutdownTimeout(CLOSE_MILLIS);
        // what ends a write into a connection that takes nothing any more
        factory.setRequestedHeartbeat(HEARTBEAT_SECONDS);
        factory.setThreadFactory(RabbitTarget::thread);
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "relay-rabbit");
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public void send(List<OrderEvent> events) throws TargetException {
        try {
            Channel open = channel();
            for (OrderEvent event : events) {
                byte[] body = EventJson.event(event).toString().getBytes(StandardCharsets.UTF_8);
                open.basicPublish(exchange, event.type().name(), mandatory, properties(event), body);
            }
            awaitConfirms(open);
        } catch (IOException | TimeoutException | ShutdownSignalException e) {
            drop();
            throw new TargetException(reason(e), e);
        } catch (InterruptedException e) {
            drop();
            Thread.currentThread().interrupt();
            throw new TargetException("interrupted", e);
        } catch (TargetException e) {
            drop();
            throw e;
        }
    }

    private static AMQP.BasicProperties properties(OrderEvent event) {
        return new AMQP.BasicProperties.Builder()
                .contentType("application/json")
                .contentEncoding("UTF-8")
                .deliveryMode(PERSISTENT)
                .messageId(Long.toString(event.position()))
                .type(event.type().name())
                .timestamp(Date.from(event.at()))
                .build();
    }

    private void awaitConfirms(Channel open) throws InterruptedException, TimeoutException, TargetException {
        boolean settled = false;
        while (!settled) {
            try {
                if (!open.waitForConfirms(timeout.toMillis())) {
                    throw new TargetException("the server refused an event: a queue is full or could not store it");
                }
                settled = true;
            } catch (TimeoutException e) {
                // a server that reads nothing has it all in front of it; sent anew it would be there twice
                if (!blocked) {
                    throw e;
                }
            }
        }
        goesOn();
        String nobody = returned.getAndSet(null);
        if (nobody != null) {
            throw new TargetException("no queue takes events with the routing key " + nobody);
        }
    }

    private Channel channel() throws IOException, TimeoutException {
        if (channel.isPresent()) {
            return channel.get();
        }
        Connection open = factory.newConnection(nodes, "orderflow relay");
        connection = open;
        if (closed) {
            throw new IOException("closed");
        }
        blocked = false;
        open.addBlockedListener(this::blocked, this::goesOn);
        makeExchange(open);
        Channel made = open.createChannel();
        made.confirmSelect();
        returned.set(null);
        made.addReturnListener(back -> returned.set(back.getRoutingKey()));
        channel = Optional.of(made);
        return made;
    }

    /** One that is there stays as it is, of whatever type. */
    private void makeExchange(Connection open) throws IOException, TimeoutException {
        try (Channel look = open.createChannel()) {
            look.exchangeDeclarePassive(exchange);
        } catch (IOException e) {
            if (!isNotFound(e)) {
                throw e;
            }
            try (Channel make = open.createChannel()) {
                make.exchangeDeclare(exchange, "topic", true);
            }
        } catch (AlreadyClosedException e) {
            throw new IOException(e);
        }
    }

    private static boolean isNotFound(IOException e) {
        return e.getCause() instanceof ShutdownSignalException signal
                && signal.getReason() instanceof AMQP.Channel.Close close
                && close.getReplyCode() == AMQP.NOT_FOUND;
    }

    private void blocked(String reason) {
        blocked = true;
        if (saidBlocked.compareAndSet(false, true)) {
            LOG.warn("{} takes no messages now: {}; the relay waits until it does", this, reason);
        }
    }

    private void goesOn() {
        blocked = false;
        if (saidBlocked.compareAndSet(true, false)) {
            LOG.warn("{} takes messages again", this);
        }
    }

    private void drop() {
        channel = Optional.empty();
        Connection open = connection;
        if (open != null) {
            open.abort(CLOSE_MILLIS);
        }
    }

    private static String reason(Exception failure) {
        Throwable each = failure;
        while (each != null && !(each instanceof ShutdownSignalException)) {
            each = each.getCause();
        }
        Method method = each instanceof ShutdownSignalException signal ? signal.getReason() : null;
        if (method instanceof AMQP.Channel.Close close) {
            return close.getReplyCode() + " " + close.getReplyText();
        }
        if (method instanceof AMQP.Connection.Close close) {
            return close.getReplyCode() + " " + close.getReplyText();
        }
        return failure instanceof TimeoutException
                ? "the server did not answer in time"
                : TargetException.reason(failure);
    }

    @Override
    public void close() {
        closed = true;
        Connection open = connection;
        if (open != null) {
            // a write that waits holds what closing needs
            Thread closing = thread(() -> open.abort(CLOSE_MILLIS));
            closing.start();
            try {
                closing.join(CLOSE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public String toString() {
        return "RabbitMQ " + nodes.stream().map(Address::toString).collect(Collectors.joining(",")) + ", exchange "
                + exchange;
    }
}
