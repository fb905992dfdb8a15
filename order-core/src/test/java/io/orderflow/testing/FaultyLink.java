package io.orderflow.testing;

import io.orderflow.testing.FaultProxy.AfterDrop;
import io.orderflow.testing.FaultProxy.Direction;
import io.orderflow.testing.FaultProxy.Drop;
import io.orderflow.testing.FaultProxy.Mode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One connection through a {@link FaultProxy}: two sockets and two threads, each of which moves the bytes of one
 * direction.
 */
final class FaultyLink {

    private static final int CONNECT_MILLIS = 5_000;
    private static final int PIECE = 64 * 1024;

    private final FaultProxy proxy;
    private final Socket client;
    private final Socket server = new Socket();
    private final AtomicInteger openEnds = new AtomicInteger(2);
    private volatile Drop dropNext;
    private volatile boolean lostUp;
    private volatile boolean lostDown;

    FaultyLink(FaultProxy proxy, Socket client) {
        this.proxy = proxy;
        this.client = client;
    }

    static Thread daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    void start() {
        daemon("fault-proxy-" + proxy.port() + "-up", this::open);
    }

    /** True once bytes, or the end of a stream, were swallowed. */
    boolean isDamaged() {
        return lostUp || lostDown;
    }

    /** Ends both connections with a reset instead of an orderly end. */
    void reset() {
        resetOne(client);
        resetOne(server);
        proxy.forget(this);
    }

    private void open() {
        try {
            client.setTcpNoDelay(true);
            if (proxy.awaitDelivery().swallows(Direction.UP)) {
                lose(Direction.UP);
            } else {
                server.connect(proxy.server(), CONNECT_MILLIS);
                server.setTcpNoDelay(true);
                daemon("fault-proxy-" + proxy.port() + "-down", () -> move(server, client, Direction.DOWN));
            }
        } catch (IOException unreachable) {
            reset();
            return;
        }
        move(client, server, Direction.UP);
    }

    private void move(Socket from, Socket to, Direction direction) {
        byte[] piece = new byte[PIECE];
        try {
            int length = from.getInputStream().read(piece);
            while (length >= 0) {
                if (arrives(piece, length, direction)) {
                    if (direction == Direction.DOWN) {
                        proxy.disguise(piece, length);
                    }
                    to.getOutputStream().write(piece, 0, length);
                }
                length = from.getInputStream().read(piece);
            }
            if (endArrives(direction)) {
                to.shutdownOutput();
            }
        } catch (IOException broken) {
            if (endArrives(direction)) {
                reset();
            }
        }
        if (openEnds.decrementAndGet() == 0) {
            reset();
        }
    }

    private boolean arrives(byte[] piece, int length, Direction direction) {
        if (direction == Direction.UP) {
            Drop drop = proxy.drop();
            if (drop != null && drop.after().test(Arrays.copyOf(piece, length))) {
                dropNext = drop;
            }
        }
        Mode mode = proxy.awaitDelivery();
        if (direction == Direction.DOWN && dropNext != null && !lostDown) {
            dropAnswer(dropNext);
        } else if (mode.swallows(direction)) {
            lose(direction);
        }
        return !hasLost(direction);
    }

    /** The fault may have ended between the request and this answer. */
    private void dropAnswer(Drop asked) {
        dropNext = null;
        if (asked == proxy.drop()) {
            lose(Direction.DOWN);
            proxy.countDroppedAnswer();
            if (asked.then() == AfterDrop.RESET) {
                reset();
            }
        }
    }

    /** An end is swallowed like bytes: the other side goes on believing in the connection. */
    private boolean endArrives(Direction direction) {
        if (proxy.awaitDelivery().swallows(direction)) {
            lose(direction);
        }
        return !hasLost(direction);
    }

    private boolean hasLost(Direction direction) {
        return direction == Direction.UP ? lostUp : lostDown;
    }

    private void lose(Direction direction) {
        if (direction == Direction.UP) {
            lostUp = true;
        } else {
            lostDown = true;
        }
    }

    private static void resetOne(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException alreadyClosed) {
            return;
        }
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
