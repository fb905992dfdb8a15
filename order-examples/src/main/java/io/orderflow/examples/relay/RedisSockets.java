package io.orderflow.examples.relay;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import redis.clients.jedis.JedisSocketFactory;
import redis.clients.jedis.exceptions.JedisConnectionException;

/**
 * Connects to a server of Redis. Immutable.
 *
 * @param tls empty for none; the host's name is verified
 * @param timeout longest wait for the connection, and for each piece of an answer
 */
record RedisSockets(String host, int port, Optional<SSLContext> tls, Duration timeout) implements JedisSocketFactory {
    @Override
    public Socket createSocket() {
        int millis = (int) timeout.toMillis();
        Socket socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.setKeepAlive(true);
            socket.setSoTimeout(millis);
            socket.connect(new InetSocketAddress(host, port), millis);
            return tls.isPresent() ? encrypted(socket, tls.get()) : socket;
        } catch (IOException e) {
            close(socket, e);
            throw new JedisConnectionException("no connection to " + this, e);
        }
    }

    private Socket encrypted(Socket raw, SSLContext context) throws IOException {
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(raw, host, port, true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    private static void close(Socket socket, IOException failure) {
        try {
            socket.close();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
