package io.orderflow.queue.redis;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * Makes connections: looks the host up, connects, encrypts, signs in. The one place that does. Thread-safe.
 *
 * <ul>
 *   <li><b>C1</b> Connecting runs on a thread of its own, since no time-out ends the look-up of a name. A wait for it
 *       has a bound.
 *   <li><b>C2</b> An attempt ends, whatever is thrown in it, and what it connected is closed unless it succeeds: a wait
 *       for one that never ends would come again and again.
 *   <li><b>C3</b> Every socket is in {@code open} from before it connects until it is closed, so {@link #close} finds
 *       it.
 * </ul>
 */
final class Connector {
    private static final String CLOSED = "queue is closed";

    private final RedisSettings settings;
    private final Executor threads;
    private final LinkWatchdog watchdog;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    Connector(RedisSettings settings, Executor threads, LinkWatchdog watchdog) {
        this.settings = settings;
        this.threads = threads;
        this.watchdog = watchdog;
    }

    /** One attempt to connect. Its end needs no memory, so it ends also when there is none. */
    static final class Attempt extends FutureTask<RedisLink> {
        private volatile boolean failed;

        private Attempt(Callable<RedisLink> connect) {
            super(connect);
        }

        @Override
        protected void setException(Throwable failure) {
            failed = true;
            super.setException(failure);
        }

        boolean hasFailed() {
            return failed;
        }
    }

    /**
     * Begins to connect.
     *
     * @throws IOException if that is not possible: the queue is closed, or there is no thread for it
     */
    Attempt begin() throws IOException {
        Attempt begun = new Attempt(this::connect);
        try {
            threads.execute(begun);
        } catch (RejectedExecutionException e) {
            throw new IOException(CLOSED, e);
        } catch (OutOfMemoryError e) {
            throw new IOException("no thread to connect on: " + e, e);
        }
        return begun;
    }

    /** Closes every connection, also those that are being made, and makes no more. */
    void close() {
        closed = true;
        open.forEach(Connector::closeQuietly);
    }

    private RedisLink connect() throws IOException {
        open.removeIf(Socket::isClosed);
        IOException failure = new IOException("host " + settings.address().host() + " has no address");
        for (InetAddress address : InetAddress.getAllByName(settings.address().host())) {
            try {
                return connect(new InetSocketAddress(address, settings.address().port()));
            } catch (IOException e) {
                failure = e;
            }
        }
        throw failure;
    }

    private RedisLink connect(InetSocketAddress server) throws IOException {
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
            raw.connect(server, deadline.leftMillis());
            RedisLink link = new RedisLink(raw, settings.address().tls() ? encrypt(raw, deadline) : raw, watchdog);
            SignIn.run(link, settings, deadline);
            return link;
        } catch (IOException | RuntimeException | Error e) {
            closeQuietly(raw);
            String late = deadline.hasPassed() ? "not within " + settings.connectTimeout() + ", " : "";
            throw new IOException("no connection to " + settings.address() + ": " + late + RedisLink.reason(e), e);
        } finally {
            guard.end();
        }
    }

    private static void prepare(Socket socket) throws IOException {
        socket.setTcpNoDelay(true);
        socket.setKeepAlive(true);
        // what is closed in doubt is cut off, so that the kernel does not go on sending it
        socket.setOption(StandardSocketOptions.SO_LINGER, 0);
    }

    private Socket encrypt(Socket raw, Deadline deadline) throws IOException {
        RedisAddress address = settings.address();
        SSLSocket socket = (SSLSocket)
                settings.sslContext().getSocketFactory().createSocket(raw, address.host(), address.port(), true);
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
}
