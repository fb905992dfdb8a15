package io.orderflow.queue.redis;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * Makes a connection to a given server: looks the host up, connects, encrypts, signs in. The one place that does.
 * Thread-safe.
 *
 * <ul>
 *   <li><b>C2</b> An attempt ends, whatever is thrown in it, and what it connected is closed unless it succeeds: a wait
 *       for one that never ends would come again and again.
 *   <li><b>C3</b> Every socket is in {@code open} from before it connects until it is closed, so {@link #close} finds
 *       it.
 * </ul>
 */
final class Dialer {
    static final String CLOSED = "queue is closed";

    private final RedisSettings settings;
    private final LinkWatchdog watchdog;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    Dialer(RedisSettings settings, LinkWatchdog watchdog) {
        this.settings = settings;
        this.watchdog = watchdog;
    }

    /**
     * A connection to a server, and what that said of itself.
     *
     * @param link the connection
     */
    record Contact(RedisLink link, SignIn.Greeting greeting) {}

    /**
     * Connects.
     *
     * @throws IOException if that is not possible in time; names the server
     */
    Contact dial(RedisNode node, SignIn signIn) throws IOException {
        open.removeIf(Socket::isClosed);
        IOException failure = new IOException("host " + node.host() + " has no address");
        for (InetAddress address : InetAddress.getAllByName(node.host())) {
            try {
                return dial(node, new InetSocketAddress(address, node.port()), signIn);
            } catch (IOException e) {
                failure = e;
            }
        }
        throw failure;
    }

    private Contact dial(RedisNode node, InetSocketAddress address, SignIn signIn) throws IOException {
        Socket raw = new Socket();
        open.add(raw);
        Deadline deadline = Deadline.in(settings.connectTimeout());
        LinkWatchdog.Guard guard = watchdog.guard(() -> closeQuietly(raw));
        guard.begin(deadline);
        try {
            if (closed) {
                throw new IOException(CLOSED);
            }
            prepare(raw);
            raw.connect(address, deadline.leftMillis());
            RedisLink link =
                    new RedisLink(raw, settings.address().tls() ? encrypt(raw, node, deadline) : raw, watchdog);
            return new Contact(link, signIn.run(link, deadline));
        } catch (IOException | RuntimeException | Error e) {
            closeQuietly(raw);
            String late = deadline.hasPassed() ? "not within " + settings.connectTimeout() + ", " : "";
            String server = settings.address().scheme() + "://" + node;
            throw new IOException("no connection to " + server + ": " + late + RedisLink.reason(e), e);
        } finally {
            guard.end();
        }
    }

    /** Until when a question must be answered that is asked on the way to a server. */
    Deadline answerDeadline() {
        return Deadline.in(settings.answerTimeout());
    }

    private static void prepare(Socket socket) throws IOException {
        socket.setTcpNoDelay(true);
        socket.setKeepAlive(true);
        // what is closed in doubt is cut off, so that the kernel does not go on sending it
        socket.setOption(StandardSocketOptions.SO_LINGER, 0);
    }

    private Socket encrypt(Socket raw, RedisNode node, Deadline deadline) throws IOException {
        SSLSocket socket =
                (SSLSocket) settings.sslContext().getSocketFactory().createSocket(raw, node.host(), node.port(), true);
        if (settings.verifyHostname()) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
        }
        socket.setSoTimeout(deadline.leftMillis());
        socket.startHandshake();
        return socket;
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            assert socket.isClosed();
        }
    }

    /** Closes every connection, also those that are being made, and makes no more. */
    void close() {
        closed = true;
        open.forEach(Dialer::closeQuietly);
    }
}
