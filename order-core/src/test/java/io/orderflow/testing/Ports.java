package io.orderflow.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Free ports of the loopback address. */
public final class Ports {

    /**
     * Below the range of outgoing connections: a client that retries against a stopped server could otherwise be
     * given that very port and meet itself.
     */
    private static final int LOWEST = 20_000;

    private static final int HIGHEST = 32_000;

    private Ports() {}

    /** A port that nobody listens on now. */
    public static int free() {
        for (int attempt = 0; attempt < 100; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
            if (isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException("100 random ports from " + LOWEST + " to " + HIGHEST + " were all taken");
    }

    static InetAddress loopback() {
        return InetAddress.getLoopbackAddress();
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(loopback(), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
