package io.orderflow.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Free ports of the loopback address. A port is handed out once, and stays reserved until the JVM ends: a server that
 * is killed and started again finds its port, whatever was started meanwhile.
 */
public final class Ports {

    /**
     * Below the range of outgoing connections: a client that retries against a stopped server could otherwise be given
     * that very port and meet itself.
     */
    private static final int LOWEST = 20_000;

    private static final int HIGHEST = 32_000;

    /**
     * Bound and never used: that keeps everybody away who does not share the address, and lets a server listen that
     * does.
     */
    private static final List<Socket> RESERVED = new ArrayList<>();

    private Ports() {}

    /** A port that nobody listens on now, and that nobody else is given. */
    public static synchronized int free() {
        for (int attempt = 0; attempt < 100; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
            if (reserve(port)) {
                return port;
            }
        }
        throw new IllegalStateException("100 random ports from " + LOWEST + " to " + HIGHEST + " were all taken");
    }

    static InetAddress loopback() {
        return InetAddress.getLoopbackAddress();
    }

    private static boolean reserve(int port) {
        try {
            // alone first: two that share an address may both have it while neither listens
            bind(port, false).close();
            RESERVED.add(bind(port, true));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }

    private static Socket bind(int port, boolean shared) throws IOException {
        Socket socket = new Socket();
        try {
            socket.setReuseAddress(shared);
            socket.bind(new InetSocketAddress(loopback(), port));
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }
}
