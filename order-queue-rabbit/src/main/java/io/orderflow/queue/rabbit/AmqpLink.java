package io.orderflow.queue.rabbit;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.ShutdownSignalException;
import com.rabbitmq.client.SocketConfigurator;
import io.orderflow.queue.Delivery.Oversized;
import io.orderflow.queue.QueueException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import javax.net.SocketFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to the server and its socket: an epoch. It is never reconnected; its owner makes another.
 * {@link #sever} ends it at once, whatever its threads are blocked in, which the client library's own close does not:
 * that one writes first. Thread-safe.
 */
final class AmqpLink {
    private static final Logger log = LoggerFactory.getLogger(AmqpLink.class);

    private static final int READ_AHEAD = 16_384;

    private final RabbitSettings settings;
    private final List<Lane> lanes = new CopyOnWriteArrayList<>();
    private volatile Socket socket;
    private volatile Sieve sieve;
    private volatile Thread reader;
    private volatile boolean severed;
    private volatile boolean stuck;
    private volatile Throwable brokenBy;
    private Connection connection;

    /**
     * Connects to nothing yet.
     *
     * @param settings those for the one node that it goes to
     */
    AmqpLink(RabbitSettings settings) {
        this.settings = settings;
    }

    /** The node that it goes to. */
    NodeAddress node() {
        return settings.nodes().get(0);
    }

    /** A lane for one thread that uses this link. */
    Lane lane() {
        Lane lane = new Lane();
        lanes.add(lane);
        return lane;
    }

    /**
     * As {@link #connect}, for deliveries, whatever others put into the queue: see {@link Sieve}.
     *
     * @throws QueueException if the server cannot be reached or refuses
     */
    Connection connectToReceive(int heartbeatSeconds, IoThreads threads) throws QueueException {
        ConnectionFactory factory = settings.factory().clone();
        SocketFactory sockets = factory.getSocketFactory();
        if (sockets != null || !factory.isSSL()) {
            // the port follows from TLS, which is told by the factory of sockets
            factory.setPort(factory.getPort());
            factory.setSocketFactory(
                    new SievedSockets(sockets == null ? SocketFactory.getDefault() : sockets, this::sieved));
            SocketConfigurator configurator = factory.getSocketConfigurator();
            factory.setSocketConfigurator(made -> configurator.configure(((SievedSocket) made).inner()));
        }
        return connect(factory, "consume", heartbeatSeconds, threads);
    }

    private InputStream sieved(InputStream in) {
        Sieve made = new Sieve(new BufferedInputStream(in, READ_AHEAD), settings.largestMessage());
        sieve = made;
        return made;
    }

    /**
     * What the delivery is as a whole, if it was too large; null if not. For the thread that reads, in the deliveries'
     * order.
     */
    Oversized oversized(long deliveryTag) {
        Sieve reading = sieve;
        return reading == null ? null : reading.oversized(deliveryTag);
    }

    /**
     * Connects; called once, before anything else.
     *
     * @throws QueueException if the server cannot be reached or refuses
     */
    Connection connect(String purpose, int heartbeatSeconds, IoThreads threads) throws QueueException {
        return connect(settings.factory().clone(), purpose, heartbeatSeconds, threads);
    }

    private Connection connect(ConnectionFactory factory, String purpose, int heartbeatSeconds, IoThreads threads)
            throws QueueException {
        factory.setRequestedHeartbeat(heartbeatSeconds);
        factory.setThreadFactory(task -> reader(threads.newThread(task)));
        factory.setExceptionHandler(new CallbackFailures(this));
        factory.setSocketConfigurator(factory.getSocketConfigurator().andThen(this::keep));
        try {
            connection = factory.newConnection(threads.direct(), "orderflow " + purpose + " " + settings.queue());
            return connection;
        } catch (IOException | TimeoutException | ShutdownSignalException e) {
            throw failed("connecting", e);
        } finally {
            if (connection == null) {
                sever();
            }
        }
    }

    /** The first thread that the client library asks for on a socket is the one that reads it. */
    private Thread reader(Thread made) {
        if (reader == null) {
            reader = made;
        }
        return made;
    }

    private void keep(Socket made) throws SocketException {
        socket = made;
        reader = null;
        if (severed) {
            throw new SocketException("connecting was given up");
        }
    }

    /** A new channel. */
    Channel channel() throws QueueException {
        try {
            return connection
                    .openChannel()
                    .orElseThrow(() -> new QueueException(settings.where() + ": the server allows no further channel"));
        } catch (IOException | ShutdownSignalException e) {
            throw failed("opening a channel", e);
        }
    }

    /** The failed attempt on this link as the SPI's exception, which names the node. */
    QueueException failed(String attempt, Exception cause) {
        String reason = stuck ? "the server did not answer in time" : AmqpFailures.reason(cause);
        return new QueueException(settings.where() + ": " + attempt + " failed: " + reason, cause);
    }

    /** What the server calls itself, with its version; to be asked once connected. */
    String server() {
        Map<String, Object> properties = connection.getServerProperties();
        return properties.get("product") + " " + properties.get("version");
    }

    /**
     * True when nobody reads it any more, whatever ended the reader, or its socket is still open although it was
     * severed.
     */
    boolean isDead() {
        Thread reading = reader;
        Socket open = socket;
        boolean unread = reading != null && reading.getState() == Thread.State.TERMINATED;
        return severed ? open != null && !open.isClosed() : unread;
    }

    /** True from the moment in which it was severed: nothing that came or comes on it counts. */
    boolean isSevered() {
        return severed;
    }

    /**
     * How many nanoseconds are left until one of its threads is stuck; not above zero if one is.
     *
     * @param nanos the longest time that a call may take
     */
    long untilStuck(long nanos, long now) {
        return lanes.stream()
                .mapToLong(lane -> lane.untilStuck(nanos, now))
                .min()
                .orElse(Long.MAX_VALUE);
    }

    /** Severs it, since a thread of it is stuck. */
    void severStuck() {
        stuck = true;
        sever();
    }

    /** How long it may take to connect, the declaration of the queue included. */
    Duration connectTimeout() {
        return settings.timeout();
    }

    /** Says good-bye to the server; may block until {@link #sever}. */
    void close(int boundMillis) {
        try {
            if (connection != null) {
                connection.close(boundMillis);
            }
        } catch (IOException | ShutdownSignalException e) {
            log.debug("{}: closing a connection: {}", settings.where(), AmqpFailures.reason(e));
        } finally {
            sever();
        }
    }

    /**
     * Ends the connection now, without a word to the server; threads that are blocked in it go on with an exception.
     * What it does first needs no memory: {@link #isSevered} holds even if closing the socket fails.
     */
    void sever() {
        severed = true;
        Socket open = socket;
        if (open == null) {
            return;
        }
        try {
            // without this, closing a TLS socket waits for the writer that it is meant to free
            open.setSoLinger(true, 0);
        } catch (SocketException alreadyClosed) {
            log.trace("{}: socket is closed already", settings.where());
        } finally {
            closeSocket(open);
        }
    }

    /** Severs it, since what came on it could not be taken in; the first such failure is remembered. */
    void breakOff(Throwable failure) {
        if (brokenBy == null) {
            brokenBy = failure;
        }
        sever();
    }

    /** Why it ended, if this side could not take in what came, else what is given. */
    String endedBy(String otherwise) {
        Throwable failure = brokenBy;
        return failure == null ? otherwise : "what came could not be taken in: " + failure;
    }

    private void closeSocket(Socket open) {
        try {
            open.close();
        } catch (IOException e) {
            log.debug("{}: closing a socket: {}", settings.where(), e.toString());
        }
    }

    /** The queue and the node. */
    @Override
    public String toString() {
        return settings.where();
    }
}
