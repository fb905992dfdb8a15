package io.orderflow.queue.rabbit;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.function.UnaryOperator;
import javax.net.SocketFactory;

/** Makes another factory's sockets, read through a {@link Sieve}. */
final class SievedSockets extends SocketFactory {
    private final SocketFactory inner;
    private final UnaryOperator<InputStream> sieve;

    SievedSockets(SocketFactory inner, UnaryOperator<InputStream> sieve) {
        this.inner = inner;
        this.sieve = sieve;
    }

    private Socket sieved(Socket socket) {
        return new SievedSocket(socket, sieve);
    }

    @Override
    public Socket createSocket() throws IOException {
        return sieved(inner.createSocket());
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return sieved(inner.createSocket(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return sieved(inner.createSocket(host, port, localHost, localPort));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return sieved(inner.createSocket(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) throws IOException {
        return sieved(inner.createSocket(host, port, localHost, localPort));
    }
}
