package io.orderflow.queue.rabbit;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.ShutdownSignalException;
import io.orderflow.queue.QueueException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to the server and its socket: an epoch. It is never reconnected; who needs another makes another. {@link
 * #sever} ends it at once, whatever its threads are blocked in, which the client library's own close does not: that one writes
 * first. Thread-safe.
 */
final class Link {
    private static final Logger log = LoggerFactory.getLogger(Link.class);

    private final Settings settings;
    private final List<Lane> lanes = new CopyOnWriteArrayList<>();
    private volatile Socket socket;
    private volatile boolean severed;
    private Connection connection;

    Link(Settings settings) {
        this.settings = settings;
    }

    /** A lane for one thread that uses this link. */
    Lane lane() {
        Lane lane = new Lane();
        lanes.add(lane);
        return lane;
    }

    /**
     * Connects; called once, before anything else.
     *
     * @throws QueueException if the server can not be reached or refuses
     */
    Connection connect(String purpose, int heartbeatSeconds, IoThreads threads) throws QueueException {
        ConnectionFactory factory = settings.factory().clone();
        factory.setRequestedHeartbeat(heartbeatSeconds);
        factory.setThreadFactory(threads);
        factory.setSocketConfigurator(factory.getSocketConfigurator().andThen(this::keep));
        try {
            connection = factory.newConnection(threads.direct(), "orderflow " + purpose + " " + settings.queue());
            return connection;
        } catch (IOException | TimeoutException | ShutdownSignalException e) {
            sever();
            throw Failures.failed(settings, "connecting", e);
        }
    }

    private void keep(Socket made) throws SocketException {
        socket = made;
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
            throw Failures.failed(settings, "opening a channel", e);
        }
    }

    /** What the server calls itself, with its version; to be asked once connected. */
    String server() {
        Map<String, Object> properties = connection.getServerProperties();
        return properties.get("product") + " " + properties.get("version");
    }

    /** True when one of its threads has been inside a call for longer. */
    boolean isStuck(long nanos, long now) {
        return lanes.stream().anyMatch(lane -> lane.busyLongerThan(nanos, now));
    }

    /** Says good-bye to the server; may block until {@link #sever}. */
    void close(int boundMillis) {
        try {
            if (connection != null) {
                connection.close(boundMillis);
            }
        } catch (IOException | ShutdownSignalException e) {
            log.debug("{}: closing a connection: {}", settings.where(), Failures.reason(e));
        } finally {
            sever();
        }
    }

    /** Ends the connection now, without a word to the server; threads that are blocked in it go on with an exception. */
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
        }
        try {
            open.close();
        } catch (IOException e) {
            log.debug("{}: closing a socket: {}", settings.where(), e.toString());
        }
    }
}
