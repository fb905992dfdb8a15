package io.orderflow.testing;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * A TCP proxy on 127.0.0.1 in front of a server, with a network that can be made to misbehave at any time. Each of
 * {@link #pass}, {@link #blackHole}, {@link #hold} and {@link #latency} replaces the one before, for old and new
 * connections alike. Threadsafe.
 */
public final class FaultProxy implements AutoCloseable {

    /** A way of the bytes: up is from the client to the server. */
    public enum Direction {
        UP,
        DOWN,
        BOTH;

        boolean covers(Direction one) {
            return this == BOTH || this == one;
        }
    }

    /** What a client meets instead of an answer that was dropped. */
    public enum AfterDrop {
        /** Nothing, until it gives up. */
        SILENCE,
        /** A reset connection, at the moment the server has answered. */
        RESET
    }

    record Mode(Direction swallowed, boolean held, Duration latency) {

        static final Mode PASS = new Mode(null, false, Duration.ZERO);

        boolean swallows(Direction direction) {
            return swallowed != null && swallowed.covers(direction);
        }
    }

    record Drop(Predicate<byte[]> after, AfterDrop then) {}

    /** What the server says, and what arrives instead; of one length, since others said how long it is. */
    record Disguise(byte[] said, byte[] instead) {

        void on(byte[] piece, int length) {
            for (int at = 0; at + said.length <= length; at++) {
                if (Arrays.equals(piece, at, at + said.length, said, 0, said.length)) {
                    System.arraycopy(instead, 0, piece, at, instead.length);
                }
            }
        }
    }

    private static final Duration END_OF_ACCEPT = Duration.ofSeconds(10);

    private final InetSocketAddress server;
    private final int port;
    private final Set<FaultyLink> links = ConcurrentHashMap.newKeySet();
    private final AtomicInteger dropped = new AtomicInteger();
    private Mode mode = Mode.PASS;
    private Drop drop;
    private volatile Disguise disguise;
    private ServerSocket listener;
    private Thread acceptor;
    private boolean closed;

    private FaultProxy(InetSocketAddress server) {
        this.server = server;
        this.port = Ports.free();
        listen();
    }

    /**
     * A proxy that passes everything to that host and port, which need not answer yet. While it does not, a client is
     * accepted and then reset.
     */
    public static FaultProxy to(String host, int port) {
        return new FaultProxy(new InetSocketAddress(host, port));
    }

    /** A proxy that passes everything to that server. */
    public static FaultProxy to(ServerAddress server) {
        return to(server.host(), server.port());
    }

    /** The port on 127.0.0.1 that clients connect to; it stays the same. */
    public int port() {
        return port;
    }

    /** The connections that clients have open. */
    public int connections() {
        return links.size();
    }

    /** The open connections that have lost bytes; {@link #pass} resets them. */
    public int damaged() {
        return (int) links.stream().filter(FaultyLink::isDamaged).count();
    }

    /** How many answers {@link #dropAnswersAfter} has dropped so far; each had left the server. */
    public int answersDropped() {
        return dropped.get();
    }

    /**
     * Ends every fault: connects are accepted, bytes flow, answers arrive. A connection that has lost bytes meanwhile
     * is reset, as nothing sensible could follow on it.
     */
    public synchronized void pass() {
        drop = null;
        change(Mode.PASS);
        links.stream().filter(FaultyLink::isDamaged).forEach(FaultyLink::reset);
        if (listener.isClosed()) {
            listen();
        }
    }

    /** Accepts connects and swallows all bytes, and the ends of connections too: neither side learns anything. */
    public void blackHole() {
        blackHole(Direction.BOTH);
    }

    /**
     * Swallows the bytes of one direction. With {@link Direction#UP} new connections do not reach the server either.
     */
    public synchronized void blackHole(Direction direction) {
        change(new Mode(requireNonNull(direction, "direction"), false, Duration.ZERO));
    }

    /**
     * Keeps all bytes back, and delivers them after {@link #pass}: the packets that arrive long after they were sent.
     */
    public synchronized void hold() {
        change(new Mode(null, true, Duration.ZERO));
    }

    /** Delays each piece of at most 64 KiB by that time, in both directions, one after the other. */
    public synchronized void latency(Duration delay) {
        change(new Mode(null, false, requireNonNull(delay, "delay")));
    }

    /** Refuses new connections from now on; {@link #pass} ends it. Those that exist go on. */
    public void refuse() {
        Thread accepting;
        synchronized (this) {
            closeListener();
            accepting = acceptor;
        }
        // the kernel takes connects as long as a thread is still inside accept(); not under the lock, which that thread
        // needs
        try {
            accepting.join(END_OF_ACCEPT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (accepting.isAlive()) {
            throw new IllegalStateException("port " + port + " still accepts after " + END_OF_ACCEPT);
        }
    }

    /** Resets all connections that exist. New ones are treated as before. */
    public void reset() {
        links.forEach(FaultyLink::reset);
    }

    /** Like the other method, with silence after the drop. */
    public void dropAnswersAfter(Predicate<byte[]> sent) {
        dropAnswersAfter(sent, AfterDrop.SILENCE);
    }

    /**
     * Delivers to the server what the predicate recognises and drops everything that the server says afterwards on that
     * connection. It stays in force for all connections until {@link #pass}.
     *
     * @param sent given each piece that a client sends, as it was read; a short request of a client that waits for the
     *     answer is one piece. Called by several threads.
     */
    public synchronized void dropAnswersAfter(Predicate<byte[]> sent, AfterDrop then) {
        drop = new Drop(requireNonNull(sent, "sent"), requireNonNull(then, "then"));
    }

    /**
     * Has the server say something else from now on, such as another version of itself, wherever it says that within
     * one piece.
     *
     * @throws IllegalArgumentException unless both are as long, and not empty
     */
    public void disguise(String said, String instead) {
        if (said.isEmpty() || said.length() != instead.length()) {
            throw new IllegalArgumentException("both must be as long: '" + said + "', '" + instead + "'");
        }
        disguise =
                new Disguise(said.getBytes(StandardCharsets.ISO_8859_1), instead.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Recognises the COMMIT of a client that speaks the MySQL protocol: COM_QUERY with that text alone. */
    public static Predicate<byte[]> mysqlCommit() {
        int header = 4;
        int longest = 16;
        return bytes -> bytes.length > header
                && bytes.length <= header + longest
                && bytes[header] == 3
                && new String(bytes, StandardCharsets.ISO_8859_1)
                        .toUpperCase(Locale.ROOT)
                        .endsWith("COMMIT");
    }

    /** The first {@code n} that the predicate recognises, and no more. */
    public static Predicate<byte[]> first(int n, Predicate<byte[]> predicate) {
        AtomicInteger left = new AtomicInteger(n);
        return bytes -> predicate.test(bytes) && left.getAndDecrement() > 0;
    }

    /** Closes the port and resets what is open. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            closeListener();
            change(Mode.PASS);
        }
        reset();
    }

    InetSocketAddress server() {
        return server;
    }

    synchronized Mode mode() {
        return mode;
    }

    /** Waits while bytes are held, and for the latency; returns the mode that then applies. */
    synchronized Mode awaitDelivery() {
        long read = System.nanoTime();
        while (!closed) {
            long left = mode.latency().toNanos() - (System.nanoTime() - read);
            if (!mode.held() && left <= 0) {
                break;
            }
            try {
                wait(mode.held() ? 0 : left / 1_000_000 + 1);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        return mode;
    }

    /** What to drop, or null. */
    synchronized Drop drop() {
        return drop;
    }

    /** Changes what the server says, where it is to say something else. */
    void disguise(byte[] piece, int length) {
        Disguise now = disguise;
        if (now != null) {
            now.on(piece, length);
        }
    }

    void countDroppedAnswer() {
        dropped.incrementAndGet();
    }

    void forget(FaultyLink link) {
        links.remove(link);
    }

    private void change(Mode next) {
        mode = next;
        notifyAll();
    }

    private synchronized void listen() {
        try {
            listener = new ServerSocket();
            listener.setReuseAddress(true);
            listener.bind(new InetSocketAddress(Ports.loopback(), port));
        } catch (IOException e) {
            throw new UncheckedIOException("port " + port + " cannot be opened", e);
        }
        ServerSocket current = listener;
        acceptor = FaultyLink.daemon("fault-proxy-" + port, () -> acceptAll(current));
    }

    private void acceptAll(ServerSocket from) {
        while (!from.isClosed()) {
            try {
                Socket client = from.accept();
                FaultyLink link = new FaultyLink(this, client);
                links.add(link);
                if (isClosed()) {
                    link.reset();
                } else {
                    link.start();
                }
            } catch (IOException e) {
                if (!from.isClosed()) {
                    throw new UncheckedIOException("port " + port + " accepts no more", e);
                }
            }
        }
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private void closeListener() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
